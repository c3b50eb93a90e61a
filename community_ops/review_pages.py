"""Pages of the periodic review: which are due, and the review of one group with plan against actual."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.models import Review
from assessments.review_forms import ReviewForm
from assessments.reviews import AlreadyReviewed, due_reviews, hold_review, turn_of, with_rhythm
from community_ops.review_figures import DAYS_LOOKED_AT, lines_of, of_group
from groups.access import leads_any
from groups.models import Group, Plan

HISTORY_SHOWN = 12


@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """What is due: of everybody in the teams that the user sees, the own groups alone with `?whose=mine`."""
    today = timezone.localdate()
    groups = Group.objects.visible_to(request.user).select_related("owner", "standing")
    mine = request.GET.get("whose", "" if leads_any(request.user) else "mine") == "mine"
    due = due_reviews(groups.filter(owner=request.user) if mine else groups, today)
    return render(
        request,
        "reviews/list.html",
        {
            "due": due,
            "count": due.count,
            "missed": due.missed,
            "shown": len(due.rows),
            "mine": mine,
        },
    )


@require_http_methods(["GET", "POST"])
def group_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One page: plan against actual, three questions, what was decided before. A decision goes on record."""
    group = Group.objects.select_related("owner", "team").one_visible_to(request.user, pk)
    today = timezone.localdate()
    plan = Plan.objects.filter(group=group, superseded_at=None).first()
    figures = of_group(group, plan, today)
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"token": uuid4()})
    if request.method == "POST" and form.is_valid():
        return _held(request, group, form, figures, today)
    return render(
        request,
        "reviews/review.html",
        {
            "group": group,
            "plan": plan,
            "turn": _turn(group, today),
            "today": today,
            "lines": lines_of(figures),
            "days": DAYS_LOOKED_AT,
            "form": form,
            "past": [
                (review, lines_of(review.figures))
                for review in group.reviews.select_related("created_by").order_by("-held_on")[:HISTORY_SHOWN]
            ],
        },
        status=422 if form.errors else 200,
    )


def _held(request: HttpRequest, group: Group, form: ReviewForm, figures: list, today: date) -> HttpResponse:
    values = form.cleaned_data
    try:
        hold_review(group=group, figures=figures, by=request.user, now=timezone.now(), today=today, **values)
    except AlreadyReviewed as already:
        messages.info(
            request,
            _("%(person)s reviewed this group today already; it stands below") % {"person": already.review.created_by},
        )
        return redirect("group-review", group.pk)
    messages.success(request, _("Review saved"))
    if values["decision"] == Review.Decision.ADJUST:
        return redirect("group-edit", group.pk)
    return redirect("group-page", group.pk)


def _turn(group: Group, today: date) -> Any:
    found = with_rhythm(Group.objects.filter(pk=group.pk)).first()
    return turn_of(found, today) if found else None
