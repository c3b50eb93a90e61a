"""The form of a shared cost that is spread over the groups of a team."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.access import team_roles
from groups.currency import in_currency_lazy
from groups.fields import DayField
from groups.forms import CHOOSE
from groups.models import Allocation, CostCategory, Team, User
from groups.money_forms import OUT_OF_USE, EchoedMoneyField, NotAfterToday, by_root


class AllocationForm(NotAfterToday, forms.Form):
    """What is shared, by whom, and by which measure. Only teams that the person leads are offered."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        label=_("Team"),
        empty_label=CHOOSE[1],
        error_messages={"required": _("Select the team")},
    )
    category = forms.ChoiceField(
        label=_("What for"), error_messages={"required": _("Select what it is for"), "invalid_choice": OUT_OF_USE}
    )
    amount = EchoedMoneyField(
        subject=_("Amount"), label=in_currency_lazy(_("Amount to share")), ask=_("Enter the amount")
    )
    on = DayField(subject=_("Date"), label=_("Date"))
    basis = forms.ChoiceField(label=_("Spread"), choices=Allocation.Basis, initial=Allocation.Basis.MEMBERS)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, like: Allocation | None = None, **kwargs: Any) -> None:
        """`like`: a cost that was spread before, which fills all but the date."""
        begins = {"token": uuid4(), "on": timezone.localdate()}
        if like:
            begins |= {"team": like.team_id, "category": like.category_id, "amount": like.total}
            begins |= {"basis": like.basis, "note": like.note}
        super().__init__(*args, initial=begins, **kwargs)
        led = [team for team, leader in team_roles(user).items() if leader]
        self.fields["team"].queryset = Team.objects.filter(pk__in=led).order_by("name", "pk")
        if len(led) == 1:
            self.initial["team"] = led[0]
            self.fields["team"].empty_label = None
        offered = list(CostCategory.objects.offered().order_by("name"))
        self.categories = {str(category.pk): category for category in offered}
        self.fields["category"].choices = [CHOOSE, *by_root(offered)]

    def clean_amount(self) -> Any:
        if not self.cleaned_data["amount"]:
            raise ValidationError(_("Enter the amount"), "zero")
        return self.cleaned_data["amount"]

    def named(self) -> dict[str, Any]:
        """What allocation.twin_of is called with."""
        typed = self.cleaned_data
        same = {name: typed[name] for name in ("team", "on", "token")}
        return same | {"total": typed["amount"], "category": self.categories[typed["category"]]}

    def shared(self) -> dict[str, Any]:
        """What allocation.allocate is called with, but for the parts."""
        return self.named() | {name: self.cleaned_data[name] for name in ("basis", "note")}
