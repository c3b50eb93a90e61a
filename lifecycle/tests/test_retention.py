"""What is deleted is counted by day and kind, and each kind that the upkeep deletes is told with its span."""

from datetime import UTC, datetime, timedelta

import pytest

from groups import sessions
from lifecycle import upkeep
from lifecycle.models import DeletedOfDay, WecomCallback
from lifecycle.retention import COUNTED, COUNTS_KEPT, KINDS, SUMMED_DAYS, deleted_of_late, note_deleted
from lifecycle.wecom import callbacks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = NOW.date()
DELETES = ("deleted", "dropped", "forgotten")


def old_callback(now):
    told = {"chat_id": "wrA", "change": "dismiss", "happened_at": now, "received_at": now}
    WecomCallback.objects.create(key=b"key", done_at=now - callbacks.KEPT - timedelta(seconds=1), **told)


def test_each_kind_that_the_upkeep_deletes_is_told_and_noted_with_its_zero():
    old_callback(NOW)
    done = upkeep.reap(now=NOW)
    assert {step for step in done if step.endswith(DELETES)} == COUNTED == set(deleted_of_late(TODAY))
    noted = {row.kind: (row.count, row.last_count, row.last_at) for row in DeletedOfDay.objects.filter(day=TODAY)}
    assert noted["callbacks deleted"] == (1, 1, NOW) and noted["lists deleted"] == (0, None, None)
    assert all(kind.kept > timedelta(0) for kind in KINDS)


def test_a_turn_of_zero_leaves_the_last_turn_that_deleted_any():
    later = NOW + timedelta(minutes=5)
    for count, now in ((3, NOW), (2, later), (0, later + timedelta(minutes=5))):
        note_deleted({"lists deleted": count}, now=now)
    assert DeletedOfDay.objects.values_list("count", "last_count", "last_at").get() == (5, 2, later)


def test_days_are_summed_up_to_their_bound_and_the_last_time_reaches_further_back():
    for days, count in ((SUMMED_DAYS, 7), (SUMMED_DAYS - 1, 4), (1, 0), (0, 0)):
        note_deleted({"lists deleted": count}, now=NOW - timedelta(days=days))
    told = deleted_of_late(TODAY)["lists deleted"]
    assert (told.lately, told.last_count, told.last_at) == (4, 4, NOW - timedelta(days=SUMMED_DAYS - 1))
    assert told.first_day == TODAY - timedelta(days=SUMMED_DAYS)
    later = deleted_of_late(TODAY + timedelta(days=SUMMED_DAYS))["lists deleted"]
    assert later.lately is None, "nobody looked on any of these days, which is not zero"


def test_counts_go_after_their_year():
    note_deleted({"lists deleted": 1}, now=NOW - COUNTS_KEPT - timedelta(days=1))
    note_deleted({"lists deleted": 1}, now=NOW)
    assert DeletedOfDay.objects.get().day == TODAY


def test_what_was_deleted_is_noted_although_a_later_step_fails(monkeypatch):
    def fails(now):
        raise RuntimeError("a step of the upkeep")

    old_callback(NOW)
    monkeypatch.setattr(upkeep.audit_chain, "seal", lambda: fails(NOW))
    with pytest.raises(RuntimeError, match="a step of the upkeep"):
        upkeep.reap(now=NOW)
    assert deleted_of_late(TODAY)["callbacks deleted"].lately == 1


def test_sign_ins_are_kept_longer_than_sessions():
    spans = {kind.step: kind.kept for kind in KINDS}
    assert spans["sessions deleted"] == sessions.LONGEST < spans["sign-ins deleted"] == sessions.SIGN_INS_KEPT
