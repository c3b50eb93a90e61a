"""What a sponsor placement costs in trust: who left and who fell silent after it, against the group's own usual.

After: the day of the placement and the six days after it, cut short by the next placement. Usual: the 28 days before,
without the days after other placements. Both count in exposure: a working day is 1, a rest day less, a festival 0, and
a day that nobody observed nothing. What is not known stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from groups.rules.profit_and_loss import priced

AFTER_DAYS = 7
USUAL_DAYS = 28
LEAST_USUAL = 7.0  # exposure below which there is no usual
LEAST_AFTER = 3.0
TENTH = Decimal("0.1")
FEN = Decimal("0.01")


@dataclass(frozen=True)
class TrustDay:
    """One day of a group. Counts are None where nobody looked."""

    leaves: int | None
    speakers: int | None
    exposure: float


@dataclass(frozen=True, kw_only=True)
class Trust:
    """People who left beyond the usual, and how many fewer spoke on an ordinary day; negative = better than usual.

    None = unknown, and `why` says so: running (the days after are not over), not_observed, no_usual.
    """

    leaves: Decimal | None = None
    silent: Decimal | None = None
    why: str = ""


@dataclass(frozen=True)
class Worth:
    """What one member is worth in yuan, and by what: cost_per_join or revenue_per_member."""

    yuan: Decimal
    basis: str


def trust_after(on: date, others: Collection[date], days: Mapping[date, TrustDay], *, last_day: date) -> Trust:
    """The price of the placement on a day. `others` are the days of other placements of the group, `last_day` the last
    one that may have been observed. Placements on the same day share what follows: divide by their number."""
    later = [other for other in others if other > on]
    until = min([on + timedelta(days=AFTER_DAYS), *later])
    if until - timedelta(days=1) > last_day:
        return Trust(why="running")
    after = [on + timedelta(days=n) for n in range((until - on).days)]
    worn = {other + timedelta(days=n) for other in others if other < on for n in range(AFTER_DAYS)}
    before = [on - timedelta(days=n) for n in range(1, USUAL_DAYS + 1)]
    usual = [day for day in before if day not in worn]
    leaves, why = _beyond(lambda day: day.leaves, after, usual, days)
    silent, why_silent = _beyond(lambda day: day.speakers, after, usual, days)
    exposure = sum(days[day].exposure for day in after if day in days and days[day].speakers is not None)
    return Trust(
        leaves=None if leaves is None else _tenth(leaves),
        silent=None if silent is None else _tenth(-silent / exposure),
        why=why if leaves is None else why_silent,
    )


def _beyond(
    count: Callable[[TrustDay], int | None],
    after: Collection[date],
    usual: Collection[date],
    days: Mapping[date, TrustDay],
) -> tuple[float | None, str]:
    """(what was counted after, less what was usual for as much exposure; why it is unknown)."""
    counted, exposed = _summed(count, after, days)
    before, exposed_before = _summed(count, usual, days)
    if exposed < LEAST_AFTER:
        return None, "not_observed"
    if exposed_before < LEAST_USUAL:
        return None, "no_usual"
    return counted - before / exposed_before * exposed, ""


def _summed(
    count: Callable[[TrustDay], int | None], which: Collection[date], days: Mapping[date, TrustDay]
) -> tuple[int, float]:
    known = [(found, days[day].exposure) for day in which if day in days and (found := count(days[day])) is not None]
    known = [(found, exposure) for found, exposure in known if exposure > 0]
    return sum(found for found, _exposure in known), sum(exposure for _found, exposure in known)


def worth_of_member(
    *, acquisition: Decimal | None, joins: int | None, revenue: Decimal | None, members: int | None
) -> Worth | None:
    """What it costs to win a member, or else what one brings in, over the same days; None while neither is known."""
    if acquisition and joins:
        return Worth((acquisition / joins).quantize(FEN, rounding=ROUND_HALF_UP), "cost_per_join")
    if revenue and members:
        return Worth((revenue / members).quantize(FEN, rounding=ROUND_HALF_UP), "revenue_per_member")
    return None


def in_yuan(leaves: Decimal | None, worth: Worth | None) -> Decimal | None:
    """Yuan for the people who left; None while either is unknown."""
    if leaves is None or worth is None:
        return None
    return priced(leaves, worth.yuan)


def _tenth(value: float) -> Decimal:
    return Decimal(str(value)).quantize(TENTH, rounding=ROUND_HALF_UP)
