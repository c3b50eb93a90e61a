"""The figures of a report of teams as plain values: what the page shows, the files print, and a shared link keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from assessments.report.printable import masked
from community_ops.insights.periods import Period, period_of
from community_ops.reports.behind import (
    Scope,
    ended_in,
    flags_of,
    judged_day,
    opened_in,
    to_decide,
)
from community_ops.reports.spans import ReportSpan
from groups import fleet_money
from groups.fleet_money import Slice
from groups.models import Group, ReportKind
from groups.rules.spans import Span
from lifecycle.display_states import DisplayState, shown_as
from lifecycle.models import Case, HealthReading

DECIDED_NEXT = 10
LOSING_SHOWN = 5


def figures_of(scope: Scope, span: ReportSpan, *, today: date, now: datetime, by: str) -> dict[str, Any]:
    """All of the report in JSON values; a number of queries that does not grow with the groups. None = unknown.

    `by` is who asks for it, and like all names of people it is masked.
    """
    day, day_before = judged_day(scope, span), judged_day(scope, span.before)
    states = _states(scope, day)
    before = _states(scope, day_before)
    flags = dict(flags_of(scope, span).order_by().values_list("cause").annotate(count=Count("pk")))
    ended = dict(ended_in(scope, span).order_by().values_list("state").annotate(count=Count("pk")))
    waiting = to_decide(scope, today)
    return {
        "kind": span.kind.value,
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "team": scope.team.name if scope.team else "",
        "judged": day.isoformat() if day else None,
        "compared": day_before.isoformat() if day_before else None,
        "states": [
            [state.value, states[state] if day else None, before[state] if day_before else None]
            for state in DisplayState
        ],
        "flags": sorted(flags.items(), key=lambda pair: (-pair[1], pair[0])),
        "opened": opened_in(scope, span).count(),
        "ended": [[state.value, ended[state.value]] for state in Case.ENDED if ended.get(state.value)],
        "money": _money(scope, span, today),
        "month": _month(scope, span) if span.kind == ReportKind.MONTHLY else None,
        "waiting": waiting.count(),
        "decide": [
            {
                "case": case.pk,
                "number": case.number,
                "group": case.group.name,
                "cause": case.cause,
                "recommended": case.recommended,
                "due": case.due_on.isoformat() if case.due_on else None,
            }
            for case in waiting.select_related("group")[:DECIDED_NEXT]
        ],
        "by": masked(by),
        "made_at": timezone.localtime(now).isoformat(timespec="minutes"),
    }


def month_of_report(span: ReportSpan, today: date) -> Period:
    """The month in which the span ends, as the page of profit and loss takes it."""
    month = f"{span.last:%Y-%m}"
    return period_of({"period": "custom", "from": month, "to": month}, today)


def total(figures: Mapping[str, Any], name: str) -> int:
    """The sum of a list of (what, count) of the report."""
    return sum(count for _what, count in figures[name])


def _states(scope: Scope, day: date | None) -> Counter[DisplayState]:
    groups = Group.objects.filter(team_id__in=scope.team_ids).values("pk")
    rows = HealthReading.objects.filter(day=day, group_id__in=groups) if day else HealthReading.objects.none()
    found: Counter[DisplayState] = Counter()
    for state, count in rows.order_by().values_list("state").annotate(count=Count("group_id")):
        found[shown_as(state)] += count
    return found


def _money(scope: Scope, report: ReportSpan, today: date) -> dict[str, Any]:
    """Yuan of the month so far, as text; without any line nothing is known."""
    span = month_of_report(report, today).span
    return _written(span, fleet_money.whole_of(fleet_money.Scope(list(scope.team_ids)), span))


def _month(scope: Scope, report: ReportSpan) -> dict[str, Any]:
    """What the report of a month says beyond that of a week: the month before, models, and who lost most."""
    money = fleet_money.Scope(list(scope.team_ids))
    before, span = Span(report.before.first, report.before.last), Span(report.first, report.last)
    models = fleet_money.totals_of(money, span).slices["model"]
    losing = fleet_money.rows_of(money, span, losing=True, limit=LOSING_SHOWN)
    return {
        "before": _written(before, fleet_money.whole_of(money, before)),
        "models": [
            {"model": model, "groups": part.groups} | _written(span, part) for model, part in reversed(models.items())
        ],
        "losing": [
            {
                "group": each.group_id,
                "name": each.name,
                "net": str(each.result.net),
                "revenue": str(each.result.revenue),
            }
            for each in losing
        ],
    }


def _written(span: Span, found: Slice) -> dict[str, Any]:
    result, known = found.result, bool(found.groups)
    parts = ("revenue", "goods_cost", "acquisition", "labour", "operations", "net")
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        **{name: str(getattr(result, name)) if known else None for name in parts},
        "costs": str(result.revenue - result.net) if known else None,
        "at_most": known and not result.goods_cost_is_known,  # the net, while goods costs are missing
        "losing": found.losing if known else None,
    }
