"""The forms of the connection to WeCom: its keys, whose groups belong where, and an owner to add."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.models import Membership, Team, User
from groups.people_forms import team_choices
from lifecycle.models import WecomConnection, WecomOwner
from lifecycle.wecom.envelopes import key_bytes

CORP_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
CALLBACK_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
USERID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")


def hidden(label: str | Promise, help_text: str | Promise) -> forms.CharField:
    """A field for a secret: never filled in, not even with what was just typed."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=200, widget=widget)


class ConnectionForm(forms.Form):
    """The keys from the WeCom console. Of those that are kept, an empty field changes nothing."""

    corp_id = forms.CharField(
        label=_("Company id"),
        max_length=64,
        help_text=_("In the WeCom console under “My company”; begins with ww or wx"),
        error_messages={"required": _("Enter the company id")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = hidden(_("Secret of the app"), _("Of a self-built app that may read customer groups"))
    callback_token = hidden(
        _("Token of the callbacks (optional)"), _("Both for callbacks: without them, one reading a day")
    )
    callback_key = hidden(_("EncodingAESKey (optional)"), _("43 characters, from the same page of the console"))

    def __init__(self, *args: Any, connected: WecomConnection | None, **kwargs: Any) -> None:
        self.connected = connected
        if connected:
            kwargs["initial"] = {"corp_id": connected.corp_id}
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        kept = {
            "secret": bool(connected and connected.sealed_secret),
            "callback_token": bool(connected and connected.sealed_callback_token),
            "callback_key": bool(connected and connected.sealed_callback_key),
        }
        self.kept = {name for name, there in kept.items() if there}
        for name in self.kept:
            self.fields[name].help_text = _("Kept, and shown to nobody. Leave it empty to keep it")

    def clean_corp_id(self) -> str:
        return self._matched(
            "corp_id", CORP_ID, _("The company id has letters and digits only, like ww0a1b2c3d4e5f6a7b")
        )

    def clean_secret(self) -> str:
        if not self.cleaned_data["secret"] and "secret" not in self.kept:
            raise ValidationError(_("Enter the secret of the app"))
        return self._matched("secret", SECRET, _("The secret has letters, digits, - and _ only. Copy it again"))

    def clean_callback_token(self) -> str:
        return self._matched(
            "callback_token", CALLBACK_TOKEN, _("The token of the callbacks has 3 to 32 letters and digits")
        )

    def clean_callback_key(self) -> str:
        key = str(self.cleaned_data["callback_key"]).strip()
        if key:
            try:
                key_bytes(key)
            except ValueError:
                raise ValidationError(_("The EncodingAESKey has 43 letters and digits. Copy it again")) from None
        return key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        there = {
            name
            for name in ("callback_token", "callback_key")
            if cleaned.get(name) or name in self.kept or name in self.errors
        }
        if len(there) == 1:
            (missing,) = {"callback_token", "callback_key"} - there
            self.add_error(missing, _("Callbacks need both the token and the EncodingAESKey"))
        return cleaned

    def _matched(self, name: str, pattern: re.Pattern[str], sentence: str | Promise) -> str:
        text = str(self.cleaned_data[name]).strip()
        if text and not pattern.fullmatch(text):
            raise ValidationError(sentence)
        return text


class OwnerForm(forms.Form):
    """The team that an owner's groups belong to, and the person of the team who looks after them."""

    team = forms.TypedChoiceField(label=_("Team"), coerce=int, empty_value=None, required=False)
    person = forms.TypedChoiceField(
        label=_("Owner here"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Somebody of the team, to whom its new groups are registered"),
    )
    registers = forms.BooleanField(
        label=_("Register new groups of this owner by themselves"),
        required=False,
        help_text=_("Otherwise they wait on this page"),
    )

    def __init__(self, *args: Any, owner: WecomOwner, teams: Sequence[Team], **kwargs: Any) -> None:
        self.teams = {team.pk: team for team in teams}
        kwargs["initial"] = {"team": owner.team_id, "person": owner.person_id, "registers": owner.registers}
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        working = (
            User.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("display_name", "pk")
        )
        self.people = {user.pk: user for user in working}
        self.fields["team"].choices = [("", _("None yet")), *team_choices(list(teams))]
        self.fields["person"].choices = [("", _("None yet")), *((pk, str(user)) for pk, user in self.people.items())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        team, person = self.teams.get(cleaned.get("team")), self.people.get(cleaned.get("person"))
        if team and not person and "person" not in self.errors:
            self.add_error("person", _("Select the person who looks after the groups"))
        if person and not team and "team" not in self.errors:
            self.add_error("team", _("Select the team that the groups belong to"))
        if team and person and not Membership.objects.filter(team=team, user=person).exists():
            self.add_error("person", _("This person is not in the team. Select somebody of it"))
        if cleaned.get("registers") and not team and "team" not in self.errors:
            self.add_error("registers", _("Select a team first; without one nothing can be registered"))
        return cleaned | {"team": team, "person": person}


class AddOwnerForm(forms.Form):
    """The id of somebody who owns groups, as the WeCom console shows it."""

    userid = forms.CharField(
        label=_("WeCom account of the owner"),
        max_length=64,
        error_messages={"required": _("Enter the account as the WeCom console shows it")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_userid(self) -> str:
        userid = str(self.cleaned_data["userid"]).strip()
        if not USERID.fullmatch(userid):
            raise ValidationError(_("An account has letters, digits and . _ - @ only"))
        return userid
