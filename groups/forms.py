"""Forms of the registry: a group, its plan, a ledger line, a cost category. They read and check; writers write."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.access import team_roles
from groups.fields import DayField, MoneyField, NumberField, PercentField
from groups.models import CostCategory, Group, LedgerLine, Plan, Team, User
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Platform, Signal
from groups.models.money import CostRoot
from groups.rules.plan_terms import PlanTerms

REVENUE = "revenue"
CHOOSE = ("", pgettext_lazy("choice", "Choose"))  # nothing is chosen for anybody
TAKEN = _("A group of your team is already registered under this id")
FLASH_DAYS = 30
BOUNDED_YEARS = 3


class GroupForm(forms.Form):
    """The facts of a group. `version` is the one that the form was opened at; 0 for a group to be registered."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), label=_("Team"), error_messages={"required": _("Select the team")}
    )
    name = forms.CharField(
        label=_("Group name"), max_length=120, error_messages={"required": _("Enter the group name")}
    )
    platform = forms.ChoiceField(
        label=_("Platform"), choices=[CHOOSE, *Platform.choices], error_messages={"required": _("Select the platform")}
    )
    external_id = forms.CharField(
        label=_("Id on the platform"),
        max_length=120,
        required=False,
        help_text=_("Imports find the group by it; leave it empty if you do not know it"),
    )
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Owner"), error_messages={"required": _("Select the owner")}
    )
    opened_on = DayField(subject=_("Opening day"), ask=_("Enter the day the group opened"), label=_("Opened on"))
    layer = forms.ChoiceField(label=_("Layer"), choices=Layer, initial=Layer.NONE)
    member_cap = NumberField(subject=_("Member cap"), places=0, least=1, most=1_000_000, required=False, example="500")
    theme = forms.CharField(label=_("Theme"), max_length=120, required=False)
    tags = forms.CharField(
        label=_("Tags"), max_length=300, required=False, help_text=_("Separate tags by commas or spaces")
    )
    notes = forms.CharField(label=_("Notes"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, user: User, group: Group | None = None, **kwargs: Any) -> None:
        self.group = group
        super().__init__(*args, **kwargs)
        teams = list(team_roles(user))
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams).order_by("name")
        people = User.objects.filter(is_active=True, memberships__team_id__in=teams)
        known = {user.pk, *([group.owner_id] if group else [])}
        self.fields["owner"].queryset = (people | User.objects.filter(pk__in=known)).distinct().order_by("display_name")
        if group:  # a group does not change its team here
            del self.fields["team"]
        elif len(teams) == 1:
            self.fields["team"].initial = teams[0]

    def clean_tags(self) -> list[str]:
        tags = [tag[:30] for tag in self.cleaned_data["tags"].replace("，", " ").replace(",", " ").split()]
        return list(dict.fromkeys(tags))

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        team = cleaned.get("team") or (self.group and self.group.team)
        owner = cleaned.get("owner")
        unchanged = self.group is not None and owner is not None and owner.pk == self.group.owner_id
        if team and owner and not unchanged and team.pk not in team_roles(owner):
            self.add_error("owner", ValidationError(_("Select an owner who works in this team"), "other_team"))
        if (
            team
            and cleaned.get("external_id")
            and self._taken(team, cleaned.get("platform", ""), cleaned["external_id"])
        ):
            self.add_error("external_id", ValidationError(TAKEN, "taken"))
        return cleaned

    def _taken(self, team: Team, platform: str, external_id: str) -> bool:
        others = Group.objects.filter(team=team, platform=platform, external_id=external_id, archived_at=None)
        return others.exclude(pk=self.group.pk if self.group else None).exists()

    def values(self) -> dict[str, Any]:
        """The editable columns of the group, under their names in registration.EDITABLE."""
        cleaned = self.cleaned_data
        same = ("name", "theme", "platform", "external_id", "layer", "tags", "member_cap", "opened_on", "notes")
        return {name: cleaned[name] for name in same} | {"owner_id": cleaned["owner"].pk}


def facts_of(group: Group) -> dict[str, Any]:
    """What a form for this group begins with."""
    same = ("name", "theme", "platform", "external_id", "layer", "member_cap", "opened_on", "notes", "version")
    return {name: getattr(group, name) for name in same} | {"owner": group.owner_id, "tags": ", ".join(group.tags)}


class PlanForm(forms.Form):
    """The terms that people fix by hand; what the form does not show is taken over from the plan before."""

    monetization = forms.ChoiceField(
        label=_("Revenue model"),
        choices=[CHOOSE, *Monetization.choices],
        error_messages={"required": _("Select how it earns")},
    )
    activity_kind = forms.ChoiceField(
        label=_("Activity"),
        choices=[CHOOSE, *ActivityKind.choices],
        error_messages={"required": _("Select which activity it needs")},
    )
    signal = forms.ChoiceField(
        label=_("Which figure proves it is alive"), choices=[("", _("Not decided")), *Signal.choices], required=False
    )
    signal_target = PercentField(subject=_("Target"), label=_("Target (%)"), required=False)
    goal_28 = NumberField(
        subject=_("Goal"), label=_("Goal of acts in 28 days"), places=0, required=False, most=100_000_000
    )
    goal_people_28 = NumberField(
        subject=_("Goal"), label=_("Goal of different people in 28 days"), places=0, required=False, most=1_000_000
    )
    lifespan = forms.ChoiceField(
        label=_("Lifespan"),
        choices=[CHOOSE, *Lifespan.choices],
        error_messages={"required": _("Select how long it should live")},
    )
    starts_on = DayField(subject=_("Start date"), label=_("Starts on"))
    ends_on = DayField(
        subject=_("End date"), label=_("Ends on"), required=False, help_text=_("Empty only for a lasting group")
    )
    renewal_on = DayField(subject=_("Renewal date"), label=_("Renewal on"), required=False)
    mission = forms.CharField(label=_("Mission complete when"), max_length=240, required=False)
    weekly_hours = NumberField(subject=_("Weekly hours"), places=2, most=1000, required=False)
    promotion_percent = PercentField(
        subject=_("The share that moves down"), label=_("Share that moves down a month (%)"), required=False
    )
    planned_revenue = MoneyField(subject=_("Planned revenue"), label=_("Planned revenue a month"), required=False)
    planned_cost = MoneyField(subject=_("Planned cost"), label=_("Planned cost a month"), required=False)

    def __init__(self, *args: Any, before: PlanTerms | None = None, **kwargs: Any) -> None:
        self.before = before
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lifespan, starts, ends = (cleaned.get(name) for name in ("lifespan", "starts_on", "ends_on"))
        if lifespan in (Lifespan.FLASH, Lifespan.BOUNDED) and not ends and "ends_on" not in self.errors:
            self.add_error("ends_on", ValidationError(_("Enter the day the group ends"), "required"))
        if starts and ends:
            self._check_span(lifespan or "", starts, ends)
        return cleaned

    def _check_span(self, lifespan: str, starts: date, ends: date) -> None:
        if ends <= starts:
            self.add_error("ends_on", ValidationError(_("End date must be after the start date"), "order"))
        elif lifespan == Lifespan.FLASH and (ends - starts).days > FLASH_DAYS:
            self.add_error("ends_on", ValidationError(_("A flash group lasts 30 days at most"), "flash"))
        elif lifespan == Lifespan.BOUNDED and (ends - starts).days > BOUNDED_YEARS * 366:
            self.add_error("ends_on", ValidationError(_("A bounded group lasts 3 years at most"), "bounded"))

    def terms(self) -> PlanTerms:
        """The terms as typed, on top of those that the form does not show. Net is planned once both sides are."""
        typed = {name: self.cleaned_data[name] for name in PlanForm.base_fields}
        kept = vars(self.before) if self.before else {}
        revenue, cost = typed["planned_revenue"], typed["planned_cost"]
        before = self.before
        if before and (revenue, cost) == (before.planned_revenue, before.planned_cost):
            net = before.planned_net  # an assessment plans it after the cost of goods
        else:
            net = revenue - cost if revenue is not None and cost is not None else None
        return PlanTerms(**kept | typed | {"planned_net": net})


class RegistrationForm(GroupForm, PlanForm):
    """A group and its first plan, on one page."""


def plan_of(plan: Plan) -> dict[str, Any]:
    """What a form for this plan begins with."""
    return {name: getattr(plan, name) for name in PlanForm.base_fields}


class LineForm(forms.Form):
    """One amount, entered on a phone. `token` makes a second submit of the same form a no-op."""

    what = forms.ChoiceField(label=_("What for"), error_messages={"required": _("Select what it is for")})
    amount = MoneyField(subject=_("Amount"), label=_("Amount (CNY)"), required=False)
    on = DayField(subject=_("Date"), label=_("Date"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    quantity = NumberField(
        subject=_("Quantity"),
        label=_("Quantity"),
        required=False,
        most=1_000_000,
        help_text=_("Hours, people or occasions, instead of an amount"),
    )
    unit_price = MoneyField(
        subject=_("Unit price"),
        label=_("Unit price"),
        required=False,
        help_text=_("Empty takes the default price of the category"),
    )
    goods_cost = MoneyField(
        subject=_("Cost of the goods"),
        label=_("Cost of the goods sold"),
        required=False,
        help_text=_("For revenue; enter 0 if there were no goods, leave it empty if unknown"),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), "on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.categories = {
            str(category.pk): category for category in CostCategory.objects.filter(archived_at=None).order_by("name")
        }
        by_root = [
            (root.label, [(key, category.name) for key, category in self.categories.items() if category.root == root])
            for root in CostRoot
        ]
        choices: list[Any] = [CHOOSE, (REVENUE, LedgerLine.Kind.REVENUE.label)]
        self.fields["what"].choices = choices + [(label, names) for label, names in by_root if names]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("Date must not be after today"), "future")
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        category = self.category
        if {"amount", "quantity", "what", "unit_price"} & set(self.errors):
            return cleaned
        if cleaned.get("amount") is None and cleaned.get("quantity") is None:
            self.add_error("amount", ValidationError(_("Enter the amount"), "required"))
        elif (
            cleaned.get("amount") is None
            and cleaned.get("unit_price") is None
            and (not category or category.default_price is None)
        ):
            self.add_error("unit_price", ValidationError(_("Enter the unit price"), "required"))
        if category and cleaned.get("goods_cost") is not None:
            self.add_error("goods_cost", ValidationError(_("Only revenue has a cost of goods"), "not_revenue"))
        return cleaned

    @property
    def category(self) -> CostCategory | None:
        """The category that was chosen; None for revenue."""
        return self.categories.get(self.cleaned_data.get("what", ""))

    def line(self) -> dict[str, Any]:
        """What ledger.enter_line is called with."""
        names = ("amount", "on", "note", "quantity", "unit_price", "goods_cost", "token")
        kind = LedgerLine.Kind.COST if self.category else LedgerLine.Kind.REVENUE
        return {name: self.cleaned_data[name] for name in names} | {"kind": kind, "category": self.category}


class CategoryForm(forms.Form):
    """A cost category below one of the three roots."""

    root = forms.ChoiceField(
        label=_("Root"), choices=[CHOOSE, *CostRoot.choices], error_messages={"required": _("Select the root")}
    )
    name = forms.CharField(
        label=_("Category"), max_length=60, error_messages={"required": _("Enter the category name")}
    )
    priced_by = forms.ChoiceField(label=_("Priced"), choices=CostCategory.PricedBy)
    default_price = MoneyField(
        subject=_("Default price"),
        label=_("Default price"),
        required=False,
        help_text=_("Filled in when somebody enters a quantity only"),
    )

    def __init__(self, *args: Any, category: CostCategory | None = None, **kwargs: Any) -> None:
        if category:
            names = ("name", "priced_by", "default_price")
            kwargs["initial"] = {name: getattr(category, name) for name in names}
        super().__init__(*args, **kwargs)
        if category:  # a category stays under its root
            del self.fields["root"]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()
