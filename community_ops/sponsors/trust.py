"""Reads the price of trust of placements: daily counts of their groups, what a member is worth, then the rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from groups.models import LedgerLine, Placement
from groups.rules.price_of_trust import (
    AFTER_DAYS,
    TENTH,
    USUAL_DAYS,
    Trust,
    TrustDay,
    Worth,
    in_yuan,
    trust_after,
    worth_of_member,
)
from lifecycle.models import DailyActivity, Standing
from lifecycle.rules.calendar import FESTIVAL, REST_DAY, day_kinds
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.policy import DEFAULT_POLICY

WORTH_DAYS = 90


@dataclass(frozen=True)
class PlacementTrust:
    """What one placement cost in trust; `shared` placements of the same group and day bear it together."""

    trust: Trust
    worth: Worth | None
    yuan: Decimal | None
    shared: int = 1


@dataclass(frozen=True)
class TrustSum:
    """Several placements together. `known` of `placements` could be told; sums are None where none could."""

    placements: int
    known: int
    leaves: Decimal | None
    silent: Decimal | None  # the mean
    yuan: Decimal | None


def trust_of(placements: Collection[Placement], today: date) -> dict[int, PlacementTrust]:
    """By placement id, for those that members have seen. Six queries, whatever the number of placements."""
    seen = [each for each in placements if each.state in (Placement.State.DONE, Placement.State.PAID)]
    if not seen:
        return {}
    groups = {each.group_id for each in seen}
    first = min(each.on for each in seen) - timedelta(days=USUAL_DAYS)
    last = min(max(each.on for each in seen) + timedelta(days=AFTER_DAYS), today - timedelta(days=1))
    shown = _shown_on(groups, first - timedelta(days=AFTER_DAYS), today)
    days = _days_of(groups, first, max(first, last))
    worths = worths_of(groups, today)
    found = {}
    for each in seen:
        others = [day for day in shown[each.group_id] if day != each.on]
        shared = max(shown[each.group_id][each.on], 1)
        trust = trust_after(each.on, others, days.get(each.group_id, {}), last_day=today - timedelta(days=1))
        trust = _divided(trust, shared)
        worth = worths.get(each.group_id)
        found[each.pk] = PlacementTrust(trust, worth, in_yuan(trust.leaves, worth), shared)
    return found


def summed(found: Iterable[PlacementTrust]) -> TrustSum:
    """Several placements added up; what is unknown is left out and counted."""
    each = list(found)
    leaves = [it.trust.leaves for it in each if it.trust.leaves is not None]
    silent = [it.trust.silent for it in each if it.trust.silent is not None]
    yuan = [it.yuan for it in each if it.yuan is not None]
    return TrustSum(
        placements=len(each),
        known=len(leaves),
        leaves=sum(leaves, Decimal(0)) if leaves else None,
        silent=(sum(silent, Decimal(0)) / len(silent)).quantize(TENTH, ROUND_HALF_UP) if silent else None,
        yuan=sum(yuan, Decimal(0)) if yuan else None,
    )


def worths_of(groups: Collection[int], today: date) -> dict[int, Worth]:
    """What one member of each group is worth by the last 90 days; a group of which it is not known is not in it."""
    since = today - timedelta(days=WORTH_DAYS)
    sums = {
        row["group_id"]: row
        for row in LedgerLine.objects.filter(group_id__in=groups, on__gt=since, on__lte=today)
        .order_by()
        .values("group_id")
        .annotate(
            acquisition=Sum("amount", filter=Q(category__root="acquisition")),
            revenue=Sum("amount", filter=Q(kind=LedgerLine.Kind.REVENUE)),
        )
    }
    joined = DailyActivity.objects.filter(group_id__in=groups, day__gt=since, day__lte=today)
    joined = joined.annotate(said=F("known").bitand(KNOWN["joins"])).exclude(said=0).order_by()
    joins = dict(joined.values("group_id").annotate(all=Sum("joins")).values_list("group_id", "all"))
    standing = Standing.objects.filter(group_id__in=groups, members__gte=0)
    members = dict(standing.values_list("group_id", "members"))
    found = {
        group_id: worth_of_member(
            acquisition=sums.get(group_id, {}).get("acquisition"),
            joins=joins.get(group_id),
            revenue=sums.get(group_id, {}).get("revenue"),
            members=members.get(group_id),
        )
        for group_id in groups
    }
    return {group_id: worth for group_id, worth in found.items() if worth}


def why_unknown(why: str) -> str:
    """The reason in words."""
    return {
        "running": _("the 7 days after it are not over"),
        "not_observed": _("too few of the days after it were observed"),
        "no_usual": _("too few undisturbed days before it were observed"),
    }.get(why, "")


def basis_of(worth: Worth | None) -> str:
    """What a member's worth was taken from."""
    if worth is None:
        return ""
    return {
        "cost_per_join": _("cost of winning a member, 90 days"),
        "revenue_per_member": _("revenue per member, 90 days"),
    }[worth.basis]


def _shown_on(groups: Collection[int], first: date, last: date) -> Mapping[int, Counter[date]]:
    """How many placements each group showed on which days."""
    rows = Placement.objects.shown().filter(group_id__in=groups, on__range=(first, last))
    found: dict[int, Counter[date]] = defaultdict(Counter)
    for group_id, on in rows.values_list("group_id", "on"):
        found[group_id][on] += 1
    return found


def _days_of(groups: Collection[int], first: date, last: date) -> dict[int, dict[date, TrustDay]]:
    kinds = day_kinds(first, last).kinds
    weights = {REST_DAY: DEFAULT_POLICY.rest_day_prior, FESTIVAL: 0.0}
    found: dict[int, dict[date, TrustDay]] = defaultdict(dict)
    exposures = [weights.get(kind, 1.0) for kind in kinds.tolist()]
    rows = DailyActivity.objects.filter(group_id__in=groups, day__range=(first, last))
    for group_id, day, known, left, spoke in rows.values_list("group_id", "day", "known", "leaves", "speakers"):
        leaves = left if known & KNOWN["leaves"] else None
        speakers = spoke if known & KNOWN["speakers"] else None
        found[group_id][day] = TrustDay(leaves, speakers, exposures[(day - first).days])
    return found


def _divided(trust: Trust, shared: int) -> Trust:
    if shared == 1:
        return trust

    def part(value: Decimal | None) -> Decimal | None:
        return None if value is None else (value / shared).quantize(TENTH, ROUND_HALF_UP)

    return Trust(leaves=part(trust.leaves), silent=part(trust.silent), why=trust.why)
