"""Changes of many groups are taken back while they stand: once, by one worker, whole or not at all."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from groups import bulk_changes, leases, registration, undoing
from groups.bulk_changes import Kind
from groups.models import AuditEntry, ChangedGroup, Group, Handover, OutboxMessage, RegistryChange
from groups.tests.making import make_group, make_team, make_user
from groups.tests.racing import at_once


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def op(team):
    return make_user(team)


def change(groups, kind, value, by):
    return bulk_changes.change_many(groups=groups, kind=kind, value=value, token=uuid4(), by=by, now=timezone.now())


def three(team, **fields):
    return [make_group(team=team, **fields) for _ in range(3)]


def test_undo_puts_back_what_stood_before_except_where_somebody_saved_since(team, op):
    first, second, third = three(team, layer="mass", opened_on=date(2026, 3, 2))
    made = change(Group.objects.all(), Kind.LAYER, "vip", op).change
    registration.edit_group(group=third, version=2, values={"notes": "later"}, by=op, now=timezone.now())
    done = undoing.undo(change=made, by=op, now=timezone.now())
    assert (done.groups_back, done.groups_left) == (2, 1)
    assert list(Group.objects.order_by("pk").values_list("layer", flat=True)) == ["mass", "mass", "vip"]
    assert list(Group.objects.order_by("pk").values_list("version", flat=True)) == [3, 3, 3]
    assert set(AuditEntry.objects.filter(verb="change undone").values_list("object_id", flat=True)) == {
        first.pk,
        second.pk,
    }
    again = undoing.undo(change=made, by=op, now=timezone.now())
    assert (again.groups_back, again.undone_at) == (done.groups_back, done.undone_at)
    assert AuditEntry.objects.filter(verb="change undone").count() == 2


def test_groups_of_a_team_that_somebody_left_are_not_put_back(team, op):
    """Case 33: a person who was moved reaches nothing of the old team, not even by what they did there."""
    group = make_group(team=team)
    made = change(Group.objects.all(), Kind.LAYER, "vip", op).change
    op.memberships.all().delete()
    done = undoing.undo(change=made, by=type(op).objects.get(pk=op.pk), now=timezone.now())
    assert (done.groups_back, done.groups_left) == (0, 1)
    assert Group.objects.get(pk=group.pk).layer == "vip"


def test_undo_archives_a_group_that_the_change_made(team, op):
    made, edited = make_group(team=team), make_group(team=team)
    row = RegistryChange.objects.create(kind=Kind.IMPORT, token=uuid4(), by=op, at=timezone.now())
    ChangedGroup.objects.create(change=row, group=made, made=True, version=1)
    ChangedGroup.objects.create(change=row, group=edited, made=True, version=1)
    registration.edit_group(group=edited, version=1, values={"notes": "worked on"}, by=op, now=timezone.now())
    undoing.undo(change=row, by=op, now=timezone.now())
    assert Group.objects.get(pk=made.pk).archived_at
    assert Group.objects.get(pk=edited.pk).archived_at is None


def test_who_may_undo_and_for_how_long(team, op):
    now = timezone.now()
    row = RegistryChange(kind=Kind.LAYER, by=op, at=now)
    assert undoing.may_undo(row, op, now + timedelta(days=7))
    assert not undoing.may_undo(row, op, now + timedelta(days=7, seconds=1))
    assert not undoing.may_undo(row, make_user(team), now)
    assert undoing.may_undo(row, make_user(is_administrator=True), now)


def test_owners_get_their_groups_back_on_record_unless_they_left(team, op):
    first, second, third = three(team)
    made = change(Group.objects.all(), Kind.ASSIGN, op, op).change
    second.owner.memberships.all().delete()
    type(op).objects.filter(pk=third.owner_id).update(is_active=False)
    Handover.objects.all().delete()
    done = undoing.undo(change=made, by=op, now=timezone.now())
    assert (done.groups_back, done.groups_left) == (1, 2)
    assert list(Group.objects.order_by("pk").values_list("owner", flat=True)) == [first.owner_id, op.pk, op.pk]
    (told,) = Handover.objects.values_list("group", "from_owner", "to_owner")
    assert told == (first.pk, op.pk, first.owner_id)


def asked(team, op):
    """A change that somebody asked to undo, which waits for a worker."""
    three(team, layer="mass")
    made = change(Group.objects.all(), Kind.LAYER, "vip", op).change
    assert undoing.ask(change=made, by=op, now=timezone.now())
    return made


def test_what_is_large_waits_for_a_worker(team, op, monkeypatch):
    monkeypatch.setattr(undoing, "WHILE_ONE_WAITS", 2)
    three(team, layer="mass")
    made = change(Group.objects.all(), Kind.LAYER, "vip", op).change
    waits = undoing.undo(change=made, by=op, now=timezone.now())
    assert waits.state == "undoing" and Group.objects.filter(layer="vip").count() == 3
    assert OutboxMessage.objects.get().payload == {"change_id": made.pk}
    assert not undoing.may_undo(waits, op, timezone.now())
    assert undoing.work(made.pk, now=timezone.now())
    assert RegistryChange.objects.get().state == "undone" and Group.objects.filter(layer="mass").count() == 3


def test_what_the_broker_lost_is_found(team, op):
    made, later = asked(team, op), timezone.now() + timedelta(hours=1)
    assert undoing.lost(later) == []  # its message is still to be sent
    OutboxMessage.objects.update(sent_at=timezone.now())
    assert undoing.lost(later) == [made.pk]
    assert undoing.lost(timezone.now()) == []
    undoing.work(made.pk, now=timezone.now())
    assert undoing.lost(later) == []


def test_a_failure_halfway_leaves_all_as_it_was_and_after_three_it_may_be_asked_again(team, op, monkeypatch):
    made = asked(team, op)
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "amend_ends", lambda **_: 1 / 0)
        for _ in range(undoing.MOST_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                undoing.work(made.pk, now=timezone.now())
    assert set(Group.objects.values_list("layer", "version")) == {("vip", 2)}
    assert undoing.work(made.pk, now=timezone.now())
    stands = RegistryChange.objects.get()
    assert (stands.state, stands.gave_up, undoing.may_undo(stands, op, timezone.now())) == ("stands", True, True)
    done = undoing.undo(change=stands, by=op, now=timezone.now())
    assert (done.state, done.gave_up, done.groups_back) == ("undone", False, 3)


def test_the_number_of_statements_of_an_undo_does_not_grow(team, op, django_assert_max_num_queries):
    for _ in range(2):
        for _ in range(30):
            make_group(team=team)
        made = change(Group.objects.all(), Kind.ASSIGN, make_user(team), op).change
        with django_assert_max_num_queries(45):
            undoing.undo(change=made, by=op, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_put_back_once():
    team = make_team()
    op = make_user(team)
    made = asked(team, op)
    did = at_once(*[lambda: undoing.work(made.pk, now=timezone.now())] * 3)
    assert sorted(did) == [False, False, True]
    assert set(Group.objects.values_list("layer", "version")) == {("mass", 3)}
    assert AuditEntry.objects.filter(verb="change undone").count() == 3


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_it_is(monkeypatch):
    team = make_team()
    op = make_user(team)
    made, step, seen = asked(team, op), undoing.amend_ends, []
    monkeypatch.setattr(leases, "TELL_EVERY", 0)

    def looked_at(**ends):
        row = RegistryChange.objects.values_list("progress_done", "progress_total", "state")
        seen.extend(at_once(lambda: list(row)))
        step(**ends)

    monkeypatch.setattr(undoing, "amend_ends", looked_at)
    undoing.work(made.pk, now=timezone.now())
    assert seen == [[(undoing.ARCHIVED, 100, "undoing")]]
