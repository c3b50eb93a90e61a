"""Reads where all groups of a person stand, now and lately, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case as SqlCase
from django.db.models import Count, DateField, F, FilteredRelation, IntegerField, Max, Q, Sum, Value, When
from django.db.models.expressions import RawSQL

from groups import economics
from groups.access import team_roles
from groups.models import Group, User
from groups.rules.profit_and_loss import Net
from lifecycle.display_states import JUDGED, DisplayState, shown_as, states_behind
from lifecycle.models import Case, Flag, FleetDay, Standing, StateChange

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
WORST = 10
FIRST_OF_STATE = f"""
    (SELECT s.group_id FROM lifecycle_standing s JOIN groups_group g ON g.id = s.group_id
     WHERE s.state = {{state}} AND s.team_id = ANY(%s::bigint[]) AND g.closed_on IS NULL AND g.archived_at IS NULL
     ORDER BY {{by}}, s.group_id LIMIT {WORST})
"""  # noqa: S608 - numbers of ours
MERGED = """SET LOCAL enable_hashjoin = off;
    SELECT counted.*, u.display_name
    FROM ({counted}) counted(state, owner_id, monetization, layer, groups, latest)
    JOIN groups_user u ON u.id = counted.owner_id
"""

States = Counter[DisplayState]


@dataclass
class Fleet:
    """Running groups by where they stand; every count is of the same groups that the group list shows."""

    as_of: date | None = None
    states: States = field(default_factory=Counter)
    by_owner: dict[tuple[int, str], States] = field(default_factory=dict)
    by_model: dict[tuple[str, str], States] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.states.total()

    @property
    def healthy_share(self) -> float | None:
        return healthy_share(self.states)


def healthy_share(states: States) -> float | None:
    """Healthy among the judged, 0 to 1; None where nothing was judged."""
    judged = sum(states[state] for state in JUDGED)
    return states[DisplayState.HEALTHY] / judged if judged else None


def running_groups(user: User, team_id: int | None = None):
    groups = Group.objects.visible_to(user).running()
    return groups.filter(team_id=team_id) if team_id else groups


def fleet_of(user: User, team_id: int | None = None) -> Fleet:
    """One query. `as_of` is the latest day that was judged for any of the groups.

    Groups are joined by their ids, in whose order every index has them: the planner would take hash tables of all of
    them, for a twentieth less by its reckoning, which take half as long again. One string is one transaction, with
    which the setting ends; within a transaction of the caller, with that.
    """
    rows = (
        running_groups(user, team_id)
        .annotate(plan=FilteredRelation("plans", condition=Q(plans__superseded_at=None)))
        .values_list("standing__state", "owner_id", "plan__monetization", "layer")
        .annotate(groups=Count("id"), latest=Max("standing__day"))
        .order_by()
    )
    fleet = Fleet()
    try:
        counted, params = rows.query.sql_with_params()
    except EmptyResultSet:  # whoever is in no team sees no group
        return fleet
    with connection.cursor() as cursor:
        cursor.execute(MERGED.format(counted=counted), params)
        found = cursor.fetchall()
    for state, owner_id, model, layer, groups, latest, owner in found:
        shown = shown_as(state)
        fleet.states[shown] += groups
        fleet.by_owner.setdefault((owner_id, owner), Counter())[shown] += groups
        fleet.by_model.setdefault((model or "", layer), Counter())[shown] += groups
        if latest and (fleet.as_of is None or latest > fleet.as_of):
            fleet.as_of = latest
    return fleet


def states_now(user: User) -> tuple[States, date | None]:
    """Where the running groups stand, and the latest day that was judged for any of them; one query.

    What `fleet_of` says too, at half the time: neither plans nor owners are joined.
    """
    rows = running_groups(user).values_list("standing__state").annotate(groups=Count("id"), latest=Max("standing__day"))
    states: States = Counter()
    as_of: date | None = None
    for state, groups, latest in rows.order_by():
        states[shown_as(state)] += groups
        as_of = max(filter(None, (as_of, latest)), default=None)
    return states, as_of


def states_by_day(team_ids: Collection[int], first: date, last: date) -> dict[date, States]:
    """From the daily roll-up; a day that was not rolled up is not in the answer."""
    rows = FleetDay.objects.filter(team_id__in=team_ids, day__range=(first, last))
    days: dict[date, States] = {}
    for day, state, groups in rows.order_by().values_list("day", "state").annotate(groups=Sum("groups")):
        days.setdefault(day, Counter())[shown_as(state)] += groups
    return days


def newly_at_risk(user: User, as_of: date, team_id: int | None = None) -> int:
    """Groups at risk since less than a week."""
    return (
        running_groups(user, team_id)
        .filter(standing__state__in=states_behind(DisplayState.AT_RISK), standing__state_since__gt=as_of - WEEK)
        .count()
    )


def moves_of_week(user: User, as_of: date, team_id: int | None = None) -> list[tuple[DisplayState, DisplayState, int]]:
    """How many groups stand elsewhere than a week ago, by (from, to), most first."""
    changes = StateChange.objects.filter(
        group__in=running_groups(user, team_id), day__gt=as_of - WEEK, day__lte=as_of
    ).order_by("group_id", "day")
    ends: dict[int, tuple[int, int]] = {}
    for group_id, before, after in changes.values_list("group_id", "before", "after"):
        ends[group_id] = (ends[group_id][0] if group_id in ends else before, after)
    moves = Counter((shown_as(before), shown_as(after)) for before, after in ends.values())
    return [(before, after, count) for (before, after), count in moves.most_common() if before != after]


def came_and_went(user: User, as_of: date, team_id: int | None = None) -> tuple[int, States]:
    """How many groups were opened within a week, and where those stood that were closed in it; one query.

    A group counts on the day that it closes, so those of the day a week ago are among them.
    """
    groups = Group.objects.visible_to(user).filter(archived_at=None)
    if team_id:
        groups = groups.filter(team_id=team_id)
    opened = Q(closed_on=None, opened_on__gt=as_of - WEEK, opened_on__lte=as_of)
    rows = groups.filter(opened | Q(closed_on__gte=as_of - WEEK)).values_list("closed_on", "standing__state")
    came, went = 0, Counter[DisplayState]()
    for closed_on, state in rows:
        if closed_on is None:
            came += 1
        else:
            went[shown_as(state)] += 1
    return came, went


@dataclass(frozen=True)
class WorstGroup:
    group_id: int
    name: str
    owner: str
    state: DisplayState
    score: int | None
    cause: str  # of the gravest standing flag; empty without one
    told: Mapping[str, Any]  # the evidence of that flag
    evidence: Mapping[str, Any]  # of the last day judged
    case: Case | None


def states_looked_after(user: User) -> States:
    """Where the groups stand that the user owns, or looks after beside their owner; one query."""
    rows = running_groups(user).owned_by(user).values_list("standing__state").annotate(groups=Count("id")).order_by()
    states: States = Counter()
    for state, groups in rows:
        states[shown_as(state)] += groups
    return states


def worst_groups(user: User, team_id: int | None = None) -> list[WorstGroup]:
    """What to look at first: who can still be helped, the lowest score before; then the dead, the latest death before.

    A group that has been silent for years waits for nothing; the list of groups shows it at its top.
    """
    standings = Standing.objects.visible_to(user).filter(
        group__in=_first_of_each(user, team_id), group__closed_on=None, group__archived_at=None
    )
    dead = Q(state__in=states_behind(DisplayState.DEAD))
    rank = SqlCase(When(dead, then=Value(1)), default=Value(0), output_field=IntegerField())
    died_on = SqlCase(When(dead, then=F("state_since")), output_field=DateField())
    rows = list(
        standings.annotate(rank=rank, died_on=died_on)
        .select_related("group__owner")
        .order_by("rank", F("died_on").desc(nulls_last=True), "score", "group_id")[:WORST]
    )
    ids = [row.group_id for row in rows]
    flags = Flag.objects.filter(group_id__in=ids, lowered_on=None).order_by("severity", "-raised_on")
    causes = {group: (cause, told) for group, cause, told in flags.values_list("group_id", "cause", "evidence")}
    cases = {case.group_id: case for case in Case.objects.filter(group_id__in=ids).exclude(state__in=Case.ENDED)}
    return [
        WorstGroup(
            row.group_id,
            row.group.name,
            str(row.group.owner),
            shown_as(row.state),
            None if row.score < 0 else row.score,
            *causes.get(row.group_id, ("", {})),
            row.evidence,
            cases.get(row.group_id),
        )
        for row in rows
    ]


def _first_of_each(user: User, team_id: int | None) -> RawSQL:
    """Ids of the first groups of each troubled state, in its order: the worst of all are among them.

    The indexes of those in trouble hold each state in this order, so that no state is read whole.
    """
    alive = [FIRST_OF_STATE.format(state=state, by="s.trouble_score") for state in states_behind(DisplayState.AT_RISK)]
    dead = [
        FIRST_OF_STATE.format(state=s, by="s.state_since DESC, s.trouble_score")
        for s in states_behind(DisplayState.DEAD)
    ]
    teams = [team_id] if team_id else list(team_roles(user))
    each = alive + dead
    return RawSQL(" UNION ALL ".join(each), [teams] * len(each))  # noqa: S611 - states and words of ours


def by_cause(user: User, team_id: int | None = None) -> list[tuple[str, int]]:
    """How many running groups stand flagged with each cause, most first; of the groups that the group list shows."""
    flags = Flag.objects.filter(group__in=running_groups(user, team_id), lowered_on=None)
    counted = flags.values_list("cause").annotate(groups=Count("id")).order_by("-groups", "cause")
    return list(counted)


def recovered_of(user: User, as_of: date, team_id: int | None = None) -> tuple[int, int]:
    """(recovered, ended) cases of 30 days; a case that ended as kept was a false alarm and does not count."""
    ended = Case.objects.visible_to(user).filter(ended_on__gt=as_of - MONTH, ended_on__lte=as_of)
    ended = ended.filter(state__in=[state for state in Case.ENDED if state != Case.State.KEPT])
    if team_id:
        ended = ended.filter(team_id=team_id)
    found = ended.aggregate(all=Count("id"), recovered=Count("id", filter=Q(state=Case.State.RECOVERED)))
    return found["recovered"], found["all"]


def net_of_month(user: User, day: date, team_id: int | None = None) -> Net | None:
    """Net contribution of the running groups from the first of the month to `day`; None without any line."""
    return economics.net_of_groups(running_groups(user, team_id), team_roles(user), day.replace(day=1), day)
