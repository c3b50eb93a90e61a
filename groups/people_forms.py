"""Forms about people: teams, invitations, accepting one, and handing groups over. They check; writers write."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.access import team_roles
from groups.fields import DayField, NumberField
from groups.forms import CHOOSE
from groups.models import Group, Membership, Team, User
from groups.rules.team_tree import in_order

INDENT = "\u3000"  # a full-width space keeps its place in an <option>
USERNAME_TAKEN = _("Somebody has this user name; choose another")


def teams_in_order(teams: list[Team]) -> list[tuple[Team, int]]:
    """Teams with their depth, as the tree is read."""
    by_id = {team.pk: team for team in teams}
    return [(by_id[pk], depth) for pk, depth in in_order({team.pk: team.parent_id for team in teams})]


def team_choices(teams: list[Team]) -> list[tuple[int, str]]:
    """Choices of a select in the order of the tree, indented by depth."""
    return [(team.pk, f"{INDENT * depth}{team}") for team, depth in teams_in_order(teams)]


class TeamForm(forms.Form):
    """A team and the one above it."""

    name = forms.CharField(label=_("Team name"), max_length=60, error_messages={"required": _("Enter the team name")})
    parent = forms.TypedChoiceField(
        label=_("Team above"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Managers of the team above see this team too"),
    )

    def __init__(self, *args: Any, teams: list[Team], team: Team | None = None, **kwargs: Any) -> None:
        self.teams = {each.pk: each for each in teams}
        if team:
            kwargs["initial"] = {"name": team.name, "parent": team.parent_id}
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        others = [choice for choice in team_choices(teams) if not team or choice[0] != team.pk]
        self.fields["parent"].choices = [("", _("None, it stands at the top")), *others]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()

    def clean_parent(self) -> Team | None:
        return self.teams.get(self.cleaned_data["parent"])


class InvitationForm(forms.Form):
    """Who is invited where. A manager invites operators to the teams they lead; an administrator anybody anywhere."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), label=_("Team"), error_messages={"required": _("Select the team")}
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, error_messages={"required": _("Select a role")})
    name = forms.CharField(label=_("Name (optional)"), max_length=60, required=False)
    email = forms.EmailField(
        label=_("E-mail (optional)"),
        required=False,
        error_messages={"invalid": _("Enter an e-mail address, like name@example.com")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        led = [team for team, leader in team_roles(user).items() if leader]
        teams = Team.objects.filter(pk__in=led)
        self.fields["team"].queryset = teams
        self.fields["team"].choices = [CHOOSE, *team_choices(list(teams.order_by("name")))]
        if not user.is_administrator:
            self.fields["role"].choices = [(Membership.Role.OPERATOR.value, Membership.Role.OPERATOR.label)]


class JoinForm(forms.Form):
    """What a person who was invited says about themselves."""

    display_name = forms.CharField(
        label=_("Your name, as colleagues see it"), max_length=60, error_messages={"required": _("Enter your name")}
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator(message=_("A user name has letters, digits and @ . + - _ only"))],
        help_text=_("You sign in with it"),
        error_messages={"required": _("Enter a user name")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        help_text=_("At least 12 characters; a sentence is easy to remember"),
        error_messages={"required": _("Enter a password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        max_length=256,
        error_messages={"required": _("Enter the password once more")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(USERNAME_TAKEN, "taken")
        return username

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", ValidationError(_("The two passwords differ"), "mismatch"))
        if password:
            person = User(username=cleaned.get("username", ""), display_name=cleaned.get("display_name", ""))
            try:
                validate_password(password, person)
            except ValidationError as weak:
                self.add_error("password", weak)
        return cleaned


class WeeklyHoursForm(forms.Form):
    """How many hours a week a person has for groups, from a day on."""

    hours = NumberField(
        subject=_("Hours a week"), label=_("Hours a week"), ask=_("Enter the hours a week"), places=1, most=168
    )
    since = DayField(
        subject=_("Date"), label=_("The hours hold from"), help_text=_("Today or later; days before keep their hours")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"since": timezone.localdate()}, **kwargs)

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since < timezone.localdate():
            raise ValidationError(_("Hours start today or later; days before keep their hours"), "past")
        return since


class GroupHandoverForm(forms.Form):
    """Who takes one group over from its owner."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("New owner"),
        empty_label=CHOOSE[1],
        error_messages={"required": _("Select the new owner")},
    )
    reason = forms.CharField(label=_("Why? (optional)"), max_length=200, required=False)
    from_owner = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        of_team = User.objects.filter(is_active=True, memberships__team=group.team_id).exclude(pk=group.owner_id)
        self.fields["owner"].queryset = of_team.order_by("sort_key", "pk")
        self.fields["from_owner"].initial = group.owner_id
