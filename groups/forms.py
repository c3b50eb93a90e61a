"""Forms of the registry: a group and its plan. They read and check; writers write."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups import upstreams
from groups.access import team_roles, teams_above
from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField, PercentField
from groups.models import Group, Membership, Plan, Team, User
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Platform, Signal
from groups.rules.plan_terms import PlanTerms

CHOOSE = ("", pgettext_lazy("choice", "Choose"))  # nothing is chosen for anybody
TAKEN = _("A group of your team is already registered under this id")
SAME_NAME = _("This owner has a group of the same name: look whether it is the same one")
NO_GROUP = _("No group of this team is called so; type a part of its name and pick it")
WHICH_GROUP = _("Write which one: %(near)s")
LEFT_THE_TEAM = _("Somebody you chose no longer works in this team; choose again")
CIRCLE = _("Its members would come from the group itself; choose another one")
FLASH_DAYS = 30
BOUNDED_YEARS = 3


class PeopleField(forms.ModelMultipleChoiceField):
    """People to tick; who is still there with a closed account is told apart."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.as_listed()


class GroupForm(forms.Form):
    """The facts of a group. `version` is the one that the form was opened at; 0 for a group to be registered."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        label=_("Team"),
        empty_label=CHOOSE[1],
        error_messages={"required": _("Select the team")},
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
        queryset=User.objects.none(),
        label=_("Owner"),
        empty_label=CHOOSE[1],
        error_messages={"required": _("Select the owner"), "invalid_choice": LEFT_THE_TEAM},
    )
    co_owners = PeopleField(
        queryset=User.objects.none(),
        label=_("Co-owners"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the group under “Mine” and get what waits for its owner"),
        error_messages={"invalid_choice": LEFT_THE_TEAM},
    )
    opened_on = DayField(subject=_("Opening day"), ask=_("Enter the day the group opened"), label=_("Opened on"))
    layer = forms.ChoiceField(label=_("Layer"), choices=Layer, initial=Layer.NONE)
    upstream = forms.CharField(
        label=_("Members come from"),
        max_length=150,
        required=False,
        help_text=_("A group of the same team; type a part of its name and pick it"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "list": "upstream-found",
                "hx-get": reverse_lazy("group-upstreams"),
                "hx-trigger": "input changed delay:250ms, focus once",
                "hx-include": "[name=team]",
                "hx-target": "#upstream-found",
                "hx-sync": "this:replace",
            }
        ),
    )
    member_cap = NumberField(subject=_("Member cap"), places=0, least=1, most=1_000_000, required=False, example="500")
    theme = forms.CharField(label=_("Theme"), max_length=120, required=False)
    tags = forms.CharField(
        label=_("Tags"), max_length=300, required=False, help_text=_("Separate tags by commas or spaces")
    )
    notes = forms.CharField(label=_("Notes"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    anyway = forms.BooleanField(label=_("It is another group; save it all the same"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, user: User, group: Group | None = None, **kwargs: Any) -> None:
        self.group, self.user, self.same_named = group, user, []
        super().__init__(*args, **kwargs)
        teams = list(team_roles(user))
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams).order_by("name")
        people = User.objects.filter(is_active=True, memberships__team_id__in=teams)
        known = {user.pk, *([group.owner_id] if group else [])}
        self.fields["owner"].queryset = (
            (people | User.objects.filter(pk__in=known)).distinct().order_by("sort_key", "pk")
        )
        if group:  # a group does not change its team here
            del self.fields["team"]
            attrs = self.fields["upstream"].widget.attrs
            del attrs["hx-include"]
            attrs["hx-vals"] = json.dumps({"group": group.pk})
            of_team = Q(is_active=True, memberships__team=group.team_id) | Q(co_ownerships__group=group)
            others = User.objects.filter(of_team).exclude(pk=group.owner_id)
            self.fields["co_owners"].queryset = others.distinct().order_by("sort_key", "pk")
        else:
            del self.fields["co_owners"]
            if len(teams) == 1:
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
        if team and "upstream" in cleaned:
            cleaned["upstream"] = self._upstream(team, cleaned["upstream"].strip())
        self.same_named = self._same_named(team, owner, cleaned.get("name", ""))
        if self.same_named and not cleaned.get("anyway"):
            self.add_error("anyway", ValidationError(SAME_NAME, "same_name"))
        return cleaned

    def _upstream(self, team: Team, text: str) -> Group | None:
        """The group that the text names; what stands there already is left, also one that is closed."""
        stands = self.group.upstream if self.group else None
        if not text or (stands and text == upstreams.named(stands)):
            return stands if text else None
        try:
            found = upstreams.meant(self.user, text, team.pk, but=self.group.pk if self.group else None)
        except upstreams.NoSuchGroup as none:
            near = "、".join(f"{group.name} #{group.pk}" for group in none.found[:5])
            words = WHICH_GROUP if near else NO_GROUP
            self.add_error("upstream", ValidationError(words, "unknown", {"near": near}))
            return None
        if self.group and upstreams.circling({self.group.pk: found.pk}):
            self.add_error("upstream", ValidationError(CIRCLE, "circle"))
        return found

    def _same_named(self, team: Team | None, owner: User | None, name: str) -> list[Group]:
        """Groups that this one would be taken for; none while its name and owner stay as they are."""
        if not (team and owner and name):
            return []
        if self.group and (self.group.name, self.group.owner_id) == (name, owner.pk):
            return []
        found = Group.objects.same_named(team, owner, name).exclude(pk=self.group.pk if self.group else None)
        return list(found.order_by("pk")[:5])

    def _taken(self, team: Team, platform: str, external_id: str) -> bool:
        others = Group.objects.filter(team=team, platform=platform, external_id=external_id, archived_at=None)
        return others.exclude(pk=self.group.pk if self.group else None).exists()

    def values(self) -> dict[str, Any]:
        """The editable columns of the group, under their names in registration.EDITABLE."""
        cleaned = self.cleaned_data
        same = ("name", "theme", "platform", "external_id", "layer", "tags", "member_cap", "opened_on", "notes")
        upstream = cleaned["upstream"]
        people = {"owner_id": cleaned["owner"].pk, "upstream_id": upstream.pk if upstream else None}
        return {name: cleaned[name] for name in same} | people


def facts_of(group: Group) -> dict[str, Any]:
    """What a form for this group begins with."""
    same = ("name", "theme", "platform", "external_id", "layer", "member_cap", "opened_on", "notes", "version")
    co_owners = list(group.co_ownerships.values_list("user", flat=True))
    return {name: getattr(group, name) for name in same} | {
        "owner": group.owner_id,
        "co_owners": co_owners,
        "upstream": upstreams.named(group.upstream) if group.upstream else "",
        "tags": ", ".join(group.tags),
    }


class ClockField(forms.TimeField):
    """A time of day as 21:00; a field of the browser would say 09:00 PM to some."""

    widget = forms.TimeInput(format="%H:%M", attrs={"inputmode": "text", "maxlength": "5", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Enter a time of day, like 21:00")}


def _days(label: Promise) -> NumberField:
    return NumberField(subject=_("Days"), label=label, places=0, least=1, most=365, required=False, example="14")


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
    planned_revenue = MoneyField(
        subject=_("Planned revenue"), label=in_currency_lazy(_("Planned revenue a month")), required=False
    )
    planned_cost = MoneyField(
        subject=_("Planned cost"), label=in_currency_lazy(_("Planned cost a month")), required=False
    )

    @property
    def of_the_plan(self) -> list[str]:
        """The names of the fields that are terms of the plan."""
        return list(PlanForm.base_fields)

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
        typed = {name: self.cleaned_data[name] for name in self.of_the_plan}
        kept = vars(self.before) if self.before else {}
        revenue, cost = typed["planned_revenue"], typed["planned_cost"]
        before = self.before
        if before and (revenue, cost) == (before.planned_revenue, before.planned_cost):
            net = before.planned_net  # an assessment plans it after the cost of goods
        else:
            net = revenue - cost if revenue is not None and cost is not None else None
        return PlanTerms(**kept | typed | {"planned_net": net})


class AmendForm(PlanForm):
    """A plan that runs: its quiet hours and what it says for when the group goes quiet can be changed too."""

    quiet_from = ClockField(label=_("Quiet hours from"), required=False)
    quiet_to = ClockField(
        label=_("Quiet hours until"),
        required=False,
        help_text=_("Nothing official is posted then; leave both empty for none"),
    )
    at_risk_after_days = _days(_("Days below target until it is at risk"))
    revive_for_days = _days(_("Days of reviving until members are moved"))
    dissolve_after_days = _days(_("Days without movement until it is dissolved"))
    dissolution_approver_id = forms.TypedChoiceField(
        label=_("Who approves dissolving?"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Select somebody of this team")},
    )

    @property
    def of_the_plan(self) -> list[str]:
        """What was not sent at all, by a page of an older version, stays as it is."""
        added = [name for name in AmendForm.base_fields if name not in PlanForm.base_fields and name in self.data]
        return [*PlanForm.base_fields, *added]

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_agree = Q(memberships__team=group.team_id) | Q(
            memberships__team__in=teams_above(group.team_id), memberships__role=Membership.Role.MANAGER
        )
        named = self.before.dissolution_approver_id if self.before else None  # who left stays until another is chosen
        people = User.objects.filter(Q(is_active=True) & may_agree | Q(pk=named)).distinct().order_by("sort_key", "pk")
        choices = [("", _("The owner of the group"))] + [(person.pk, person.as_listed()) for person in people]
        self.fields["dissolution_approver_id"].choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "quiet_from" in cleaned and "quiet_to" in cleaned:
            begin, end = cleaned["quiet_from"], cleaned["quiet_to"]
            if (begin is None) != (end is None):
                missing = "quiet_from" if begin is None else "quiet_to"
                self.add_error(missing, ValidationError(_("Enter when the quiet hours begin and end"), "required"))
            elif begin is not None and begin == end:
                self.add_error(
                    "quiet_to", ValidationError(_("Quiet hours must end at another time than they begin"), "same")
                )
        return cleaned


class RegistrationForm(GroupForm, PlanForm):
    """A group and its first plan, on one page."""


def plan_of(plan: Plan) -> dict[str, Any]:
    """What a form for this plan begins with."""
    return {name: getattr(plan, name) for name in AmendForm.base_fields}
