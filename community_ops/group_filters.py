"""The filters and orders of the group list: what may stand in its address, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Case, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_ops.keyset import Key, Order, number, text
from groups import economics
from groups.access import team_roles
from groups.models import Group, GroupCoOwner, Team, User
from groups.models.group import ActivityKind, Layer, Monetization, Platform
from lifecycle.display_states import DisplayState, states_behind
from lifecycle.endings import KNOWN_FATE, with_fate
from lifecycle.models import Flag
from lifecycle.models.endings import Fate
from lifecycle.models.health import Cause

ENDING_WITHIN_DAYS = 30
NO_END = date(9999, 12, 31)
# Worst first: what somebody must look at comes before what is well, and what is not known comes last.
WORST_FIRST = (
    DisplayState.DEAD,
    DisplayState.AT_RISK,
    DisplayState.WATCH,
    DisplayState.FORMING,
    DisplayState.HEALTHY,
    DisplayState.COMPLETED,
)

ID = Key("id", number)
ORDERS = {
    "worst": Order((Key("rank", number), Key("score", number), ID)),
    "name": Order((Key("sort_key", text), ID)),
    "members": Order((Key("members", number), ID), descending=True),
    "acts": Order((Key("acts_7", number), ID), descending=True),
    "ends": Order((Key("ends", date.fromisoformat), ID)),
    "newest": Order((Key("opened_on", date.fromisoformat), ID), descending=True),
}
ORDER_NAMES = [
    ("worst", _("Worst first")),
    ("name", _("Group name")),
    ("members", _("Most members")),
    ("acts", _("Most active")),
    ("ends", _("Ending soonest")),
    ("newest", _("Newest")),
]

# The columns of a row of the list.
COLUMNS = (
    "id",
    "name",
    "owner__display_name",
    "plan__activity_kind",
    "plan__ends_on",
    "standing__state",
    "standing__day",
    "standing__members",
    "standing__acts_7",
    "standing__people_28",
    "standing__spark",
    "standing__evidence",
)


def with_plan(groups: QuerySet) -> QuerySet:
    """The groups with their current plan as `plan`."""
    return groups.annotate(plan=FilteredRelation("plans", condition=Q(plans__superseded_at=None)))


def keyed(groups: QuerySet) -> QuerySet:
    """Groups with the keys of every order; a key that an order does not use costs nothing."""
    whens = [When(standing__state__in=states_behind(shown), then=Value(rank)) for rank, shown in enumerate(WORST_FIRST)]
    return groups.annotate(
        rank=Case(*whens, default=Value(len(WORST_FIRST)), output_field=IntegerField()),
        score=Coalesce(F("standing__score"), Value(-1)),
        members=Coalesce(F("standing__members"), Value(-1)),
        acts_7=Coalesce(F("standing__acts_7"), Value(-1)),
        ends=Coalesce(F("plan__ends_on"), Value(NO_END)),
    )


def described(keys: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page, in its order, with all that the list shows of a group and its current plan."""
    ids = [key["id"] for key in keys]
    rows = with_plan(Group.objects.filter(pk__in=ids)).values(*COLUMNS)
    found = {row["id"]: row for row in rows}
    return [found[pk] for pk in ids]


class GroupFilter(filters.FilterSet):
    """Filters that sit in the address of the list, beside `state`, `sort` and the cursors."""

    q = filters.CharFilter(method="named", label=_("Group name"), max_length=60)
    owner = filters.ModelChoiceFilter(
        queryset=User.objects.none(), method="looked_after", label=_("Owner"), empty_label=_("Any")
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.none(), label=_("Team"), empty_label=_("Any"))
    platform = filters.ChoiceFilter(choices=Platform, label=_("Platform"), empty_label=_("Any"))
    monetization = filters.ChoiceFilter(
        field_name="plan__monetization", choices=Monetization, label=_("Revenue model"), empty_label=_("Any")
    )
    activity = filters.ChoiceFilter(
        field_name="plan__activity_kind", choices=ActivityKind, label=_("Activity"), empty_label=_("Any")
    )
    layer = filters.ChoiceFilter(choices=Layer, label=_("Layer"), empty_label=_("Any"))
    ends = filters.ChoiceFilter(
        choices=[("soon", _("Within 30 days")), ("over", _("Past its end"))],
        method="ending",
        label=_("Ends"),
        empty_label=_("Any"),
    )
    cause = filters.ChoiceFilter(choices=Cause, method="flagged", label=_("Flagged for"), empty_label=_("Any"))
    since = filters.DateFilter(field_name="standing__state_since", lookup_expr="gte", label=_("In this state since"))
    money = filters.ChoiceFilter(
        choices=[("loss", _("Loss this month"))], method="losing", label=_("Money"), empty_label=_("Any")
    )
    closed = filters.ChoiceFilter(
        choices=[("yes", _("Closed")), ("all", _("Running and closed")), ("archived", _("Archived"))],
        method="whatever",
        label=_("Running"),
        empty_label=_("Running"),
    )

    fate = filters.ChoiceFilter(
        choices=[*Fate.choices, ("known", _("Fate known"))],
        method="ended_as",
        label=_("What became of it"),
        empty_label=_("Any"),
    )
    died_of = filters.ChoiceFilter(
        choices=[*Cause.choices, ("none", _("No cause on record"))],
        method="ended_by",
        label=_("Died of"),
        empty_label=_("Any"),
    )
    opened = filters.DateFilter(field_name="opened_on", lookup_expr="gte", label=_("Opened since"))

    class Meta:
        model = Group
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self.team_ids = teams = list(team_roles(user))
        super().__init__(data, queryset=with_plan(Group.objects.visible_to(user)))
        owned = Group.objects.filter(team_id__in=teams, owner=OuterRef("pk"))
        co_owned = GroupCoOwner.objects.filter(group__team_id__in=teams, user=OuterRef("pk"))
        owners = User.objects.filter(Exists(owned) | Exists(co_owned))
        self.filters["owner"].queryset = owners.order_by("sort_key", "pk")
        self.filters["team"].queryset = Team.objects.filter(pk__in=teams).order_by("name")
        for field in self.form.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        closed = self.form.cleaned_data.get("closed")
        if closed == "archived":
            return found.exclude(archived_at=None)
        found = found.filter(archived_at=None)
        if closed == "all":
            return found
        return found.exclude(closed_on=None) if closed == "yes" else found.filter(closed_on=None)

    def named(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return groups.named_like(value.replace("\0", ""))

    def looked_after(self, groups: QuerySet, _name: str, value: User) -> QuerySet:
        return groups.owned_by(value)

    def ending(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "over":
            return groups.filter(plan__ends_on__lt=self.today)
        return groups.filter(plan__ends_on__range=(self.today, self.today + timedelta(days=ENDING_WITHIN_DAYS)))

    def losing(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return groups.filter(pk__in=economics.losing_groups(self.team_ids, self.today.replace(day=1), self.today))

    def ended_as(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return with_fate(groups).filter(fate__in=KNOWN_FATE if value == "known" else [value])

    def ended_by(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return groups.filter(ending__fate=Fate.DIED, ending__cause="" if value == "none" else value)

    def flagged(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return groups.filter(Exists(Flag.objects.filter(group=OuterRef("pk"), cause=value, lowered_on=None)))

    def whatever(self, groups: QuerySet, _name: str, value: str) -> QuerySet:
        return groups  # read in filter_queryset, where an empty choice counts too

    def chosen(self) -> list[tuple[str, str]]:
        """The filters in use, as (name in the address, words of the value)."""
        found = []
        for name, value in self.form.cleaned_data.items() if self.form.is_valid() else ():
            if value in (None, ""):
                continue
            field = self.form.fields[name]
            labels = dict(field.choices) if isinstance(field, forms.ChoiceField) and not hasattr(value, "pk") else {}
            found.append((name, str(labels.get(value, value))))
        return found
