"""A worker that is killed in the middle of an import leaves the old state or the new, and the next one finishes."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once
from lifecycle import failpoints, imports
from lifecycle.import_decisions import confirm
from lifecycle.imports import receive, run
from lifecycle.models import Import
from lifecycle.sources.child import read_activity as read_here
from lifecycle.tests.files import csv_text
from lifecycle.tests.making_imports import NOW, TODAY, acting, confirmed, stored
from lifecycle.undoing import undo

pytestmark = pytest.mark.django_db(transaction=True)


def run_and_die(import_id: int, point: str) -> int:
    """Run the import in a process that is killed at the point; returns the signal that ended it."""
    return die_at(point, lambda: run(import_id, now=NOW, today=TODAY))


def die_at(point: str, work: Callable[[], object]) -> int:
    """The same for any work."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        failpoints.PLANS = (failpoints.Plan(point, None, "kill", ""),)
        try:
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


LINES = [["a", "2026-09-01", "zoe", 3], ["a", "2026-09-02", "eve", 1]]


def upload_of(monkeypatch) -> Import:
    monkeypatch.setattr(imports, "read_in_child", read_here)
    content = csv_text(["group_id", "date", "member", "messages"], LINES).encode()
    team = make_team()
    return receive(team=team, file_name="a.csv", content=content, by=make_user(team), now=NOW)


def the_lease_runs_out() -> None:
    Import.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("point", ["after_claim", "before_commit", "after_commit"])
def test_killed_while_looking(point, monkeypatch):
    upload = upload_of(monkeypatch)
    assert run_and_die(upload.pk, point) == signal.SIGKILL
    assert Import.objects.get().state == ("ready" if point == "after_commit" else "looking")
    assert not run(upload.pk, now=NOW, today=TODAY), "the lease of the dead one still stands"
    the_lease_runs_out()
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert (upload.state, upload.preview["new"], stored()) == ("ready", 2, {})


@pytest.mark.parametrize("point", ["after_claim", "after_upsert", "before_commit", "after_commit"])
def test_killed_anywhere(point, monkeypatch):
    upload = upload_of(monkeypatch)
    run(upload.pk, now=NOW, today=TODAY)
    confirmed(upload, by=upload.uploaded_by)
    assert run_and_die(upload.pk, point) == signal.SIGKILL
    state = Import.objects.get().state
    assert (state, len(stored())) == (("done", 2) if point == "after_commit" else ("running", 0))
    assert not run(upload.pk, now=NOW, today=TODAY), "the lease of the dead one still stands"
    the_lease_runs_out()
    run(upload.pk, now=NOW, today=TODAY)
    assert Import.objects.get().state == "done"
    assert [counts["messages"] for counts in stored().values()] == [3, 1]
    assert acting() == {("a", "2026-09-01"): [(1, 3)], ("a", "2026-09-02"): [(2, 1)]}


@pytest.mark.parametrize("point", ["after_upsert", "before_commit"])
def test_killed_while_undoing(point, monkeypatch):
    upload = upload_of(monkeypatch)
    run(upload.pk, now=NOW, today=TODAY)
    run(confirmed(upload, by=upload.uploaded_by).pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert die_at(point, lambda: undo(upload=upload, by=upload.uploaded_by, now=NOW)) == signal.SIGKILL
    assert (Import.objects.get().state, len(stored()), len(acting())) == ("done", 2, 2)
    assert undo(upload=upload, by=upload.uploaded_by, now=NOW).removed == 2
    assert (Import.objects.get().state, stored(), acting()) == ("undone", {}, {})


def test_of_two_workers_and_two_people_at_once_one_counts(monkeypatch):
    upload = upload_of(monkeypatch)
    assert sorted(at_once(*[lambda: run(upload.pk, now=NOW, today=TODAY)] * 2)) == [False, True]
    assert sorted(at_once(*[lambda: confirm(upload=upload, by=upload.uploaded_by, now=NOW)] * 2)) == [False, True]
    assert sorted(at_once(*[lambda: run(upload.pk, now=NOW, today=TODAY)] * 2)) == [False, True]
    upload.refresh_from_db()
    assert (upload.state, len(stored())) == ("done", 2)
    undone = at_once(*[lambda: undo(upload=upload, by=upload.uploaded_by, now=NOW)] * 2)
    assert [each is None for each in undone].count(True) == 1
    assert stored() == {}
