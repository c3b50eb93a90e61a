"""Roles, administrators and closed accounts: what happens, what is refused, and what two at once leave behind."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from groups import people
from groups.access import leads, team_roles
from groups.handover import hand_over
from groups.models import AuditEntry, Membership, User
from groups.registration import edit_group
from groups.tests.making import make_group, make_team, make_user
from groups.tests.racing import at_once, meeting

pytestmark = pytest.mark.django_db
RACE = pytest.mark.django_db(transaction=True)


def now():
    return timezone.now()


def fresh(user):
    return User.objects.get(pk=user.pk)


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_the_first_account_is_an_administrator():
    call_command("createsuperuser", interactive=False, username="root", email="r@example.com", display_name="Root")
    assert User.objects.get().is_administrator


def test_a_person_joins_a_team_and_changes_the_role_there():
    team, user = make_team(), make_user()
    assert people.set_role(user=user, team=team, role="operator", by=None, now=now())
    assert people.set_role(user=user, team=team, role="manager", by=None, now=now())
    assert not people.set_role(user=user, team=team, role="manager", by=None, now=now())
    assert leads(fresh(user), team.pk)
    assert Membership.objects.count() == 1
    assert verbs() == ["joined team", "role changed"]


def test_a_person_who_owns_groups_of_the_team_stays_in_it():
    team = make_team()
    user = make_user(team)
    group = make_group(team=team, owner=user)
    make_group(team=team, owner=user, closed_on="2026-11-01")
    with pytest.raises(people.StillOwnsGroups) as refused:
        people.leave_team(user=user, team=team, by=None, now=now())
    assert refused.value.count == 1
    hand_over(groups=[group.pk], from_owner=user, to_owner=make_user(team), by=None, now=now())
    assert people.leave_team(user=user, team=team, by=None, now=now())
    assert not people.leave_team(user=user, team=team, by=None, now=now())
    assert team_roles(fresh(user)) == {}


def test_the_last_active_administrator_stays():
    one, other = make_user(is_administrator=True), make_user(is_administrator=True)
    make_user(is_administrator=True, is_active=False)
    assert people.end_administrator(user=one, by=None, now=now())
    assert not people.end_administrator(user=one, by=None, now=now())
    for refused in (people.end_administrator, people.close_account):
        with pytest.raises(people.LastAdministrator):
            refused(user=other, by=None, now=now())
    assert people.make_administrator(user=one, by=None, now=now())
    assert people.close_account(user=other, by=None, now=now())
    assert not fresh(other).is_active


def test_a_closed_account_is_refused_at_the_next_request_and_opens_again_with_its_roles():
    user = make_user(make_team())
    client = Client()
    client.force_login(user)
    assert client.get("/me/").status_code == 200
    assert people.close_account(user=user, by=None, now=now())
    assert not people.close_account(user=user, by=None, now=now())
    assert client.get("/me/").status_code == 302
    assert people.reopen_account(user=user, by=None, now=now())
    assert not people.reopen_account(user=user, by=None, now=now())
    assert client.get("/me/").status_code == 302, "the session of before is over for good"
    assert team_roles(fresh(user))


def test_a_closed_account_is_not_made_administrator():
    assert not people.make_administrator(user=make_user(is_active=False), by=None, now=now())


def test_an_owner_of_running_groups_is_not_closed():
    group = make_group()
    with pytest.raises(people.StillOwnsGroups):
        people.close_account(user=group.owner, by=None, now=now())
    assert fresh(group.owner).is_active
    assert verbs() == []


@RACE
@pytest.mark.parametrize("step", [people.end_administrator, people.close_account])
def test_of_two_last_administrators_who_go_at_once_one_stays(step, monkeypatch):
    monkeypatch.setattr(people, "hold", meeting(people.hold))
    admins = [make_user(is_administrator=True) for _ in range(2)]
    results = at_once(*(lambda admin=admin: step(user=admin, by=admin, now=now()) for admin in admins))
    assert sorted(map(repr, results)) == sorted(["True", repr(next(r for r in results if r is not True))])
    assert any(isinstance(result, people.LastAdministrator) for result in results)
    assert User.objects.filter(is_administrator=True, is_active=True).count() == 1


@RACE
def test_a_group_is_not_given_to_a_person_whose_account_is_being_closed():
    team = make_team()
    leaving, group = make_user(team), make_group(team=team)
    make_user(is_administrator=True)
    at_once(
        lambda: people.close_account(user=leaving, by=None, now=now()),
        lambda: edit_group(group=group, version=1, values={"owner_id": leaving.pk}, by=group.owner, now=now()),
    )
    group.refresh_from_db()
    assert fresh(leaving).is_active == (group.owner_id == leaving.pk)


@pytest.mark.django_db
def test_people_are_sorted_by_pinyin_whoever_saves_them():
    names = ["张三", "阿明", "Zoe", "王芳", "李雷"]
    User.objects.bulk_create([User(username=f"u{n}", display_name=name) for n, name in enumerate(names[:3])])
    for n, name in enumerate(names[3:], start=3):
        make_user(username=f"u{n}", display_name=name)
    assert [user.display_name for user in User.objects.order_by("sort_key")] == ["阿明", "李雷", "王芳", "张三", "Zoe"]
    renamed = User.objects.get(display_name="张三")
    renamed.display_name = "白雪"
    renamed.save()
    assert User.objects.order_by("sort_key")[1] == renamed
    with_user_name = make_user(username="chen", display_name="")
    assert with_user_name.sort_key == "chen"
