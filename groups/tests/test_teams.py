"""The tree of teams: no circles, also when two move at once, and who sees what after a move."""

import pytest
from django.utils import timezone

from groups import teams
from groups.access import leads
from groups.models import AuditEntry, Team, User
from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once, meeting


def now():
    return timezone.now()


def change(team, **fields):
    stands = {"name": team.name, "parent": team.parent}
    return teams.change_team(team=team, by=None, now=now(), **stands | fields)


@pytest.mark.django_db
def test_a_team_is_made_with_a_slug_of_its_own():
    one = teams.create_team(name="华东运营组", parent=None, by=None, now=now())
    other = teams.create_team(name="华东运营组", parent=one, by=None, now=now())
    signs = teams.create_team(name="★", parent=None, by=None, now=now())
    assert [one.slug, other.slug, signs.slug] == ["hua-dong-yun-ying-zu", "hua-dong-yun-ying-zu-2", "team"]
    with pytest.raises(teams.TeamNameTaken):
        teams.create_team(name="华东运营组", parent=one, by=None, now=now())
    assert AuditEntry.objects.count() == 3


@pytest.mark.django_db
def test_a_manager_sees_a_team_that_was_moved_below():
    above, below = make_team(), make_team()
    manager = make_user(above, role="manager")
    assert not leads(User.objects.get(pk=manager.pk), below.pk)
    assert change(below, parent=above)
    assert leads(User.objects.get(pk=manager.pk), below.pk)
    below.refresh_from_db()
    assert not change(below)
    assert change(below, parent=None, name="新名字")
    assert not leads(User.objects.get(pk=manager.pk), below.pk)
    assert AuditEntry.objects.latest("id").after == {"name": "新名字", "parent": None}


@pytest.mark.django_db
def test_a_team_is_not_moved_below_itself():
    above = make_team()
    below = make_team(parent=above)
    with pytest.raises(teams.TeamUnderItself):
        change(above, parent=below)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_teams_moved_below_each_other_at_once_one_moves(monkeypatch):
    monkeypatch.setattr(teams, "would_circle", meeting(teams.would_circle))
    one, other = make_team(), make_team()
    results = at_once(lambda: change(one, parent=other), lambda: change(other, parent=one))
    assert sorted(type(result) for result in results if result is not True) == [teams.TeamUnderItself]
    assert Team.objects.filter(parent=None).count() == 1
