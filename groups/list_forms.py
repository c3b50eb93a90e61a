"""Forms of an imported list: the file, and which column goes where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.access import team_roles
from groups.file_words import list_problem
from groups.models import Team, User
from groups.models.group import Platform
from groups.sheets.group_list import SYNONYMS
from groups.sheets.limits import MB

FIELDS: dict[str, str | Promise] = {
    "name": _("Group name"),
    "platform": _("Platform"),
    "external_id": _("Id on the platform"),
    "owner": _("Owner"),
    "team": _("Team"),
    "layer": _("Layer"),
    "tags": _("Tags"),
    "opened_on": _("Opened on"),
    "ends_on": _("Ends on"),
    "member_cap": _("Member cap"),
    "theme": _("Theme"),
    "notes": _("Notes"),
    "upstream": _("Members come from"),
}
assert FIELDS.keys() == SYNONYMS.keys()


class ListForm(forms.Form):
    """The file and what holds for rows that do not say it. `too_large` tells that the upload was cut off."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    platform = forms.ChoiceField(
        choices=[("", _("As the file says")), *Platform.choices], required=False, label=_("Platform")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("An .xlsx or .csv file with one row for each group, up to 20 MB and 50,000 rows."),
        error_messages={"required": _("Choose a file"), "empty": list_problem("empty_file", {})},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )

    def __init__(self, *args: Any, user: User, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name")
        self.fields["team"].queryset = teams
        if len(teams) == 1:
            self.fields["team"].initial = teams[0]
            self.fields["team"].widget = forms.HiddenInput()
        if too_large:
            self.fields["file"].error_messages["required"] = _too_large()
            self.fields["team"].required = False  # it may have been cut off with the file

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_too_large())
        return file


class ColumnsForm(forms.Form):
    """For each column of a file, the field that it fills: none twice, and the needed ones among them."""

    what: Mapping[str, str | Promise] = FIELDS
    # Fields of which one must be chosen, and what to say if none is.
    needed: tuple[tuple[frozenset[str], str | Promise], ...] = (
        (frozenset({"name"}), _("Choose the column with the group name")),
    )
    remember = forms.BooleanField(
        required=False, initial=True, label=_("Remember this for the next file of the team with the same headers")
    )

    def __init__(self, *args: Any, headers: Sequence[str], mapping: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        field_at = {place: field for field, place in mapping.items()}
        choices = [("", _("Leave out")), *self.what.items()]
        for place, header in enumerate(headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                label=header or _("Column %(n)s") % {"n": place + 1},
                initial=field_at.get(place, ""),
            )

    def columns(self, head: Sequence[Sequence[Any]] = ()) -> list[tuple[forms.BoundField, list[str]]]:
        """Each column with the first things that stand in it."""
        told = []
        for place in range(len(self.headers)):
            cells = [row[place] for row in head if place < len(row)]
            told.append((self[f"column_{place}"], [str(cell)[:40] for cell in cells if cell not in (None, "")]))
        return told

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        used = Counter(field for field in self._fields_chosen().values())
        for name, field in self._fields_chosen().items():
            if used[field] > 1:
                told = {"field": self.what[field]}
                self.add_error(name, ValidationError(_("Two columns cannot both be %(field)s"), params=told))
        if not self.errors:
            for fields, problem in self.needed:
                if not fields & used.keys():
                    self.add_error(None, ValidationError(problem, "required"))
        return cleaned

    def mapping(self) -> dict[str, int]:
        """The place of each field, as the import keeps it."""
        return {field: int(name.removeprefix("column_")) for name, field in self._fields_chosen().items()}

    def _fields_chosen(self) -> dict[str, str]:
        chosen = self.cleaned_data.items()
        return {name: field for name, field in chosen if name.startswith("column_") and field}


def _too_large() -> Any:
    return list_problem("too_large_file", {"most": settings.UPLOAD_MAX_BYTES // MB})
