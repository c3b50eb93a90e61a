"""The record is sealed in a chain: what is changed, taken out, put in or cut off afterwards is found."""

from __future__ import annotations

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.utils import timezone

from groups import audit, audit_chain
from groups.audit_chain import Head
from groups.models import AuditEntry, AuditSeal
from groups.tests.making import make_team
from groups.tests.racing import at_once


def write(count=1, **fields):
    with transaction.atomic():
        team = make_team()
        return [
            audit.record(verb="made", thing=team, by=None, now=timezone.now(), after={"n": n, "名": 1.50}, **fields).pk
            for n in range(count)
        ]


def past_the_trigger(sql, *values):
    """As whoever owns the table can."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


@pytest.mark.django_db
def test_each_seal_takes_in_what_came_since_and_nothing_is_sealed_twice(monkeypatch):
    assert audit_chain.seal() == 0 and audit_chain.head() == Head()
    write(3)
    assert audit_chain.seal() == 3 and audit_chain.seal() == 0
    monkeypatch.setattr(audit_chain, "ROWS_PER_SEAL", 2)
    write(5)
    assert audit_chain.seal() == 5
    assert list(AuditSeal.objects.order_by("number").values_list("number", "rows")) == [(1, 3), (2, 2), (3, 2), (4, 1)]
    assert list(audit_chain.broken()) == [] and audit_chain.unsealed() == 0


CHANGES = {
    "a value": "UPDATE groups_auditentry SET actor_name = 'nobody' WHERE id = %s",
    "a moment": "UPDATE groups_auditentry SET at = at + interval '1 microsecond' WHERE id = %s",
    "content": "UPDATE groups_auditentry SET after = after || '{\"n\": 7}' WHERE id = %s",
    "emptied": "UPDATE groups_auditentry SET after = NULL WHERE id = %s",
    "taken out": "DELETE FROM groups_auditentry WHERE id = %s",
    "moved": "UPDATE groups_auditentry SET id = -id WHERE id = %s",
    "another digest": "UPDATE groups_auditseal SET digest = repeat('0', 64) WHERE %s > 0 AND number = 1",
    "a seal taken out": "DELETE FROM groups_auditseal WHERE %s > 0 AND number = 1",
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_the_owner_of_the_table_is_found(change):
    first, second, _third = write(3)
    audit_chain.seal()
    write(2)
    audit_chain.seal()
    past_the_trigger(CHANGES[change], second)
    assert first and [each.number for each in audit_chain.broken()][0] in (1, 2)
    with pytest.raises(CommandError, match="was changed"):
        call_command("check_record")


@pytest.mark.django_db
def test_a_row_that_is_put_in_between_is_found():
    _first, second, _third = write(3)
    past_the_trigger("DELETE FROM groups_auditentry WHERE id = %s", second)
    audit_chain.seal()
    past_the_trigger(
        "INSERT INTO groups_auditentry (id, at, actor_name, verb, object_type, object_name, reason)"
        " VALUES (%s, now(), '', 'made', 'team', '', '')",
        second,
    )
    (found,) = audit_chain.broken()
    assert (found.expected_rows, found.found_rows) == (2, 3)


@pytest.mark.django_db
def test_a_chain_that_was_made_anew_or_cut_off_does_not_fit_a_head_that_was_kept_elsewhere(capsys):
    write(2)
    audit_chain.seal()
    write(2)
    audit_chain.seal()
    kept = audit_chain.head()
    call_command("check_record", head=f"{kept.number}:{kept.digest}")
    assert f"{kept.number}:{kept.digest}" in capsys.readouterr().out
    past_the_trigger("DELETE FROM groups_auditseal WHERE number = %s", kept.number)
    assert list(audit_chain.broken()) == [] and list(audit_chain.broken(kept)) != []
    past_the_trigger(
        "UPDATE groups_auditentry SET actor_name = 'nobody' WHERE id = (SELECT max(id) FROM groups_auditentry)"
    )
    audit_chain.seal()
    assert list(audit_chain.broken()) == [] and [each.number for each in audit_chain.broken(kept)] == [kept.number]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["1", "1:xyz", "a:" + "0" * 64])
def test_a_head_that_is_none_is_refused(text):
    with pytest.raises(CommandError, match="NUMBER:DIGEST"):
        call_command("check_record", head=text)


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE groups_auditseal SET rows = 9", "DELETE FROM groups_auditseal"])
def test_a_seal_is_never_changed(sql):
    write()
    audit_chain.seal()
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_a_seal_waits_for_whoever_still_writes_with_a_lower_id():
    """Without the wait the slow writer's row would come below the end of a seal, and look like one put in later."""
    written, may_end = threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            audit.record(verb="slow", thing=make_team(), by=None, now=timezone.now())
            written.set()
            assert may_end.wait(60)

    def meanwhile():
        assert written.wait(60)
        write()
        patient = audit_chain.seal(patience=0.1)
        may_end.set()
        return patient

    assert at_once(slowly, meanwhile) == [None, 0]
    assert audit_chain.seal() == 2 == AuditEntry.objects.count()
    assert list(audit_chain.broken()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_make_one_chain():
    write(4)
    assert sum(at_once(audit_chain.seal, audit_chain.seal)) == 4
    assert list(audit_chain.broken()) == [] and AuditSeal.objects.count() == 1
