"""Reads what treatments did: those of one case, and the table of remedies by profile and cause, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from groups.models import User
from groups.rules.rates import Rate
from lifecycle.models import CaseTask, Treatment
from lifecycle.rules.outcomes import LIMITS, middle_of

WON = Treatment.Ended.RECOVERED
JUDGED = (Treatment.Ended.RECOVERED, Treatment.Ended.FAILED)


@dataclass(frozen=True)
class Remedied:
    """One line of the table. `effect`: middle of the logarithms with its interval; money in yuan, None unknown."""

    remedy: str
    playbook: str
    activity_kind: str
    cause: str
    begun: int
    won: Rate
    effect: tuple[float, float, float] | None
    measured: int
    spent: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class Quarter:
    """The rescues that were begun in a quarter; money of those that are known. `rescues` are the rows behind it."""

    first: date
    rescues: tuple[Treatment, ...]
    tried: int
    recovered: int
    going: int
    spent: Decimal
    spent_known: int
    value: Decimal
    value_known: int


def treatments_of(case_id: int) -> list[Treatment]:
    """The treatments of a case, the first one first, each with what it cost (`spent`, None = not told)."""
    return list(_with_cost(Treatment.objects.filter(case=case_id)).order_by("plan"))


def remedies_for(user: User, today: date) -> tuple[list[Remedied], Quarter]:
    """The table of all treatments that the person may see, the most tried first, and the rescues of this quarter."""
    found = list(_with_cost(Treatment.objects.visible_to(user)).order_by("pk"))
    lines: dict[tuple[str, str, str, str], list[Treatment]] = defaultdict(list)
    for each in found:
        lines[(each.remedy, each.playbook, each.activity_kind, each.cause)].append(each)
    table = [_line(key, alike) for key, alike in lines.items()]
    table.sort(key=lambda line: (-line.begun, line.remedy, line.playbook, line.cause))
    first = quarter_of(today)
    return table, _quarter([each for each in found if each.remedy == "revive" and each.began_on >= first], first)


def rates_by_version(user: User, key: str, teams: Iterable[int]) -> dict[int, Rate]:
    """Recoveries of judged attempts of a playbook by the version that they began with, in these teams and seen."""
    judged = Treatment.objects.visible_to(user).filter(playbook=key, team__in=list(teams), ended__in=JUDGED)
    rows = (
        judged.order_by().values_list("playbook_version").annotate(won=Count("pk", filter=Q(ended=WON)), n=Count("pk"))
    )
    return {version: Rate(won, n, LIMITS.trust) for version, won, n in rows}


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _line(key: tuple[str, str, str, str], alike: Sequence[Treatment]) -> Remedied:
    judged = [each for each in alike if each.ended in JUDGED]
    effects = [each.effect for each in alike if each.effect is not None]
    return Remedied(
        *key,
        begun=len(alike),
        won=Rate(sum(each.ended == WON for each in judged), len(judged), LIMITS.trust),
        effect=middle_of(effects),
        measured=len(effects),
        spent=_sum(each.spent for each in alike),
        value=_sum(each.value for each in alike),
    )


def _quarter(rescues: Sequence[Treatment], first: date) -> Quarter:
    costs = [each.spent for each in rescues if each.spent is not None]
    values = [each.value for each in rescues if each.value is not None]
    return Quarter(
        first=first,
        rescues=tuple(rescues),
        tried=len(rescues),
        recovered=sum(each.ended == WON for each in rescues),
        going=sum(not each.ended for each in rescues),
        spent=sum(costs, Decimal(0)),
        spent_known=len(costs),
        value=sum(values, Decimal(0)),
        value_known=len(values),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the known ones; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _with_cost(treatments: QuerySet[Treatment]) -> QuerySet[Treatment]:
    steps = CaseTask.objects.filter(case=OuterRef("case"), plan=OuterRef("plan")).order_by().values("case")
    return (
        treatments.select_related("group", "case")
        .defer("inputs")
        .annotate(spent=Subquery(steps.annotate(total=Sum("spent")).values("total")))
    )
