"""A worker that is killed in the middle of an import leaves the old state or the new, and the next one finishes."""

from __future__ import annotations

import os
import signal
import traceback
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from groups.tests.making import make_team, make_user
from lifecycle import failpoints, imports
from lifecycle.imports import receive, run
from lifecycle.models import Import
from lifecycle.sources.reading import read
from lifecycle.tests.files import csv_text
from lifecycle.tests.making_imports import NOW, TODAY, acting, stored

pytestmark = pytest.mark.django_db(transaction=True)


def run_and_die(import_id: int, point: str) -> int:
    """Run the import in a process that is killed at the point; returns the signal that ended it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        failpoints.PLANS = (failpoints.Plan(point, None, "kill", ""),)
        try:
            run(import_id, now=NOW, today=TODAY)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("point", ["after_claim", "after_upsert", "before_commit", "after_commit"])
def test_killed_anywhere(point, monkeypatch):
    monkeypatch.setattr(imports, "read_in_child", read)
    team = make_team()
    lines = [["a", "2026-09-01", "zoe", 3], ["a", "2026-09-02", "eve", 1]]
    content = csv_text(["group_id", "date", "member", "messages"], lines).encode()
    upload = receive(team=team, file_name="a.csv", content=content, by=make_user(team), now=NOW)
    assert run_and_die(upload.pk, point) == signal.SIGKILL
    state = Import.objects.get().state
    assert (state, len(stored())) == (("done", 2) if point == "after_commit" else ("running", 0))
    assert not run(upload.pk, now=NOW, today=TODAY), "the lease of the dead one still stands"
    Import.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    run(upload.pk, now=NOW, today=TODAY)
    assert Import.objects.get().state == "done"
    assert [counts["messages"] for counts in stored().values()] == [3, 1]
    assert acting() == {("a", "2026-09-01"): [(1, 3)], ("a", "2026-09-02"): [(2, 1)]}
