"""What the API tells of groups: their list, page by page, and the health of one with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404

from community_ops.api.errors import ApiError, Field, refused
from community_ops.keyset import Key, Order, number, page_of
from community_ops.reasons import cause_sentence, losses_of
from groups.models import Group
from groups.tokens import Bearer
from lifecycle.display_states import DisplayState, shown_as, states_behind
from lifecycle.models import Flag, HealthReading, Standing
from lifecycle.source_states import outage_of_group

BY_ID = Order((Key("id", number),))


def group_page(
    bearer: Bearer, *, team: str, platform: str, state: str, key: str, after: str, limit: int
) -> dict[str, Any]:
    """Groups of the token's teams by id; `after` is the cursor that the page before told."""
    teams = list(bearer.teams.values()) if not team else [bearer.teams[team]] if team in bearer.teams else []
    groups = Group.objects.filter(team__in=teams, archived_at=None)
    if platform:
        groups = groups.filter(platform=platform)
    if key:
        groups = groups.filter(external_id=key)
    if state:
        if state not in DisplayState.values:
            raise refused([Field("state", "unknown_choice", value=state)])
        where = Q(standing__state__in=states_behind(state))
        groups = groups.filter(where | Q(standing=None) if state == DisplayState.UNKNOWN else where)
    page = page_of(groups, BY_ID, limit, after=after)
    if after and not page.before:
        raise ApiError(400, "bad_cursor")
    ids = [row["id"] for row in page.rows]
    rows = Group.objects.filter(pk__in=ids).select_related("team", "standing").order_by("id")
    return {"groups": [_told(group) for group in rows], "next": page.after or None}


def health_of(bearer: Bearer, pk: int, days: int) -> dict[str, Any]:
    """The last judged days of a group, and why it stands where it stands. 404 for groups of other teams."""
    group = Group.objects.filter(pk=pk, team__in=list(bearer.teams.values())).select_related("team", "standing").first()
    if group is None:
        raise Http404
    standing = _standing(group)
    evidence: Mapping[str, Any] = standing.evidence if standing else {}
    readings = HealthReading.objects.filter(group_id=pk)
    if standing:
        readings = readings.filter(day__gt=standing.day - timedelta(days=days), day__lte=standing.day)
    flags = Flag.objects.filter(group=group, lowered_on=None).order_by("raised_on", "pk")
    outage = outage_of_group(pk)
    return {
        "group": _told(group),
        "losses": [
            {"part": loss.part, "points": None if loss.points is None else float(loss.points), "why": loss.why}
            for loss in losses_of(evidence)
        ],
        "causes": [cause_sentence(flag.cause, evidence, flag.evidence) for flag in flags],
        "frozen_since": outage.began_on.isoformat() if outage else None,
        "days": [
            {
                "day": each.day.isoformat(),
                "state": shown_as(each.state).value,
                "score": _hundredths(each.score),
                "acts_7": _known(each.acts_7),
                "members": _known(each.members),
            }
            for each in (readings.order_by("day") if standing else ())
        ],
    }


def _told(group: Group) -> dict[str, Any]:
    standing = _standing(group)
    return {
        "id": group.pk,
        "key": group.external_id,
        "name": group.name,
        "team": group.team.slug,
        "platform": group.platform,
        "opened_on": group.opened_on.isoformat(),
        "closed_on": group.closed_on.isoformat() if group.closed_on else None,
        "state": shown_as(standing.state if standing else None).value,
        "state_since": standing.state_since.isoformat() if standing else None,
        "score": _hundredths(standing.score) if standing else None,
        "judged_through": standing.day.isoformat() if standing else None,
        "observed_through": standing.last_observed_on.isoformat() if standing and standing.last_observed_on else None,
        "members": _known(standing.members) if standing else None,
        "acts_7": _known(standing.acts_7) if standing else None,
    }


def _standing(group: Group) -> Standing | None:
    return getattr(group, "standing", None)


def _hundredths(value: int) -> float | None:
    return None if value < 0 else value / 100


def _known(value: int) -> int | None:
    return None if value < 0 else value
