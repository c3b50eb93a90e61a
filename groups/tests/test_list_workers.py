"""Lists of groups in the hands of workers: killed anywhere, two at once, cancelled, lost; and columns remembered."""

from __future__ import annotations

import os
import signal
import traceback
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from groups import column_presets, leases, registry_import, registry_preview, registry_writing
from groups.models import AuditEntry, ChangedGroup, Group, ListPage, OutboxMessage, RegistryChange, RegistryImport
from groups.tests.making import make_team, make_user
from groups.tests.making_lists import previewed, read_list, worked, written
from groups.tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "群名,创建时间\n" + "".join(f"群 {n},2026-09-01\n" for n in range(60))


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team):
    return make_user(team, language="en")


def confirmed(team, op, text=TEXT):
    upload = previewed(team, op, text.encode())
    assert registry_import.ask(upload=upload, only_good=True, with_same_names=False, by=op, now=timezone.now())
    return upload


def run_and_die(list_id, module, step):
    """Work on the list in a process that is killed when it is about to take the step; the signal that ended it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        setattr(module, step, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
        try:
            registry_import.work(list_id, now=timezone.now())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (registry_import, "write"),
        (registry_writing, "preview"),
        (registry_writing, "amend_ends"),
        (registry_writing.audit, "record"),
    ],
)
def test_killed_while_writing(team, op, module, step):
    upload = confirmed(team, op)
    assert run_and_die(upload.pk, module, step) == signal.SIGKILL
    assert not Group.objects.exists()
    assert not registry_import.work(upload.pk, now=timezone.now()), "the lease of the dead one still stands"
    assert registry_import.lost(timezone.now() + timedelta(hours=1)) == []
    RegistryImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    OutboxMessage.objects.update(sent_at=timezone.now())
    assert registry_import.lost(timezone.now() + timedelta(hours=1)) == [upload.pk]
    done = worked(upload)
    assert (done.state, done.rows_new, done.attempts) == ("done", 60, 0)
    assert Group.objects.count() == ChangedGroup.objects.count() == 60


@pytest.mark.parametrize(
    ("module", "step"),
    [(registry_import.limited, "run"), (registry_import, "sealed_json"), (registry_preview, "keep_pages")],
)
def test_killed_while_reading(team, op, module, step):
    upload = registry_import.receive(
        team=team, platform="wecom", file_name="a.csv", content=TEXT.encode(), by=op, now=timezone.now()
    )
    column_presets.remember(
        team.pk, "groups", ["群名", "创建时间"], {"name": 0, "opened_on": 1}, by=op, now=timezone.now()
    )
    assert run_and_die(upload.pk, module, step) == signal.SIGKILL
    RegistryImport.objects.update(lease_until=None)
    assert worked(upload).foreseen == {"new": 60}
    assert len(registry_preview.page_of(upload, "new", 2)) == 10


def test_a_list_that_kills_its_worker_is_given_up(team, op):
    upload = confirmed(team, op)
    for _ in range(registry_import.MOST_ATTEMPTS):
        run_and_die(upload.pk, registry_import, "write")
        RegistryImport.objects.update(lease_until=None)
    given_up = worked(upload)
    assert (given_up.state, given_up.problem) == ("ready", "gave_up")
    assert not Group.objects.exists()
    assert written(upload, op).rows_new == 60  # and may be asked for again


def test_two_workers_at_once_write_once(team, op):
    upload = confirmed(team, op)
    results = at_once(*[lambda: registry_import.work(upload.pk, now=timezone.now())] * 3)
    assert sorted(results) == [False, False, True]
    assert Group.objects.count() == ChangedGroup.objects.count() == 60
    assert RegistryChange.objects.count() == 1


def test_a_worker_whose_lease_ran_out_writes_nothing_beside_the_next(team, op, monkeypatch):
    """The slow one finds at the end that another has the claim: all that it wrote goes with its transaction."""
    upload, step = confirmed(team, op), registry_writing.amend_ends

    def slow(**ends):
        monkeypatch.setattr(registry_writing, "amend_ends", step)
        connection = connections["default"].copy()
        with connection.cursor() as cursor:  # as the claim of another worker does
            cursor.execute("UPDATE groups_registryimport SET claim = gen_random_uuid(), attempts = 2")
        connection.close()
        step(**ends)

    monkeypatch.setattr(registry_writing, "amend_ends", slow)
    assert not registry_import.work(upload.pk, now=timezone.now())
    assert not Group.objects.exists() and not AuditEntry.objects.filter(verb="registered").exists()


@pytest.mark.parametrize("step", ["preview", "amend_ends"])
def test_cancelled_while_it_is_written_everything_is_as_before(team, op, monkeypatch, step):
    upload, going_on = confirmed(team, op), getattr(registry_writing, step)

    def cancelled(*args, **kwargs):
        (outcome,) = at_once(lambda: registry_import.cancel(upload=upload, by=op, now=timezone.now()))
        assert outcome is True
        return going_on(*args, **kwargs)

    monkeypatch.setattr(registry_writing, step, cancelled)
    assert not registry_import.work(upload.pk, now=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.sealed) == ("cancelled", None)
    assert not Group.objects.exists() and not ListPage.objects.exists() and not RegistryChange.objects.exists()
    assert not registry_import.cancel(upload=upload, by=op, now=timezone.now())
    assert not registry_import.ask(upload=upload, only_good=True, with_same_names=False, by=op, now=timezone.now())


def test_others_see_how_far_a_list_is_while_it_is_written(team, op, monkeypatch):
    upload, step, seen = confirmed(team, op), registry_writing.amend_ends, []
    monkeypatch.setattr(leases, "TELL_EVERY", 0)

    def looked_at(**ends):
        row = RegistryImport.objects.filter(pk=upload.pk).values_list("progress_done", "progress_total", "state")
        seen.extend(at_once(lambda: list(row)))
        step(**ends)

    monkeypatch.setattr(registry_writing, "amend_ends", looked_at)
    assert worked(upload).state == "done"
    assert seen == [[(89, 100, "writing")]]  # the share of what was written before the ends of plans


def test_what_changed_since_the_preview_is_judged_anew(team, op):
    upload = confirmed(team, op)
    written(previewed(team, op, TEXT.replace("\n群 7,", "\nX,").encode()), op)
    done = worked(upload)
    assert (done.rows_new, done.rows_same, done.foreseen) == (1, 59, {"new": 1, "same": 59})
    assert [row["name"] for row in registry_preview.page_of(done, "new", 1)] == ["群 7"]


def test_columns_are_remembered_by_team_and_headers(team, op):
    text = "叫什么,哪天\nA,2026-09-01\n"
    upload = read_list(team, op, text.encode())
    assert (upload.state, upload.mapping, upload.remembered) == ("columns", {}, False)
    matched = {"mapping": {"name": 0, "opened_on": 1}, "by": op, "now": timezone.now()}
    assert registry_import.match(upload=upload, remember=True, **matched)
    again = read_list(team, op, text.replace("A", "B").encode())
    assert (again.state, again.remembered, again.foreseen) == ("ready", True, {"new": 1})
    for other, content in ((make_team(), text), (team, text.replace("哪天", "几号"))):
        assert read_list(other, make_user(other), content.encode()).state == "columns"
    assert registry_import.match(upload=again, remember=False, **matched)
    assert read_list(team, op, text.encode()).state == "columns"
