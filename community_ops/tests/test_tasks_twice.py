"""Case 1: every registered task may run twice, without mocks. A task without an entry here fails."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from community_ops.celery import app
from community_ops.tests.digest import changed_tables, digest_of_tables
from groups import bulk_changes, orders, outbox, registry_import, sample_work, undoing
from groups.models import Group, RegistryChange
from groups.sealing import seal
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import previewed
from groups.tests.making_money import make_recurring
from lifecycle import imports, nights, pipeline
from lifecycle.models import DirtyGroup, WecomCallback, WecomConnection
from lifecycle.tests.policy_making import make_draft


def groups_without_a_night() -> dict[str, Any]:
    for _ in range(3):
        make_group()
    return {}


def a_group_that_no_night_reached() -> dict[str, Any]:
    make_group()
    now = timezone.now()
    nights.open_nights([timezone.localdate() - timedelta(days=1)], now=now)
    pipeline.run_to_the_end(now=now)
    make_group()
    return {}


def an_open_night() -> dict[str, Any]:
    group = make_group()
    make_group()
    day = timezone.localdate() - timedelta(days=1)
    nights.open_nights([day], now=timezone.now())
    DirtyGroup.objects.create(group=group, since=day - timedelta(days=5), marked_at=timezone.now())
    return {}


def a_group_that_ends_soon() -> dict[str, Any]:
    make_group(plan_ends_on=timezone.localdate() + timedelta(days=10))
    return {}


def a_policy_to_try() -> dict[str, Any]:
    make_group()
    nights.open_nights([timezone.localdate() - timedelta(days=1)], now=timezone.now())
    pipeline.run_to_the_end(now=timezone.now())
    return {"draft_id": make_draft(make_user(is_administrator=True)).pk}


def a_message() -> dict[str, Any]:
    with transaction.atomic():
        outbox.post(key="ring", kind="night_chunk", payload={}, now=timezone.now())
    return {}


def an_upload() -> dict[str, Any]:
    team = make_team()
    upload = imports.receive(
        team=team,
        file_name="days.csv",
        content=b"group,date,messages\nA,2026-06-01,3\nA,2026-06-02,0\nB,2026-06-01,5\n",
        platform="wecom",
        by=make_user(team),
        now=timezone.now(),
    )
    return {"import_id": upload.pk}


def a_list_to_write() -> dict[str, Any]:
    team = make_team()
    op = make_user(team)
    content = b"name,opened on\nA,2026-06-01\nB,2026-06-02\n"
    upload = previewed(team, op, content)
    registry_import.ask(upload=upload, only_good=True, with_same_names=False, by=op, now=timezone.now())
    return {"list_id": upload.pk}


def a_file_of_orders() -> dict[str, Any]:
    team = make_team()
    upload = orders.receive(
        team=team,
        shop="youzan",
        file_name="orders.csv",
        content=b"order_no,amount,paid_at\nE1,30,2026-06-01\n",
        by=make_user(team),
        now=timezone.now(),
    )
    return {"upload_id": upload.pk}


def a_change_to_undo() -> dict[str, Any]:
    team = make_team()
    by = make_user(team)
    make_group(team=team, owner=by)
    groups, told = Group.objects.filter(team=team), {"token": uuid4(), "by": by, "now": timezone.now()}
    change = bulk_changes.change_many(groups=groups, kind=RegistryChange.Kind.LAYER, value="vip", **told).change
    undoing.ask(change=change, by=by, now=timezone.now())
    return {"change_id": change.pk}


def lines_that_are_due() -> dict[str, Any]:
    today = timezone.localdate()
    make_recurring(starts_on=today - timedelta(days=70))
    make_recurring(starts_on=today, measure="members", amount=None, unit_price=Decimal("5.00"))
    return {}


def a_connection() -> dict[str, Any]:
    WecomConnection.objects.create(corp_id="ww0", sealed_secret=seal(b"secret"), connected_at=timezone.now())
    return {}


def a_callback() -> dict[str, Any]:
    now = timezone.now()
    told = {"chat_id": "wrA", "change": "dismiss", "happened_at": now, "received_at": now}
    WecomCallback.objects.create(key=b"key", **told)
    return {}


def sample_data_to_take_off() -> dict[str, Any]:
    make_group(team=make_team(is_demo=True))
    asked = sample_work.ask(kind="clear", by=make_user(is_administrator=True), now=timezone.now())
    return {"work_id": asked.pk}


# What there is to do for the task; returns its arguments.
TELLS_ONLY = {"community_ops.say_alive"}  # tells a watchman, and writes nothing
ENTRIES: dict[str, Callable[[], dict[str, Any]]] = {
    "community_ops.learn": groups_without_a_night,
    "lifecycle.ensure_nights": groups_without_a_night,
    "lifecycle.night_chunk": an_open_night,
    "lifecycle.drain_outbox": a_message,
    "lifecycle.enter_due_lines": lines_that_are_due,
    "lifecycle.reap": a_group_that_no_night_reached,
    "lifecycle.read_import": an_upload,
    "lifecycle.wecom_tick": a_connection,
    "lifecycle.wecom_work": a_callback,
    "community_ops.tell": a_group_that_ends_soon,
    "community_ops.say_alive": groups_without_a_night,
    "lifecycle.work_on_orders": a_file_of_orders,
    "groups.work_on_list": a_list_to_write,
    "groups.undo_change": a_change_to_undo,
    "lifecycle.try_policy": a_policy_to_try,
    "community_ops.work_on_sample": sample_data_to_take_off,
}


def registered() -> list[str]:
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if not name.startswith(("celery.", "naive.")))


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("name", registered())
def test_a_task_that_runs_twice_does_what_it_does_once(name, settings):
    settings.WECOM_STARTS_AT_HOUR = 0
    arguments = ENTRIES[name]()
    before = digest_of_tables()
    app.tasks[name].apply(kwargs=arguments, throw=True)
    once = digest_of_tables()
    assert (once == before) is (name in TELLS_ONLY), "the entry gives the task something to do"
    app.tasks[name].apply(kwargs=arguments, throw=True)
    twice = digest_of_tables()
    assert changed_tables(once, twice) == set()


def test_each_tick_of_beat_calls_a_task_that_exists():
    called = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert called <= set(registered())


def test_no_entry_speaks_of_a_task_that_is_gone():
    assert set(ENTRIES) == set(registered())
