"""Handing over the cases that were ticked in a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from groups.access import leads_any, team_roles
from groups.models import User
from lifecycle.cases.assigning import MOST, Handed, assign_many
from lifecycle.views.cases.board import COLUMNS


class AssignManyForm(forms.Form):
    """Who takes over; the people who work in teams that the person leads."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"class": "form-select"}),
        label=gettext_lazy("Hand the ticked ones over to"),
        empty_label=gettext_lazy("Select who takes over"),
        error_messages={
            "required": gettext_lazy("Select who takes over"),
            "invalid_choice": gettext_lazy("Select who takes over"),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = [team for team, leader in team_roles(user).items() if leader]
        people = User.objects.filter(is_active=True, memberships__team__in=led)
        self.fields["owner"].queryset = people.distinct().order_by("sort_key", "pk")


@require_POST
def case_assign_many(request: HttpRequest) -> HttpResponse:
    """`pick` is `id-version` of each ticked case; `column` is the list that the person comes from."""
    if not leads_any(request.user):
        raise PermissionDenied
    column = request.POST.get("column", "")
    back = f"{reverse('case-board')}?column={column}" if column in COLUMNS else reverse("case-board")
    form = AssignManyForm(request.POST, user=request.user)
    seen = _seen(request.POST.getlist("pick")[:MOST])
    if not seen:
        messages.warning(request, _("Tick at least one case"))
    elif not form.is_valid():
        messages.warning(request, _("Select who takes over"))
    else:
        _tell(request, assign_many(seen=seen, owner=form.cleaned_data["owner"], by=request.user, now=timezone.now()))
    return redirect(back)


def _tell(request: HttpRequest, handed: Handed) -> None:
    lines = [ngettext("%(n)s case handed over", "%(n)s cases handed over", handed.changed) % {"n": handed.changed}]
    if handed.same:
        told = ngettext("%(n)s was theirs already", "%(n)s were theirs already", handed.same)
        lines.append(told % {"n": handed.same})
    if handed.not_of_the_team:
        told = ngettext(
            "%(n)s is of a team in which they do not work",
            "%(n)s are of teams in which they do not work",
            handed.not_of_the_team,
        )
        lines.append(told % {"n": handed.not_of_the_team})
    if handed.moved_on:
        told = ngettext(
            "%(n)s was changed by somebody meanwhile: look at it again",
            "%(n)s were changed by somebody meanwhile: look at them again",
            handed.moved_on,
        )
        lines.append(told % {"n": handed.moved_on})
    (messages.success if handed.changed else messages.warning)(request, " · ".join(lines))


def _seen(picks: list[str]) -> dict[int, int]:
    pairs = [pick.partition("-") for pick in picks]
    return {int(pk): int(version) for pk, _sign, version in pairs if _whole(pk) and _whole(version)}


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
