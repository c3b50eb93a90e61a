"""Forms of partners and placements: they read and check; groups.sponsorships writes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.access import team_roles
from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField
from groups.forms import CHOOSE
from groups.models import Group, Partner, Placement, Team, User


class PartnerForm(forms.Form):
    """A partner of a team; its team does not change."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        label=_("Team"),
        empty_label=CHOOSE[1],
        error_messages={"required": _("Select the team")},
    )
    name = forms.CharField(
        label=_("Partner"), max_length=60, error_messages={"required": _("Enter the name of the partner")}
    )
    audience = forms.CharField(label=_("Whom they want to reach"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, partner: Partner | None = None, **kwargs: Any) -> None:
        if partner:
            kwargs["initial"] = {"name": partner.name, "audience": partner.audience}
        super().__init__(*args, **kwargs)
        teams = list(team_roles(user))
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams).order_by("name")
        if partner:
            del self.fields["team"]
        elif len(teams) == 1:
            self.fields["team"].initial = teams[0]


class PlacementForm(forms.Form):
    """A placement for the calendar. A full month asks for the reason why it goes ahead."""

    group = forms.ChoiceField(label=_("Group"), error_messages={"required": _("Select the group")})
    partner = forms.ChoiceField(label=_("Partner"), error_messages={"required": _("Select the partner")})
    on = DayField(subject=_("Date"), label=_("Date"))
    paid_by = forms.ChoiceField(
        label=_("How it is paid"),
        choices=[CHOOSE, *Placement.PaidBy.choices],
        error_messages={"required": _("Select how it is paid")},
    )
    price = MoneyField(
        subject=_("Agreed price"),
        ask=_("Enter the price"),
        label=in_currency_lazy(_("Agreed price")),
        help_text=_("Of the placement, or of one result"),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    over_cap_reason = forms.CharField(
        label=_("Why it goes ahead although the month is full"),
        max_length=200,
        required=False,
        help_text=_("Only for a placement above the cap of the group; it is kept on record"),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), "on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        groups = Group.objects.visible_to(user).running().select_related("team")
        self.groups = {str(group.pk): group for group in groups.order_by("team__name", "sort_key", "pk")}
        partners = Partner.objects.visible_to(user).filter(archived_at=None).select_related("team")
        self.partners = {str(partner.pk): partner for partner in partners.order_by("team__name", "name")}
        self.fields["group"].choices = [CHOOSE, *_by_team(self.groups)]
        self.fields["partner"].choices = [CHOOSE, *_by_team(self.partners)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        group, partner = self.groups.get(cleaned.get("group", "")), self.partners.get(cleaned.get("partner", ""))
        if group and partner and group.team_id != partner.team_id:
            self.add_error("partner", ValidationError(_("Select a partner of the team of the group"), "other_team"))
        return cleaned


def _by_team(rows: dict[str, Any]) -> list[Any]:
    """Choices under the names of their teams; without a heading where there is one team."""
    teams: dict[str, list[tuple[str, str]]] = {}
    for key, row in rows.items():
        teams.setdefault(row.team.name, []).append((key, str(row)))
    return next(iter(teams.values())) if len(teams) == 1 else list(teams.items())


class ResultsForm(forms.Form):
    """How many results a placement brought that is paid per result."""

    results = NumberField(
        subject=_("Results"),
        ask=_("Enter the number of results"),
        label=_("Results"),
        places=0,
        least=0,
        most=10_000_000,
    )
