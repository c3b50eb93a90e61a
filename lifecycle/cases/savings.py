"""Reads what the dissolutions of a quarter saved: recurring lines that ended with the group, and hours that it took.

Four statements for any number of groups. Each figure comes from rows that can be looked at: recurring lines that ended
on the day of the proof, the last ledger line of each, and the hours entered in the twelve weeks before the decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum
from django.utils import timezone

from groups.models import LedgerLine, RecurringLine, User, WorkedHours
from lifecycle.models import Case, CaseTask
from lifecycle.rules.case_flow import State
from lifecycle.rules.savings import LOOK_BACK_DAYS, Promise, Saving, saving_of

COST, REVENUE = LedgerLine.Kind.COST.value, LedgerLine.Kind.REVENUE.value


@dataclass(frozen=True)
class Dissolution:
    """A group that ended for good. `so_far` is yuan through today, None = unknown; `spent` None = not told."""

    case: Case
    saving: Saving
    so_far: Decimal | None
    spent: Decimal | None


def dissolutions_for(user: User, first: date, today: date) -> list[Dissolution]:
    """The dissolutions since `first` that the person may see and that were not taken back, the latest first."""
    ended = Case.objects.visible_to(user).filter(state=State.DISSOLVED, ended_on__gte=first, ended_on__lte=today)
    steps = CaseTask.objects.filter(case=OuterRef("pk")).order_by().values("case")
    with_costs = ended.annotate(spent=Subquery(steps.annotate(total=Sum("spent")).values("total")))
    cases = [
        case
        for case in with_costs.select_related("group").order_by("-ended_on", "-pk")
        if not case.outcome.get("undone")
    ]
    promises, work = _promises(cases), _work(cases)
    found = []
    for case in cases:
        saving = saving_of(promises[case.pk, COST], *work.get(case.pk, (None, None)), earned=promises[case.pk, REVENUE])
        found.append(Dissolution(case, saving, saving.until(case.ended_on, today), case.spent))
    return found


def _promises(cases: Sequence[Case]) -> dict[tuple[int, str], list[Promise]]:
    """The recurring costs and revenues that ended with the group of each case, by case and kind."""
    by_group = {case.group_id: case for case in cases}
    last = LedgerLine.objects.filter(recurring=OuterRef("pk"), reverses=None).order_by("-due_on", "-pk")
    lines = RecurringLine.objects.filter(group__in=list(by_group), kind__in=[COST, REVENUE], ended_at__isnull=False)
    found: dict[tuple[int, str], list[Promise]] = defaultdict(list)
    for line in lines.annotate(last_amount=Subquery(last.values("amount")[:1])).order_by("pk"):
        case = by_group[line.group_id]
        if timezone.localdate(line.ended_at) == case.ended_on and line.paused_at is None:
            amount = line.amount if line.amount is not None else line.last_amount
            found[case.pk, line.kind].append(Promise(line.rhythm, amount))
    return found


def _work(cases: Sequence[Case]) -> dict[int, tuple[Decimal, Decimal]]:
    """Hours and their yuan in the twelve weeks before each decision, by case; no entry where none were entered."""
    spans = {case.group_id: (case, timezone.localdate(case.decided_at)) for case in cases if case.decided_at}
    if not spans:
        return {}
    days = [decided for _case, decided in spans.values()]
    back = timedelta(days=LOOK_BACK_DAYS)
    rows = WorkedHours.objects.standing().filter(group__in=list(spans), on__gt=min(days) - back, on__lte=max(days))
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for group, on, hours, yuan in rows.order_by("pk").values_list("group", "on", "hours", F("line__amount")):
        case, decided = spans[group]
        if decided - back < on <= decided:
            before = sums.get(case.pk, (Decimal(0), Decimal(0)))
            sums[case.pk] = (before[0] + hours, before[1] + yuan)
    return sums
