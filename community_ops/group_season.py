"""Says that a group is in its quiet season, so that its silence says nothing; or takes that back.

For groups that live a few weeks a year, which no plan with an end names. What is said in the season counts still.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community_ops.group_goal import may_confirm_goal
from groups.models import Group
from groups.paper_forms import ReasonForm
from lifecycle import rests
from lifecycle.models import Rest, Standing
from lifecycle.rest_forms import RestForm

RESTS_SHOWN = 20


@require_http_methods(["GET", "POST"])
def group_season(request: HttpRequest, pk: int) -> HttpResponse:
    """`do` is tell or withdraw; what is possible follows from how the group stands. Who may confirm its goal may."""
    group = Group.objects.select_related("team").one_visible_to(request.user, pk)
    if not may_confirm_goal(request.user, group):
        raise PermissionDenied
    today, running = timezone.localdate(), not group.closed_on and not group.archived_at
    rest = rests.rest_on(group, today)
    possible = {"tell": running and rest is None, "withdraw": running and rest is not None}
    what = request.POST.get("do", "") if request.method == "POST" else ""
    if what and not possible.get(what):
        messages.warning(request, _("The group stands otherwise meanwhile; nothing was changed"))
        return redirect("group-season", pk=group.pk)
    standing = Standing.objects.filter(group=group).only("last_act_on").first()
    last_act = standing and standing.last_act_on
    quiet_since = last_act + timedelta(days=1) if last_act else today
    sent = request.POST if what == "tell" else None
    telling = RestForm(sent, group=group, quiet_since=quiet_since, today=today)
    withdrawing = ReasonForm(request.POST if what == "withdraw" else None, auto_id="id_withdraw_%s")
    form = withdrawing if what == "withdraw" else telling
    if form.is_valid() and _write(request, group, rest, form):
        return redirect("group-page", pk=group.pk)
    context = {
        "group": group,
        "possible": possible,
        "telling": telling,
        "withdrawing": withdrawing,
        "form": form,
        "rest": rest,
        "rests": Rest.objects.filter(group=group).select_related("made_by").order_by("-from_day", "-pk")[:RESTS_SHOWN],
    }
    return render(request, "groups/season.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, group: Group, rest: Rest | None, form: RestForm | ReasonForm) -> bool:
    now, said = timezone.now(), form.cleaned_data
    if rest is not None:
        rests.take_back(rest=rest, reason=said["reason"], by=request.user, now=now)
        messages.success(request, _("Taken back: silence of %(group)s counts again") % {"group": group})
        return True
    try:
        rests.tell(group=group, **said, by=request.user, now=now)
    except rests.RestsAlready:
        form.add_error("from_day", _("Another quiet season is told of some of these days; choose others"))
        return False
    messages.success(
        request,
        _("Recorded: %(group)s rests until %(day)s; silence until then says nothing about it")
        % {"group": group, "day": said["until_day"]},
    )
    return True
