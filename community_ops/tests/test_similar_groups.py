"""What became of groups like one: which count, what they became, and how little follows from few."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from community_ops.similar_groups import CLOSED, similar_groups, similar_sentence
from community_ops.tests.fleet_making import make_change
from groups.access import team_roles
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models.health import HealthState

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 21)
STABLE, DECLINING, DORMANT = HealthState.STABLE, HealthState.DECLINING, HealthState.DORMANT


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def person(team):
    return make_user(team, language="en")


def came(team, ago=200, after=DECLINING, later=None, later_after=30, **fields):
    """A group that came to a state so many days ago, and to another one some days after that."""
    group = make_group(team=team, opened_on=DAY - timedelta(days=900), **fields)
    make_change(group, DAY - timedelta(days=ago), STABLE, after)
    if later is not None:
        make_change(group, DAY - timedelta(days=ago - later_after), after, later)
    return group


def asked(team, person, state=DECLINING, **fields):
    group = make_group(team=team, opened_on=DAY - timedelta(days=900), **fields)
    return similar_groups(group, group.plans.get(), state, DAY, person)


def test_what_they_became_is_counted_by_state_ninety_days_later(team, person, django_assert_num_queries):
    came(team, later=STABLE)
    came(team, later=STABLE, later_after=89)
    came(team, later=STABLE, later_after=91)
    came(team, later=DORMANT)
    came(team, later=STABLE, closed_on=DAY - timedelta(days=120))
    group = make_group(team=team, opened_on=DAY)
    plan = group.plans.get()
    team_roles(person)  # a request has asked for them before
    with django_assert_num_queries(1):
        found = similar_groups(group, plan, DECLINING, DAY, person)
    assert found.groups == 5
    assert dict(found.counts) == {"healthy": 2, "watch": 1, "at_risk": 1, CLOSED: 1}


def test_the_last_time_of_a_group_counts_once(team, person):
    group = came(team, ago=400, later=STABLE)
    make_change(group, DAY - timedelta(days=150), STABLE, DECLINING)
    make_change(group, DAY - timedelta(days=100), DECLINING, DORMANT)
    found = asked(team, person)
    assert (found.groups, dict(found.counts)) == (1, {"at_risk": 1})


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"ago": 89}, id="too recent to know"),
        pytest.param({"ago": 731}, id="too long ago"),
        pytest.param({"after": DORMANT}, id="another state"),
        pytest.param({"plan_activity_kind": "transaction"}, id="another kind of activity"),
        pytest.param({"layer": "vip"}, id="another layer"),
        pytest.param({"plan_lifespan": "flash", "plan_ends_on": date(2027, 1, 1)}, id="planned for days"),
    ],
)
def test_others_are_not_similar(team, person, other):
    came(team, **other)
    assert asked(team, person).groups == 0


def test_groups_of_other_teams_stay_theirs(team, person):
    came(make_team(), later=STABLE)
    assert asked(team, person).groups == 0


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_few_prove_nothing_and_none_is_said(team, person, english):
    none = similar_sentence(asked(team, person))
    assert "no experience to tell" in none
    for _n in range(4):
        came(team, later=STABLE)
    few = similar_sentence(asked(team, person))
    assert "4 groups of the same activity and layer came to" in few
    assert "90 days later: 4 Healthy. So few prove nothing." in few
    came(team)
    enough = similar_sentence(asked(team, person))
    assert "90 days later: 4 Healthy, 1 Watch." in enough
    assert "prove nothing" not in enough


@pytest.mark.parametrize(
    "state", [STABLE, HealthState.UNKNOWN, HealthState.FORMING, HealthState.MISSION_COMPLETE, None]
)
def test_nobody_asks_where_a_group_stands_well_or_is_not_known(team, person, state):
    assert asked(team, person, state) is None
