"""While a history is being made in one session, the workers of others begin no night and no piece."""

import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from groups.tests.making import make_group
from lifecycle import held_off, nights, pipeline, tasks
from lifecycle.models import NightItem


@pytest.fixture
def other_session():
    """A second connection to the same database, closed at the end."""
    with closing(connections["default"].copy()) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_workers_wait_and_go_on_when_the_holder_is_done_or_dead(other_session, monkeypatch):
    asked = []
    monkeypatch.setattr(nights, "ensure_nights", lambda **_: asked.append("nights") or 0)
    with other_session.cursor() as cursor:
        cursor.execute(held_off.HOLD)
    tasks.ensure_nights()
    assert not asked
    other_session.close()  # as if its process had died
    until = time.monotonic() + 10
    while held_off.nights_are_held_off() and time.monotonic() < until:
        time.sleep(0.05)  # the server sees it a moment later
    tasks.ensure_nights()
    assert asked

    make_group()
    yesterday = timezone.localdate() - timedelta(days=1)
    nights.open_nights([yesterday], now=timezone.now())
    with other_session.cursor() as cursor:
        cursor.execute(held_off.HOLD)
    assert pipeline.work_for(5, now=timezone.now()) is False
    assert NightItem.objects.filter(state="todo").exists()
    with other_session.cursor() as cursor:
        cursor.execute(held_off.LET_GO)
    pipeline.work_for(5, now=timezone.now())
    assert not NightItem.objects.filter(state="todo").exists()


@pytest.mark.django_db(transaction=True)
def test_who_holds_the_nights_works_them(other_session):
    with held_off.nights_held_off():
        assert not held_off.nights_are_held_off()
        with other_session.cursor() as cursor:
            cursor.execute(held_off.IS_FREE)
            assert cursor.fetchone() == (False,)
    with other_session.cursor() as cursor:
        cursor.execute(held_off.IS_FREE)
        assert cursor.fetchone() == (True,)
