"""The page on which an administrator gives away what a person looks after, and closes the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community_ops.people.leaving import Belongings, NobodyChosen, belongings_of, give_away, takers_by_team
from community_ops.people.person import LAST_ADMINISTRATOR
from groups import handover, people
from groups.models import Handover, User
from groups.models.group import Platform
from groups.rules.handover_limits import Work, work_of
from lifecycle.cases.moving import CaseMovedOn, Refused

ONE_BY_ONE = 100  # with more groups in a team all go to one person of the team; the rest is chosen on the group's page
NOBODY = gettext_lazy("Not chosen yet")


class LeavingForm(forms.Form):
    """A new owner for each team, and for single groups somebody else."""

    reason = forms.CharField(label=gettext_lazy("Why? (optional)"), max_length=200, required=False)

    def __init__(self, *args: Any, things: list[Belongings], takers: dict[int, list[User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.people = {user.pk: user for users in takers.values() for user in users}
        for there in things:
            choices = [(user.pk, str(user)) for user in takers[there.team_id]]
            self.fields[f"team_{there.team_id}"] = _person(_("New owner in %(team)s") % {"team": there.team}, choices)
            for group in there.groups[:ONE_BY_ONE] if len(there.groups) <= ONE_BY_ONE else ():
                self.fields[f"group_{group.pk}"] = _person(group.name, choices, gettext_lazy("As for the team"))

    def chosen(self, kind: str) -> dict[int, User]:
        """Who was chosen, by the id of the `team` or `group`."""
        return {
            int(name.removeprefix(f"{kind}_")): self.people[value]
            for name, value in self.cleaned_data.items()
            if name.startswith(f"{kind}_") and value
        }


def _person(label: str, choices: list[tuple[int, str]], empty: Any = NOBODY) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", empty), *choices], coerce=int, empty_value=None, required=False
    )


@require_http_methods(["GET", "POST"])
def member_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person looks after, who takes it, and what is still to be done on the platform."""
    if not request.user.is_administrator:
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk)
    things = belongings_of(person)
    takers = takers_by_team([there.team_id for there in things], person)
    form = LeavingForm(request.POST if request.method == "POST" else None, things=things, takers=takers)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _given(request, person, form)
            if status == 302:
                return redirect("member-handover", pk=pk)
    today = timezone.localdate()
    wecom = {group.pk: 0 for there in things for group in there.groups if group.platform == Platform.WECOM}
    context = {
        "person": person,
        "is_self": person.pk == request.user.pk,
        "form": form,
        "things": [_section(form, there) for there in things],
        "work": work_of(wecom, handover.past_days(list(wecom), today), handover.given_on(person, today), today),
        "names": {group.pk: group.name for there in things for group in there.groups},
        "wecom": len(wecom),
        "to_do": to_do_on_platform(person, today),
    }
    return render(request, "people/handover.html", context, status=status)


def _section(form: LeavingForm, there: Belongings) -> dict[str, Any]:
    singles = [form[f"group_{group.pk}"] for group in there.groups if f"group_{group.pk}" in form.fields]
    return {"there": there, "field": form[f"team_{there.team_id}"], "singles": singles}


def _given(request: HttpRequest, person: User, form: LeavingForm) -> int:
    """The status of the answer: 302 done, 409 overtaken, 422 to be corrected; the form then says why."""
    close = "close" in request.POST
    try:
        went = give_away(
            person=person,
            by_team=form.chosen("team"),
            by_group=form.chosen("group"),
            reason=form.cleaned_data["reason"],
            close=close,
            by=request.user,
            now=timezone.now(),
        )
    except (NobodyChosen, people.StillOwnsGroups):
        form.add_error(None, _("Select who takes over in every team, then disable the account"))
        return 422
    except people.LastAdministrator:
        form.add_error(None, LAST_ADMINISTRATOR)
        return 422
    except (handover.NotOfTheTeam, handover.OwnerInactive, Refused):
        form.add_error(None, _("Somebody you chose no longer works in this team; choose again"))
        return 422
    except (handover.OwnerChangedMeanwhile, CaseMovedOn):
        form.add_error(
            None, _("Somebody changed this at the same time. Nothing was handed over: look, and send it again")
        )
        return 409
    if close:
        messages.success(request, _("%(person)s can no longer sign in") % {"person": person})
    elif went:
        messages.success(request, _("Handed over: %(count)s") % {"count": went})
    else:
        form.add_error(None, _("Select who takes over"))
        return 422
    return 302


@dataclass(frozen=True)
class ToDo:
    """Hand-overs of one batch that a person still has to do in WeCom."""

    on: date
    to: str
    rows: list[Handover]


def to_do_on_platform(person: User, today: date) -> dict[str, Any]:
    """Recorded hand-overs of the person's WeCom groups that nobody confirmed yet, in batches that WeCom takes.

    A group that went on to somebody else since is to be done from the page of whoever gave it last.
    """
    later = Handover.objects.filter(group=OuterRef("group"), pk__gt=OuterRef("pk"))
    rows = Handover.objects.filter(
        ~Exists(later), from_owner=person, done_on_platform_at=None, group__platform=Platform.WECOM
    ).select_related("group", "to_owner")
    newest = {row.group_id: row for row in rows.order_by("to_owner", "pk")}
    past = handover.past_days(list(newest), today, but=[row.pk for row in rows])
    work: Work = work_of(
        {group: row.to_owner_id for group, row in newest.items()}, past, handover.given_on(person, today), today
    )
    return {
        "batches": [
            ToDo(batch.on, str(newest[batch.groups[0]].to_owner), [newest[group] for group in batch.groups])
            for batch in work.batches
        ],
        "waiting": [(newest[each.group], each.until) for each in work.waiting],
    }
