"""A page of the list in its usual order, from the states that it can come from instead of from all groups.

How many groups each state has is counted for the page anyway. From where the page begins, only as many states are read
as hold one row more than the page: of 20,000 groups the first page then sorts the few that are dead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F, IntegerField, Q, QuerySet, Value

from community_ops.group_filters import ORDERS, WORST_FIRST, keyed
from community_ops.keyset import Page, edge_of, page_of
from lifecycle.display_states import DisplayState, states_behind
from lifecycle.models.health import STATES_IN_TROUBLE

ORDER = ORDERS["worst"]
STATES = (*WORST_FIRST, DisplayState.UNKNOWN)  # by the rank that group_filters.keyed gives them


def page_of_worst(
    groups: QuerySet, counts: Mapping[DisplayState, int], size: int, *, after: str = "", before: str = ""
) -> Page:
    """What keyset.page_of(keyed(groups), ORDER, ...) gives; `counts` are the groups behind each state, or more."""
    edge = edge_of(after or before, ORDER)
    backwards = bool(before and not after and edge)
    near = states_of_page(counts, size, int(edge[0]) if edge else None, backwards=backwards)
    some = groups if len(near) == len(STATES) else in_states(groups, near)
    page = page_of(_keyed_of(near, some), ORDER, size, after=after, before=before)
    to_the_end = near[-1] == (STATES[0] if backwards else STATES[-1])
    if to_the_end or (page.before if backwards else page.after):
        return page
    # Groups left these states since they were counted.
    return page_of(keyed(groups), ORDER, size, after=after, before=before)


def states_of_page(
    counts: Mapping[DisplayState, int], size: int, edge: int | None, *, backwards: bool = False
) -> Sequence[DisplayState]:
    """The states that a page of `size` rows and the next one can come from, past the rank of its edge.

    Of the state at the edge nobody knows how many lie past it, so it counts for nothing.
    """
    ranks = range(len(STATES))
    place = None if edge is None else min(max(edge, 0), len(STATES) - 1)
    if place is not None:
        ranks = range(place, -1, -1) if backwards else range(place, len(STATES))
    near, held = [], 0
    for rank in ranks:
        near.append(STATES[rank])
        held += 0 if rank == place else counts.get(STATES[rank], 0)
        if held > size:
            break
    return near


def _keyed_of(shown: Sequence[DisplayState], groups: QuerySet) -> QuerySet:
    """`groups.keyed`, where they all stand in one state in the order in which an index holds them."""
    if len(states_behind(*shown)) != 1 or DisplayState.UNKNOWN in shown:
        return keyed(groups)
    rank = Value(STATES.index(shown[0]), output_field=IntegerField())
    indexed = set(states_behind(*shown)) <= set(STATES_IN_TROUBLE)
    return groups.annotate(rank=rank, score=F("standing__trouble_score" if indexed else "standing__score"))


def in_states(groups: QuerySet, shown: Sequence[DisplayState]) -> QuerySet:
    """The groups that are shown under any of these words; one that was never judged has not enough data."""
    where = Q(standing__state__in=states_behind(*shown))
    if DisplayState.UNKNOWN in shown:
        where |= Q(standing=None)
    return groups.filter(where)
