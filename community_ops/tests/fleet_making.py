"""Makes a small fleet of groups that stand in every state, as it was judged yesterday."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from groups.models import Group, Team, User
from groups.tests.making import make_group
from lifecycle.models import FleetDay, HealthState, StateChange
from lifecycle.tests.cases.making import make_flag, make_standing

AS_OF = date(2026, 11, 21)
MORNING = "2026-11-22T04:00:00Z"  # noon of the day after, in business time
STATES = {
    HealthState.STABLE: 5,
    HealthState.THRIVING: 2,
    HealthState.DECLINING: 3,
    HealthState.DORMANT: 2,
    HealthState.AD_OVERRUN: 1,
    HealthState.DEAD: 1,
    HealthState.FORMING: 1,
    HealthState.MISSION_COMPLETE: 1,
    HealthState.UNKNOWN: 2,
}


def make_fleet(team: Team, owner: User, states: Mapping[HealthState, int] = STATES, as_of: date = AS_OF) -> list[Group]:
    """So many groups in each state; those at risk have a flag."""
    groups = []
    for state, count in states.items():
        for _number in range(count):
            group = make_group(team=team, owner=owner)
            score = -1 if state == HealthState.UNKNOWN else 9000 - 1000 * int(state)
            since = as_of - timedelta(days=20)
            silent = {"silent_exposure": 12}
            make_standing(group, state=state, day=as_of, state_since=since, score=score, evidence=silent)
            if state in (HealthState.DORMANT, HealthState.AD_OVERRUN, HealthState.DEAD):
                make_flag(group, evidence=silent)
            groups.append(group)
    return groups


def make_fleet_day(team: Team, day: date, states: Mapping[HealthState, int]) -> None:
    FleetDay.objects.bulk_create(
        FleetDay(
            team_id=team.pk,
            day=day,
            state=state,
            activity_kind="conversation",
            monetization="repurchase",
            layer="none",
            groups=count,
            members=0,
            acts_7=0,
        )
        for state, count in states.items()
    )


def make_change(group: Group, day: date, before: HealthState, after: HealthState) -> StateChange:
    return StateChange.objects.create(group=group, day=day, before=before, after=after, evidence={}, rule_version=1)
