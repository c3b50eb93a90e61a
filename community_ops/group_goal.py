"""Says that a group did what it was made for, on which day and by what one sees it; or takes that back.

From the next night on such a group counts as completed, a success, and a case proposes its farewell.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import registration
from groups.access import leads
from groups.models import AuditEntry, Group, Plan, User
from groups.paper_forms import GoalForm, ReasonForm
from lifecycle.models import Case


def may_confirm_goal(user: User, group: Group) -> bool:
    """Whoever looks after the group, and whoever leads its team."""
    if user.pk == group.owner_id or leads(user, group.team_id):
        return True
    return group.co_ownerships.filter(user=user).exists()


@require_http_methods(["GET", "POST"])
def group_goal(request: HttpRequest, pk: int) -> HttpResponse:
    """`do` is meet or withdraw; what is possible follows from how the group stands."""
    group = Group.objects.select_related("team").one_visible_to(request.user, pk)
    if not may_confirm_goal(request.user, group):
        raise PermissionDenied
    running = not group.closed_on and not group.archived_at
    possible = {"meet": running and not group.goal_met_on, "withdraw": running and bool(group.goal_met_on)}
    what = request.POST.get("do", "") if request.method == "POST" else ""
    if what and not possible.get(what):
        messages.warning(request, _("The group stands otherwise meanwhile; nothing was changed"))
        return redirect("group-goal", pk=group.pk)
    meeting = GoalForm(request.POST if what == "meet" else None, group=group)
    withdrawing = ReasonForm(request.POST if what == "withdraw" else None, auto_id="id_withdraw_%s")
    form = withdrawing if what == "withdraw" else meeting
    if form.is_valid():
        _write(request, group, what, form.cleaned_data)
        return redirect("group-page", pk=group.pk)
    met = AuditEntry.objects.filter(object_type="group", object_id=group.pk, verb="goal met").order_by("-id").first()
    context = {
        "group": group,
        "plan": Plan.objects.filter(group=group, superseded_at=None).first(),
        "possible": possible,
        "meeting": meeting,
        "withdrawing": withdrawing,
        "form": form,
        "met": met if group.goal_met_on else None,
        "case": Case.objects.filter(group=group, ended_on=None).first(),
    }
    return render(request, "groups/goal.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, group: Group, what: str, said: dict) -> None:
    now = timezone.now()
    if what == "meet":
        registration.mark_goal_met(group=group, on=said["on"], reason=said["reason"], by=request.user, now=now)
        messages.success(
            request, _("Recorded: %(group)s met its goal; tonight it counts as completed") % {"group": group}
        )
    else:
        registration.withdraw_goal_met(group=group, reason=said["reason"], by=request.user, now=now)
        messages.success(request, _("Taken back: %(group)s is judged again from the next night on") % {"group": group})
