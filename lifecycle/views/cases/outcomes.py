"""What remedies did: the part of a case's page, and the page of all remedies of the teams that a person sees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from groups.models.group import ActivityKind
from lifecycle.cases.playing import titles_of
from lifecycle.cases.remedies import Quarter, Remedied, remedies_for, treatments_of
from lifecycle.cases.savings import Dissolution, dissolutions_for
from lifecycle.cases.wording.findings import finding_text, times
from lifecycle.models import Case, Treatment
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause
from lifecycle.rules.outcomes import LIMITS


@require_GET
def case_outcomes(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    table, quarter = remedies_for(request.user, today)
    titles = titles_of({line.playbook for line in table})
    context = {
        "lines": [shown_line(line, titles[line.playbook]) for line in table],
        "quarter": quarter,
        "rescues": [(each, titles[each.playbook]) for each in quarter.rescues],
        "ends": ends_of(dissolutions_for(request.user, quarter.first, today), quarter),
        "least": LIMITS.least_similar,
    }
    return render(request, "lifecycle/cases/outcomes.html", context)


def ends_of(rows: list[Dissolution], quarter: Quarter) -> dict[str, Any]:
    """The dissolutions with their sums; a sum is None where nothing of it is known."""
    so_far = [each.so_far for each in rows if each.so_far is not None]
    saved = so_far + ([quarter.value] if quarter.value_known else [])
    spent = [each.spent for each in rows if each.spent is not None]
    return {
        "rows": rows,
        "monthly": sum((each.saving.monthly or Decimal(0) for each in rows), Decimal(0)),
        "hours": sum((each.saving.hours or Decimal(0) for each in rows), Decimal(0)),
        "so_far": sum(so_far, Decimal(0)) if so_far else None,
        "known": len(so_far),
        "unknown": len(rows) - len(so_far),
        "spent": sum(spent, Decimal(0)) if spent else None,
        "in_all": sum(saved, Decimal(0)) if saved else None,
    }


def treatments_shown(case: Case) -> list[dict[str, Any]]:
    """The treatments of a case as its page shows them: a sentence, and the figures that it stands on."""
    found = treatments_of(case.pk)
    titles = titles_of({each.playbook for each in found})
    return [_shown(each, titles[each.playbook]) for each in found]


def _shown(treatment: Treatment, title: str) -> dict[str, Any]:
    spent, value = treatment.spent, treatment.value
    return {
        "it": treatment,
        "title": title,
        "sentence": finding_text(treatment),
        "times": times(treatment.effect),
        "low": times(treatment.effect_low),
        "high": times(treatment.effect_high),
        "net": None if spent is None or value is None else value - spent,
        "kept": [
            (after, getattr(treatment, f"kept_{after}"))
            for after in (7, 30, 90)
            if treatment.checked_days >= after and treatment.members_before
        ],
    }


def shown_line(line: Remedied, title: str) -> dict[str, Any]:
    """A line of the table in words and percent."""
    low, high = line.won.interval
    return {
        "line": line,
        "title": title,
        "remedy": Remedy(line.remedy).label,
        "profile": ActivityKind(line.activity_kind).label,
        "cause": Cause(line.cause).label,
        "share": None if line.won.share is None else (100 * line.won.share, 100 * low, 100 * high),
        "times": line.effect and [times(each) for each in line.effect],
    }
