"""The form of a new access token."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.access import people_of_teams
from groups.forms import CHOOSE
from groups.models import Right, Team, User
from groups.people_forms import team_choices

DAYS = (30, 90, 365)


class TokenForm(forms.Form):
    """What a system is called, what it may do for which teams, until when, and who answers for it."""

    name = forms.CharField(
        label=_("Name of the system"),
        max_length=60,
        help_text=_("Such as “Night sync of the community tool”; data on its pages carries this name"),
        error_messages={"required": _("Enter a name of the system")},
    )
    teams = forms.MultipleChoiceField(
        label=_("For the teams"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select at least one team")},
    )
    rights = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Right,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select at least one right")},
    )
    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Who answers for it"),
        help_text=_("New groups get this owner; the token stops when the account is disabled"),
        error_messages={"required": _("Select a person")},
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=lambda: [(days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in DAYS],
        initial=DAYS[1],
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.by_id = {team.pk: team for team in Team.objects.order_by("name")}
        self.fields["teams"].choices = team_choices(list(self.by_id.values()))
        people = User.objects.filter(is_active=True).order_by("display_name", "pk")
        self.fields["person"].queryset = people
        self.fields["person"].choices = [CHOOSE, *((each.pk, str(each)) for each in people)]

    def clean_teams(self) -> list[Team]:
        return [self.by_id[int(pk)] for pk in self.cleaned_data["teams"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        person, teams = cleaned.get("person"), cleaned.get("teams")
        if person and teams:
            people = people_of_teams([team.pk for team in teams])
            missing = [team for team in teams if person not in people[team.pk]]
            if missing:
                told = {"person": person, "team": missing[0]}
                self.add_error("person", _("%(person)s does not work in %(team)s; select somebody who does") % told)
        return cleaned
