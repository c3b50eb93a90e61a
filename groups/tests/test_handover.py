"""Hand-overs: all groups or none, each on record once, and what nobody may change afterwards."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from groups import handover
from groups.models import AuditEntry, Group, GroupCoOwner, Handover, User
from groups.registration import edit_group
from groups.tests.making import make_group, make_team, make_user
from groups.tests.racing import at_once

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def owner(team):
    return make_user(team)


@pytest.fixture
def taker(team):
    return make_user(team)


def give(groups, owner, taker, **more):
    return handover.hand_over(
        groups=[group.pk for group in groups], from_owner=owner, to_owner=taker, by=owner, now=now(), **more
    )


def test_groups_change_their_owner_on_record(team, owner, taker):
    groups = [make_group(team=team, owner=owner) for _ in range(3)]
    GroupCoOwner.objects.create(group=groups[0], user=taker)
    assert len(give(groups, owner, taker, reason="转岗")) == 3
    assert set(Group.objects.values_list("owner", "version")) == {(taker.pk, 2)}
    assert list(AuditEntry.objects.values_list("verb", "reason").distinct()) == [("handed over", "转岗")]
    assert not GroupCoOwner.objects.exists(), "an owner is no co-owner"
    assert give(groups, owner, taker) == []
    assert Handover.objects.count() == 3


def test_groups_of_somebody_else_stop_all_of_it(team, owner, taker):
    mine, other = make_group(team=team, owner=owner), make_group(team=team)
    with pytest.raises(handover.OwnerChangedMeanwhile):
        give([mine, other], owner, taker)
    mine.refresh_from_db()
    assert mine.owner == owner


@pytest.mark.parametrize(
    ("taker_of", "raised"),
    [
        pytest.param(lambda team: make_user(make_team()), handover.NotOfTheTeam, id="of another team"),
        pytest.param(lambda team: make_user(team, is_active=False), handover.OwnerInactive, id="closed account"),
    ],
)
def test_who_cannot_take_over(team, owner, taker_of, raised):
    group = make_group(team=team, owner=owner)
    with pytest.raises(raised):
        give([group], owner, taker_of(team))
    assert not Handover.objects.exists()


def test_the_statements_do_not_grow_with_the_groups(team, owner, taker, django_assert_max_num_queries):
    few, many = ([make_group(team=team, owner=owner) for _ in range(n)] for n in (2, 30))
    with django_assert_max_num_queries(12) as first:
        give(few, owner, taker)
    with django_assert_max_num_queries(len(first)):
        give(many, owner, taker)


def test_another_owner_by_the_edit_form_is_a_hand_over_too(team, owner, taker):
    group = make_group(team=team, owner=owner)
    edit_group(group=group, version=1, values={"owner_id": taker.pk}, by=owner, now=now())
    made = Handover.objects.get()
    assert (made.from_owner, made.to_owner, made.by) == (owner, taker, owner)
    with pytest.raises(handover.OwnerInactive):
        edit_group(
            group=group, version=2, values={"owner_id": make_user(team, is_active=False).pk}, by=owner, now=now()
        )


def test_what_was_done_on_the_platform_is_confirmed_once(team, owner, taker):
    made = give([make_group(team=team, owner=owner)], owner, taker)
    ids = [row.pk for row in made]
    stranger = make_user(make_team())
    assert handover.confirm_on_platform(handovers=ids, by=stranger, now=now()) == 0
    assert handover.confirm_on_platform(handovers=ids, by=taker, now=now()) == 1
    assert handover.confirm_on_platform(handovers=ids, by=owner, now=now()) == 0
    assert Handover.objects.get().done_on_platform_by == taker
    assert handover.given_on(owner, timezone.localdate()) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"to_owner": "owner"}, id="another person"),
        pytest.param({"at": timezone.now() + timedelta(days=1)}, id="another time"),
        pytest.param({"reason": "x"}, id="another reason"),
    ],
)
def test_the_database_refuses_to_rewrite_a_hand_over(team, owner, taker, change):
    give([make_group(team=team, owner=owner)], owner, taker)
    change = {name: make_user(team) if value == "owner" else value for name, value in change.items()}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Handover.objects.update(**change)


def test_past_days_count_what_is_recorded_within_the_window(team, owner, taker):
    group = make_group(team=team, owner=owner)
    today = timezone.localdate()
    (first,) = give([group], owner, taker)
    assert handover.past_days([group.pk], today) == {group.pk: [today]}
    assert handover.past_days([group.pk], today, but=[first.pk]) == {}
    assert handover.past_days([group.pk], today + timedelta(days=91)) == {}
    assert isinstance(today, date)


def test_co_owners_are_of_the_team_and_never_the_owner(team, owner, taker):
    group = make_group(team=team, owner=owner)
    assert handover.set_co_owners(group=group, users=[taker, owner], by=owner, now=now())
    assert not handover.set_co_owners(group=group, users=[taker], by=owner, now=now())
    assert list(group.co_ownerships.values_list("user", flat=True)) == [taker.pk]
    with pytest.raises(handover.NotOfTheTeam):
        handover.set_co_owners(group=group, users=[taker, make_user(make_team())], by=owner, now=now())
    assert handover.set_co_owners(group=group, users=[], by=owner, now=now())
    assert AuditEntry.objects.filter(verb="co-owners changed").count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_over_the_same_group_at_once_one_does(team, owner, taker):
    group, third = make_group(team=team, owner=owner), make_user(team)
    results = at_once(lambda: give([group], owner, taker), lambda: give([group], owner, third))
    assert sum(isinstance(result, list) for result in results) == 1
    assert any(isinstance(result, handover.OwnerChangedMeanwhile) for result in results)
    assert User.objects.get(owned_groups=group).pk == Handover.objects.get().to_owner_id
