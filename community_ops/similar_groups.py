"""What became of groups like one that came to the state in which it stands: found in the history of states.

Similar: of the teams that the person sees, with the same kind of activity, the same layer, and planned for days or not.
Of each the last time counts on which it came to the state at least HORIZON_DAYS and at most two years ago. What became
of it is the state in which it was HORIZON_DAYS later, or that it was closed by then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_ops import numbers
from groups.access import team_roles
from groups.models import Group, Plan, User
from groups.models.group import ActivityKind, Lifespan
from lifecycle.display_states import DisplayState, shown_as
from lifecycle.models.health import HealthState

HORIZON_DAYS = 90
LOOK_BACK_DAYS = 730
LATEST = 500  # changes that are looked at, the latest first
FEW = 5  # of fewer groups nothing follows
ASKED = (HealthState.DECLINING, HealthState.DORMANT, HealthState.DEAD, HealthState.AD_OVERRUN)
CLOSED = "closed"
# (group, day on which it came to the state, where it stood at last HORIZON_DAYS later if it changed, day of its end).
CAME = f"""
    SELECT c.group_id, c.day, (
            SELECT l.after FROM lifecycle_statechange l
            WHERE l.group_id = c.group_id AND l.day > c.day AND l.day <= c.day + {HORIZON_DAYS}
            ORDER BY l.day DESC LIMIT 1
        ), g.closed_on
    FROM lifecycle_statechange c JOIN groups_group g ON g.id = c.group_id
    JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    WHERE c.after = %(state)s AND c.day BETWEEN %(first)s AND %(until)s AND g.id <> %(group)s
        AND g.team_id = ANY(%(teams)s::bigint[]) AND g.layer = %(layer)s AND p.activity_kind = %(kind)s
        AND p.lifespan = ANY(%(lifespans)s)
    ORDER BY c.day DESC, c.id DESC LIMIT {LATEST}
"""  # noqa: S608 - numbers of ours


@dataclass(frozen=True)
class SimilarGroups:
    """`counts`: (DisplayState or CLOSED, groups), most first; they sum to `groups`."""

    groups: int
    state: str
    counts: tuple[tuple[str, int], ...]


def similar_groups(group: Group, plan: Plan | None, state: int | None, day: date, user: User) -> SimilarGroups | None:
    """One query, however many groups there are. None for a group that stands well, is over, or is not known."""
    if state not in ASKED or group.closed_on:
        return None
    kind = plan.activity_kind if plan else ActivityKind.CONVERSATION
    is_flash = plan is not None and plan.lifespan == Lifespan.FLASH
    lifespans = [Lifespan.FLASH] if is_flash else [Lifespan.BOUNDED, Lifespan.LASTING]
    asked = {
        "state": state,
        "first": day - timedelta(days=LOOK_BACK_DAYS),
        "until": day - timedelta(days=HORIZON_DAYS),
        "teams": list(team_roles(user)),
        "group": group.pk,
        "layer": group.layer,
        "kind": kind,
        "lifespans": lifespans,
    }
    with connection.cursor() as cursor:
        cursor.execute(CAME, asked)
        rows = cursor.fetchall()
    became: dict[int, str] = {}
    for group_id, came_on, after, closed_on in rows:
        if group_id not in became:
            over = closed_on is not None and closed_on <= came_on + timedelta(days=HORIZON_DAYS)
            became[group_id] = CLOSED if over else shown_as(state if after is None else after).value
    counts = Counter(became.values()).most_common()
    return SimilarGroups(len(became), shown_as(state).value, tuple(counts))


def similar_sentence(found: SimilarGroups | None) -> str:
    """What became of them, with how many there are, and how little follows from few. Empty where nobody asked."""
    if found is None:
        return ""
    state = DisplayState(found.state).label
    if not found.groups:
        return _(
            "No group of the same activity and layer that you can see came to “%(state)s” %(days)s days ago or earlier,"
            " so there is no experience to tell."
        ) % {"state": state, "days": HORIZON_DAYS}
    told = _(", ").join(_("%(n)s %(became)s") % {"n": n, "became": _word(became)} for became, n in found.counts)
    sentence = ngettext(
        "%(n)s group of the same activity and layer came to “%(state)s” within two years; %(days)s days later:"
        " %(told)s.",
        "%(n)s groups of the same activity and layer came to “%(state)s” within two years; %(days)s days later:"
        " %(told)s.",
        found.groups,
    ) % {"n": numbers.grouped(found.groups), "state": state, "days": HORIZON_DAYS, "told": told}
    if found.groups < FEW:
        return _("%(sentence)s So few prove nothing.") % {"sentence": sentence}
    return sentence


def _word(became: str) -> str:
    return _("Closed") if became == CLOSED else str(DisplayState(became).label)
