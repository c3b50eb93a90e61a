"""What remedies did: the part of a case's page, and the page of all remedies of the teams that a person sees."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from groups.models.group import ActivityKind
from lifecycle.cases.remedies import Remedied, remedies_for, treatments_of
from lifecycle.cases.wording.findings import finding_text, times
from lifecycle.cases.wording.steps import playbook_words
from lifecycle.models import Case, Treatment
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause
from lifecycle.rules.outcomes import LIMITS


@require_GET
def case_outcomes(request: HttpRequest) -> HttpResponse:
    table, quarter = remedies_for(request.user, timezone.localdate())
    context = {"lines": [_shown_line(line) for line in table], "quarter": quarter, "least": LIMITS.least_similar}
    return render(request, "lifecycle/cases/outcomes.html", context)


def treatments_shown(case: Case) -> list[dict[str, Any]]:
    """The treatments of a case as its page shows them: a sentence, and the figures that it stands on."""
    return [_shown(each) for each in treatments_of(case.pk)]


def _shown(treatment: Treatment) -> dict[str, Any]:
    spent, value = treatment.spent, treatment.value
    return {
        "it": treatment,
        "title": playbook_words(treatment.playbook).title,
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


def _shown_line(line: Remedied) -> dict[str, Any]:
    low, high = line.won.interval
    return {
        "line": line,
        "title": playbook_words(line.playbook).title,
        "remedy": Remedy(line.remedy).label,
        "profile": ActivityKind(line.activity_kind).label,
        "cause": Cause(line.cause).label,
        "share": None if line.won.share is None else (100 * line.won.share, 100 * low, 100 * high),
        "times": line.effect and [times(each) for each in line.effect],
    }
