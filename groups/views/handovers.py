"""Pages that hand one group over, and that note what a person did on the platform."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from groups import handover
from groups.models import Group, Handover, User
from groups.models.group import Platform
from groups.people_forms import GroupHandoverForm
from groups.rules import handover_limits

SHOWN = 20


@require_http_methods(["GET", "POST"])
def group_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the group to another person of its team; 409 when it has another owner by now."""
    group = Group.objects.select_related("team", "owner").one_visible_to(request.user, pk)
    form = GroupHandoverForm(request.POST if request.method == "POST" else None, group=group)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if _handed_over(request, group, form):
                return redirect("group-handover", pk=pk)
            status = 409
    today = timezone.localdate()
    free_on = handover_limits.free_on(handover.past_days([pk], today).get(pk, ()), today)
    context = {
        "group": group,
        "form": form,
        "is_wecom": group.platform == Platform.WECOM,
        "free_on": free_on if free_on > today else None,
        "handovers": Handover.objects.filter(group=group)
        .select_related("from_owner", "to_owner", "by", "done_on_platform_by")
        .order_by("-at", "-pk")[:SHOWN],
    }
    return render(request, "people/group_handover.html", context, status=status)


def _handed_over(request: HttpRequest, group: Group, form: GroupHandoverForm) -> bool:
    try:
        handover.hand_over(
            groups=[group.pk],
            from_owner=User.objects.filter(pk=form.cleaned_data["from_owner"]).first() or group.owner,
            to_owner=form.cleaned_data["owner"],
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
    except handover.OwnerChangedMeanwhile:
        form.add_error(None, _("The group has another owner by now: look, and choose again"))
    except (handover.NotOfTheTeam, handover.OwnerInactive):
        form.add_error("owner", _("Somebody you chose no longer works in this team; choose again"))
    else:
        messages.success(request, _("%(person)s owns the group now") % {"person": form.cleaned_data["owner"]})
        return True
    return False


@require_POST
def confirm_handovers(request: HttpRequest) -> HttpResponse:
    """A person says that these hand-overs are done on the platform too; goes back to the page at hand."""
    ids = [int(number) for number in request.POST.getlist("handover") if number.isdecimal() and len(number) < 10]
    count = handover.confirm_on_platform(handovers=ids, by=request.user, now=timezone.now())
    if count:
        told = ngettext("Noted: %(count)s group is done", "Noted: %(count)s groups are done", count)
        messages.success(request, told % {"count": count})
    else:
        messages.warning(request, _("Select at least one group that is not done yet"))
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if safe else "/")
