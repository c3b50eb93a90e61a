"""Forms of labour: hours of a person for a group, and the rate of a person or role."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups import labour
from groups.access import leads, team_roles
from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField
from groups.forms import CHOOSE
from groups.models import CostCategory, Group, Membership, User
from groups.money_forms import OUT_OF_USE, GroupChoiceMixin, NotAfterToday


class HoursForm(GroupChoiceMixin, NotAfterToday, forms.Form):
    """Hours of a day. Managers may enter them for the people of their teams, everybody for themselves."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=_("Group"),
        error_messages={"required": _("Select the group"), "invalid_choice": _("Select the group")},
    )
    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Person"), error_messages={"required": _("Select the person")}
    )
    hours = NumberField(subject=_("Hours"), ask=_("Enter the hours"), places=2, most=24, example="1.5")
    on = DayField(subject=_("Date"), label=_("Date"))
    category = forms.ModelChoiceField(
        queryset=CostCategory.objects.none(),
        label=_("Category"),
        empty_label=None,
        error_messages={"required": _("Select the category"), "invalid_choice": OUT_OF_USE},
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, chosen: Group | None = None, **kwargs: Any) -> None:
        self.user = user
        kwargs["initial"] = {
            "token": uuid4(), "on": timezone.localdate(), "person": user.pk, "group": chosen and chosen.pk
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.offer_groups(user, chosen)
        led = [team for team, leader in team_roles(user).items() if leader]
        people = User.objects.filter(is_active=True, memberships__team__in=led) | User.objects.filter(pk=user.pk)
        self.fields["person"].queryset = people.distinct().order_by("sort_key", "pk")
        self.fields["category"].queryset = labour.categories_by_the_hour()

    def clean_hours(self) -> Any:
        if not self.cleaned_data["hours"]:
            raise ValidationError(_("Enter the hours"), "zero")
        return self.cleaned_data["hours"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        group, person = cleaned.get("group"), cleaned.get("person")
        if group and person and person != self.user and not self._may_log_for(person, group):
            self.add_error("person", ValidationError(_("Select a person who works in the group's team"), "other"))
        return cleaned

    def _may_log_for(self, person: User, group: Group) -> bool:
        return leads(self.user, group.team_id) and group.team_id in team_roles(person)


class RateForm(forms.Form):
    """What an hour of a person, or of everybody with a role, costs from a day on."""

    whose = forms.ChoiceField(label=_("Whose rate"), error_messages={"required": _("Select whose rate it is")})
    price = MoneyField(
        subject=_("Hourly rate"),
        label=in_currency_lazy(_("Hourly rate")),
        required=False,
        help_text=_("Empty ends the rate: then the role, or the category, says what an hour costs"),
    )
    since = DayField(
        subject=_("Date"), label=_("The rate holds from"), help_text=_("Today or later; hours before keep their rate")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        active = User.objects.filter(is_active=True).order_by("sort_key", "pk")
        self.people = {str(person.pk): person for person in active}
        people = [(key, str(person)) for key, person in self.people.items()]
        roles = list(Membership.Role.choices)
        self.fields["whose"].choices = [CHOOSE, (_("Everybody with the role"), roles), (_("One person"), people)]

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since < timezone.localdate():
            raise ValidationError(_("A rate starts today or later; hours before keep their rate"), "past")
        return since

    def rate(self) -> dict[str, Any]:
        """What labour.set_rate is called with."""
        whose = self.cleaned_data["whose"]
        person = self.people.get(whose)
        return {"person": person, "role": "" if person else whose} | {
            name: self.cleaned_data[name] for name in ("price", "since")
        }
