"""Changes of many groups: once per token, on record, counted up."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from groups import bulk_changes, handover, registration
from groups.bulk_changes import Kind
from groups.models import AuditEntry, ChangedGroup, Group, GroupCoOwner, Handover, RegistryChange
from groups.tests.making import make_group, make_team, make_user


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def op(team):
    return make_user(team)


def change(groups, kind, value, by, token=None):
    return bulk_changes.change_many(
        groups=groups, kind=kind, value=value, token=token or uuid4(), by=by, now=timezone.now()
    )


def three(team, **fields):
    return [make_group(team=team, **fields) for _ in range(3)]


@pytest.mark.parametrize(
    ("kind", "value", "column", "before", "after"),
    [
        (Kind.LAYER, "vip", "layer", "none", "vip"),
        (Kind.ADD_TAG, "秋季", "tags", ["a"], ["a", "秋季"]),
        (Kind.REMOVE_TAG, "a", "tags", ["a"], []),
    ],
)
def test_many_groups_get_the_value_once_and_on_record(team, op, kind, value, column, before, after):
    groups = three(team, tags=["a"])
    token = uuid4()
    first = change(Group.objects.all(), kind, value, op, token)
    second = change(Group.objects.all(), kind, value, op, token)
    assert (first.changed, second.changed, first.change) == (3, 3, second.change)
    rows = Group.objects.values_list(column, "version")
    assert list(rows) == [(after, 2)] * 3
    entries = AuditEntry.objects.filter(verb="edited")
    assert {entry.object_id for entry in entries} == {group.pk for group in groups}
    assert {(entry.before[column] == before, entry.after[column] == after) for entry in entries} == {(True, True)}


def test_the_owner_changes_only_where_the_person_works(team, op):
    other = make_group(team=make_team())
    mine = three(team)
    outcome = change(Group.objects.all(), Kind.ASSIGN, op, op)
    assert (outcome.changed, outcome.left_out) == (3, 1)
    assert set(Group.objects.filter(pk__in=[g.pk for g in mine]).values_list("owner", flat=True)) == {op.pk}
    assert Group.objects.get(pk=other.pk).owner_id != op.pk


def test_what_stands_there_already_writes_nothing(team, op):
    three(team, layer="vip", tags=["a"])
    for kind, value in ((Kind.LAYER, "vip"), (Kind.ADD_TAG, "a"), (Kind.REMOVE_TAG, "b")):
        assert change(Group.objects.all(), kind, value, op).change is None
    assert not RegistryChange.objects.exists()
    assert not AuditEntry.objects.exists()
    assert set(Group.objects.values_list("version", flat=True)) == {1}


def test_a_group_takes_no_more_tags_than_it_may(team, op):
    make_group(team=team, tags=[f"t{n}" for n in range(bulk_changes.MOST_TAGS)])
    assert change(Group.objects.all(), Kind.ADD_TAG, "one more", op).left_out == 1


def test_an_edit_that_was_begun_before_meets_its_conflict(team, op):
    group = make_group(team=team)
    change(Group.objects.all(), Kind.LAYER, "vip", op)
    with pytest.raises(registration.GroupChangedMeanwhile):
        registration.edit_group(group=group, version=1, values={"layer": "mass"}, by=op, now=timezone.now())


def test_each_new_owner_is_a_hand_over_and_helps_no_more(team, op):
    first, second, third = three(team)
    before = first.owner
    registration.edit_group(group=third, version=1, values={"owner_id": op.pk}, by=op, now=timezone.now())
    Handover.objects.all().delete()
    for group in (first, second):
        GroupCoOwner.objects.create(group=group, user=op if group == first else before)
    change(Group.objects.all(), Kind.ASSIGN, op, op)
    told = Handover.objects.order_by("group").values_list("group", "team", "from_owner", "to_owner", "by")
    assert list(told) == [
        (first.pk, team.pk, before.pk, op.pk, op.pk),
        (second.pk, team.pk, second.owner_id, op.pk, op.pk),
    ]
    assert list(GroupCoOwner.objects.values_list("group", "user")) == [(second.pk, before.pk)]


def test_nothing_goes_to_an_account_that_was_closed(team, op):
    (group,) = three(team)[:1]
    gone = make_user(team, is_active=False)
    with pytest.raises(handover.OwnerInactive):
        change(Group.objects.all(), Kind.ASSIGN, gone, op)
    assert Group.objects.get(pk=group.pk).owner_id == group.owner_id
    assert not RegistryChange.objects.exists() and not Handover.objects.exists()


def test_the_number_of_statements_does_not_grow(team, op, django_assert_num_queries):
    for _ in range(2):
        make_group(team=team)
    with django_assert_num_queries(11):
        change(Group.objects.all(), Kind.LAYER, "vip", op)
    for _ in range(60):
        make_group(team=team)
    with django_assert_num_queries(11):
        change(Group.objects.all(), Kind.LAYER, "mass", op)


def at_once(*calls):
    """Run the calls in threads that start together; the exceptions they ended with."""
    start, failed = threading.Barrier(len(calls)), []

    def run(call):
        try:
            start.wait(120)
            call()
        except Exception as error:  # told by the caller
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


@pytest.mark.django_db(transaction=True)
def test_two_at_once_over_the_same_groups_in_opposite_orders_both_succeed():
    team = make_team()
    op = make_user(team)
    for _ in range(40):
        make_group(team=team, owner=op)
    up, down = Group.objects.order_by("pk"), Group.objects.order_by("-pk")
    failed = at_once(
        *(lambda groups=groups, tag=tag: change(groups, Kind.ADD_TAG, tag, op) for groups, tag in
          ((up, "a"), (down, "b"), (up, "c"), (down, "d")))
    )  # fmt: skip
    assert failed == []
    assert {frozenset(tags) for tags in Group.objects.values_list("tags", flat=True)} == {frozenset("abcd")}
    assert set(Group.objects.values_list("version", flat=True)) == {5}


@pytest.mark.django_db(transaction=True)
def test_the_same_page_sent_twice_at_once_changes_once():
    team = make_team()
    op = make_user(team)
    for _ in range(10):
        make_group(team=team, owner=op)
    token = uuid4()
    failed = at_once(*[lambda: change(Group.objects.all(), Kind.LAYER, "vip", op, token)] * 3)
    assert failed == []
    assert RegistryChange.objects.count() == 1
    assert ChangedGroup.objects.count() == 10
    assert set(Group.objects.values_list("version", flat=True)) == {2}
