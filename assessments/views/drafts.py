"""Doors to assessments as a whole: list, start, task list, continue, copy, open again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.drafts import copy_assessment, pages_of, reopen_assessment, start_assessment
from assessments.listing import ListFilter, listed
from assessments.models import Assessment
from assessments.progress import progress_of
from assessments.shapes import SHAPES
from assessments.steps import STEPS
from groups.access import team_roles
from groups.models import Team
from groups.saved_views import opens_with_a_view

PER_PAGE = 20


@require_GET
@opens_with_a_view("assessment-list")
def assessment_list(request: HttpRequest) -> HttpResponse:
    wanted = ListFilter(request.GET)
    page = Paginator(listed(request.user, wanted), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/list.html", {"filter": wanted, "page": page, "kept": wanted.address()})


@require_http_methods(["GET", "POST"])
def assessment_new(request: HttpRequest) -> HttpResponse:
    teams = list(Team.objects.filter(pk__in=team_roles(request.user)).order_by("name"))
    chosen = next((team for team in teams if str(team.pk) == request.POST.get("team")), None)
    if request.method == "POST" and (team := chosen or (teams[0] if len(teams) == 1 else None)):
        shape = SHAPES.get(request.POST.get("shape", ""))
        assessment = start_assessment(team=team, by=request.user, now=timezone.now(), shape=shape)
        # What a shape filled in, and where such groups fail, is told on the task list; a blank one has nothing to tell.
        return redirect("assessment-tasks" if shape else "assessment-continue", assessment.pk)
    return render(
        request,
        "assessments/start.html",
        {
            "teams": teams,
            "has_errors": request.method == "POST",
            "shapes": SHAPES.values(),
            "chosen": request.POST.get("shape", ""),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def assessment_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    pages = pages_of(assessment)
    return render(
        request,
        "assessments/tasks.html",
        {
            "assessment": assessment,
            "progress": progress_of(pages),
            "saved_at": max((page.saved_at for page in pages.values()), default=None),
            "shape": SHAPES.get(assessment.shape),
            "collaborators": assessment.collaborators.order_by("sort_key", "pk"),
        },
    )


@require_GET
def assessment_continue(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page where the person left off."""
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    if not assessment.is_draft:
        return redirect("verdict", pk)
    place = progress_of(pages_of(assessment)).next_place
    return redirect("assessment-page", pk, *place) if place else redirect("assessment-check", pk)


@require_POST
def assessment_copy(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    copy = copy_assessment(assessment=assessment, by=request.user, now=timezone.now())
    messages.success(request, _("Copied. The answers are the same until you change them"))
    return redirect("assessment-tasks", copy.pk)


@require_POST
def assessment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    reopen_assessment(assessment=assessment, by=request.user, now=timezone.now())
    messages.success(request, _("The answers can be changed again. The verdict so far stays on record"))
    place = (request.POST.get("section", ""), request.POST.get("page", ""))
    if place in STEPS:
        return redirect(reverse("assessment-page", args=[pk, *place]) + "?return=check")
    return redirect("assessment-check", pk)
