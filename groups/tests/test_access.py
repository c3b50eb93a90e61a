"""Who sees and leads which team: one company of a few teams, and every kind of person in it, as tables."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404

from groups import access
from groups.models import Group, Membership, User
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db


class Company:
    """Two trees of teams: top over middle over low, and other by itself; empty has nobody in it or above it."""

    def __init__(self):
        top = make_team(name="top")
        middle = make_team(name="middle", parent=top)
        low = make_team(name="low", parent=middle)
        other, empty = make_team(name="other"), make_team(name="empty")
        self.teams = {each.name: each for each in (top, middle, low, other, empty)}
        self.people = {
            "boss": make_user(top, role="manager"),
            "lead": make_user(middle, role="manager"),
            "worker": make_user(low),
            "member of top": make_user(top),
            "both": make_user(low),
            "away": make_user(low, role="manager", is_active=False),
            "stranger": make_user(other, role="manager"),
            "administrator": make_user(is_administrator=True),
            "closed administrator": make_user(is_administrator=True, is_active=False),
            "nobody": make_user(),
        }
        Membership.objects.create(user=self.people["both"], team=other, role="manager")
        Membership.objects.create(user=self.people["both"], team=middle, role="operator")
        self.names = {each.pk: name for name, each in self.people.items()}

    def person(self, name):
        """Read anew, since the roles are remembered on the object."""
        return User.objects.get(pk=self.people[name].pk)

    def team_names(self, ids):
        known = {each.pk: name for name, each in self.teams.items()}
        return {known[each] for each in ids}


@pytest.fixture
def company():
    return Company()


ALL = {"top", "middle", "low", "other", "empty"}
SEES = {
    "boss": ({"top", "middle", "low"}, {"top", "middle", "low"}),
    "lead": ({"middle", "low"}, {"middle", "low"}),
    "worker": ({"low"}, set()),
    "member of top": ({"top"}, set()),
    "both": ({"low", "middle", "other"}, {"other"}),
    "away": (set(), set()),
    "stranger": ({"other"}, {"other"}),
    "administrator": (ALL, ALL),
    "closed administrator": (set(), set()),
    "nobody": (set(), set()),
}


def test_who_sees_and_leads_which_team(company):
    found = {name: access.team_roles(company.person(name)) for name in company.people}
    assert {
        name: (company.team_names(roles), company.team_names(team for team, leads in roles.items() if leads))
        for name, roles in found.items()
    } == SEES


def test_each_team_is_asked_about_as_all_of_them_are(company):
    for name, (_sees, led) in SEES.items():
        user = company.person(name)
        assert {each for each, team in company.teams.items() if access.leads(user, team.pk)} == led
        assert access.leads_any(user) is bool(led) or name == "closed administrator"
    assert not access.team_roles(AnonymousUser()) and not access.leads_any(AnonymousUser())


def test_roles_are_asked_for_once_a_person(company, django_assert_num_queries):
    user = company.person("boss")
    with django_assert_num_queries(1):
        access.team_roles(user)
        access.leads_any(user)


def test_a_team_that_is_managed_and_worked_in_is_said_once(company):
    Membership.objects.create(user=company.people["lead"], team=company.teams["low"], role="operator")
    assert access.leads(company.person("lead"), company.teams["low"].pk)
    with connection.cursor() as cursor:
        cursor.execute(access.TEAMS_OF_USERS, {"users": [company.people["lead"].pk]})
        assert len(cursor.fetchall()) == 2


def test_pairs_of_who_sees_what_are_those_of_memberships(company):
    pairs = access.teams_seen_by(each.pk for each in company.people.values())
    found = {name: set() for name in company.people}
    for user, team in pairs:
        found[company.names[user]] |= company.team_names([team])
    wanted = {name: sees for name, (sees, _leads) in SEES.items()}
    assert found == wanted | {"administrator": set(), "away": {"low"}}


def test_teams_below_and_above(company):
    below = {name: company.team_names(access.teams_below(team.pk)) for name, team in company.teams.items()}
    assert below == {
        "top": {"top", "middle", "low"}, "middle": {"middle", "low"}, "low": {"low"}, "other": {"other"},
        "empty": {"empty"},
    }  # fmt: skip
    low, middle, top = (company.teams[name].pk for name in ("low", "middle", "top"))
    assert access.teams_above(low) == [low, middle, top]
    assert access.teams_above(top) == [top]


def test_rows_of_teams_that_somebody_sees_or_leads(company):
    groups = {
        name: make_group(team=team, name=name, owner=company.people["boss"]) for name, team in company.teams.items()
    }
    for name, (sees, led) in SEES.items():
        user = company.person(name)
        assert set(Group.objects.visible_to(user).values_list("name", flat=True)) == sees
        assert set(Group.objects.led_by(user).values_list("name", flat=True)) == led
    user = company.person("worker")
    assert Group.objects.one_visible_to(user, groups["low"].pk) == groups["low"]
    for pk in (groups["middle"].pk, 0):
        with pytest.raises(Http404):
            Group.objects.one_visible_to(user, pk)


LEADERS = f"WITH RECURSIVE {access.LEADERS_OF_TEAMS} SELECT team_id, user_id FROM leaders"


def leaders(company):
    with connection.cursor() as cursor:
        cursor.execute(LEADERS)
        rows = cursor.fetchall()
    assert len(rows) == len(set(rows))
    known = {each.pk: name for name, each in company.teams.items()}
    found = {}
    for team, user in rows:
        found.setdefault(known[team], set()).add(company.names[user])
    return found


def test_who_decides_is_the_nearest_active_manager_or_an_administrator(company):
    company.people["demo"] = make_user(is_administrator=True, is_demo=True)
    company.names[company.people["demo"].pk] = "demo"
    assert leaders(company) == {
        "top": {"boss"},
        "middle": {"lead"},
        "low": {"lead"},  # its own manager is away
        "other": {"stranger", "both"},
        "empty": {"administrator"},
    }
    User.objects.filter(pk=company.people["lead"].pk).update(is_active=False)
    assert leaders(company)["low"] == leaders(company)["middle"] == {"boss"}


def test_who_works_in_a_team(company, django_assert_num_queries):
    ids = [company.teams[name].pk for name in ("top", "low", "empty")]
    with django_assert_num_queries(3):
        found = access.people_of_teams(ids)
    assert [{company.names[each.pk] for each in found[team]} for team in ids] == [
        {"boss", "member of top", "administrator"},
        {"boss", "lead", "worker", "both", "administrator"},
        {"administrator"},
    ]
