"""The page on which a person types a week's figures of one group."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from groups.models import Group, Plan
from groups.models.group import ActivityKind
from lifecycle.count_words import LABELS
from lifecycle.entering import enter_figures
from lifecycle.figures_form import FiguresForm
from lifecycle.models import DailyActivity


@require_http_methods(["GET", "POST"])
def group_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """`?week=2026-11-16`: the week of that day, up to yesterday; without it the running one."""
    group = Group.objects.one_visible_to(request.user, pk)
    plan = Plan.objects.filter(group=group, superseded_at=None).first()
    yesterday = timezone.localdate() - timedelta(days=1)
    monday = monday_of(request.GET.get("week", ""), yesterday)
    form = FiguresForm(
        request.POST if request.method == "POST" else None,
        kind=plan.activity_kind if plan else ActivityKind.CONVERSATION,
        monday=monday,
        last=yesterday,
        stands=_known(group, monday),
    )
    if request.method == "POST" and form.is_valid():
        new, changed = enter_figures(group=group, figures=form.figures(), by=request.user, now=timezone.now())
        days = new + changed
        told = ngettext("%(days)s day saved", "%(days)s days saved", days) % {"days": days}
        messages.success(request, told if days else _("Nothing changed"))
        return redirect("group-page", pk=group.pk)
    context = {
        "group": group,
        "form": form,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7) if monday + timedelta(days=7) <= yesterday else None,
    }
    return render(request, "lifecycle/figures.html", context, status=422 if form.errors else 200)


def monday_of(text: str, yesterday: date) -> date:
    """The Monday of the week of the day that is written there, or of the running one."""
    try:
        day = min(date.fromisoformat(text), yesterday)
    except ValueError:
        day = yesterday
    return max(day, date(2000, 1, 3)) - timedelta(days=max(day, date(2000, 1, 3)).weekday())


def _known(group: Group, monday: date) -> dict[date, dict[str, int]]:
    rows = DailyActivity.objects.filter(group_id=group.pk, day__range=(monday, monday + timedelta(days=6)))
    return {
        row.day: {name: value for name in LABELS for value in [row.count(name)] if value is not None} for row in rows
    }
