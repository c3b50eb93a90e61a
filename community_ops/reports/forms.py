"""The forms of shared reports: for how long and with which password, and the password of who opens the link."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

SHORTEST_PASSWORD = 6
DAYS = (7, 30)


class ShareForm(forms.Form):
    use_required_attribute = False
    days = forms.TypedChoiceField(
        label=_("The link opens for"),
        coerce=int,
        initial=DAYS[0],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select for how long")},
    )
    password = forms.CharField(
        label=_("Password (optional)"),
        help_text=_("At least 6 characters; tell it to the readers some other way than the link"),
        required=False,
        min_length=SHORTEST_PASSWORD,
        max_length=60,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"min_length": _("Enter at least 6 characters, or leave it empty")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"days": DAYS[0], "token": uuid4()}} | kwargs)
        self.fields["days"].choices = [
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in DAYS
        ]


class UnlockForm(forms.Form):
    use_required_attribute = False
    password = forms.CharField(
        label=_("Password"),
        max_length=60,
        strip=False,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the password that came with the link")},
    )
