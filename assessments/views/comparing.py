"""The door to plans side by side."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.choices import choices_for
from assessments.differences import answers_side_by_side, results_side_by_side
from assessments.models import Assessment, Verdict

AT_MOST = 3
LONGEST_ID = 12


@require_GET
def assessment_compare(request: HttpRequest) -> HttpResponse:
    """`?ids=1,2,3` or `?ids=1&ids=2`: two or three decided assessments; one that the user may not see is a 404."""
    wanted = _wanted(request.GET.getlist("ids"))
    newest = Verdict.objects.filter(assessment=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    found = Assessment.objects.visible_to(request.user).filter(pk__in=wanted).annotate(newest=Subquery(newest))
    by_id = {assessment.pk: assessment for assessment in found}
    if set(wanted) - set(by_id):
        raise Http404
    decided = [by_id[pk] for pk in wanted if by_id[pk].newest]
    if len(decided) < 2 or len(wanted) > AT_MOST:
        return render(request, "assessments/compare.html", {"too_many": len(wanted) > AT_MOST})
    given = Verdict.objects.select_related("assessment").in_bulk([assessment.newest for assessment in decided])
    verdicts = [given[assessment.newest] for assessment in decided]
    choices = [choices_for(assessment, request.user) for assessment in decided]
    return render(
        request,
        "assessments/compare.html",
        {
            "verdicts": verdicts,
            "results": results_side_by_side(verdicts),
            "answers": answers_side_by_side([verdict.answers for verdict in verdicts], choices),
        },
    )


def _wanted(texts: list[str]) -> list[int]:
    """Each number once, in order; what is no number is passed over."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    return list(
        dict.fromkeys(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < LONGEST_ID)
    )
