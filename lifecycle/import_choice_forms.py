"""Forms on a file that was looked at: which column holds what, and which groups its unknown names mean."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from lifecycle.count_words import FIELDS, LABELS
from lifecycle.group_matches import NEW, SKIP
from lifecycle.import_words import KINDS
from lifecycle.models import Import
from lifecycle.sources import daily_sheet, member_days
from lifecycle.sources.choice import Columns

SHEETS = (daily_sheet.KIND, member_days.KIND)
NAMES_OFFERED = 500


class ColumnsForm(forms.Form):
    """The kind of the table and the field of each column; group, day and something counted must be among them."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("As the columns say")), *((kind, KINDS[kind]) for kind in SHEETS)],
    )
    remembered = forms.BooleanField(
        label=_("Read files with the same headers like this from now on"), required=False, initial=True
    )

    def __init__(self, *args: Any, upload: Import, headers: list[str], fields: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        choices = [("", _("Leave out")), *FIELDS.items()]
        for place, (header, field) in enumerate(zip(headers, fields, strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                choices=choices, required=False, label=header or _("Column %(n)s") % {"n": place + 1}, initial=field
            )

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.headers))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = {name: field for name, field in cleaned.items() if name.startswith("column_") and field}
        used = Counter(chosen.values())
        for name, field in chosen.items():
            if used[field] > 1:
                told = {"field": FIELDS[field]}
                self.add_error(name, ValidationError(_("Two columns cannot both be %(field)s"), params=told))
        if self.errors:
            return cleaned
        if not used["group"] and not used["name"]:
            self.add_error(None, ValidationError(_("Choose the column with the group's id or name"), "group"))
        if not used["date"]:
            self.add_error(None, ValidationError(_("Choose the column with the day"), "day"))
        if cleaned.get("kind") == member_days.KIND and not (used["member"] and used["messages"]):
            self.add_error(
                "kind", ValidationError(_("Choose the columns with the member's id and the messages"), "kind")
            )
        elif cleaned.get("kind") == daily_sheet.KIND and used["member"]:
            self.add_error("kind", ValidationError(_("Leave the column with the member's id out"), "kind"))
        elif not any(used[name] for name in LABELS):
            self.add_error(None, ValidationError(_("Choose at least one column with figures"), "counts"))
        return cleaned

    def chosen(self) -> Columns:
        fields = tuple(self.cleaned_data[f"column_{place}"] for place in range(len(self.headers)))
        return Columns(fields, self.cleaned_data["kind"])


class GroupsForm(forms.Form):
    """For each group of the file that is not registered: register it, leave it out, or which registered one it is."""

    def __init__(self, *args: Any, upload: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload = upload
        self.entries: list[dict[str, Any]] = (upload.preview or {}).get("to_choose", [])
        said = upload.group_choices
        known = [pk for each in self.entries for pk in (said.get(each["at"]), each["suggested"]) if isinstance(pk, int)]
        names = dict(self._registered().filter(pk__in=known).values_list("pk", "name"))
        for each in self.entries:
            n = word_of(each["at"])
            chosen = said.get(each["at"])
            pk = chosen if isinstance(chosen, int) else None if chosen else each["suggested"]
            self.fields[f"what_{n}"] = forms.ChoiceField(
                choices=[(NEW, _("Register as a new group")), (SKIP, _("Leave out"))],
                initial=SKIP if chosen == SKIP else NEW,
                required=False,
            )
            self.fields[f"group_{n}"] = forms.CharField(required=False, max_length=160, initial=names.get(pk, ""))

    def rows(self) -> list[dict[str, Any]]:
        """For the page: the group of the file with its two fields."""
        return [
            {"key": each["key"], "name": each["name"] or each["key"], "suggested": bool(each["suggested"]),
             "what": self[f"what_{n}"], "group": self[f"group_{n}"]}
            for each in self.entries for n in [word_of(each["at"])]
        ]  # fmt: skip

    def offered(self) -> list[str]:
        """Names to choose from; any other may be typed."""
        if not self.entries:
            return []
        return list(self._registered().order_by("sort_key", "pk").values_list("name", flat=True)[:NAMES_OFFERED])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ats = [word_of(each["at"]) for each in self.entries]
        typed = {n: cleaned.get(f"group_{n}", "").strip() for n in ats}
        words = {word for word in typed.values() if word}
        named: dict[str, set[int]] = {}
        if words:
            found = self._registered().filter(Q(name__in=words) | Q(external_id__in=words))
            for pk, name, key in found.values_list("pk", "name", "external_id"):
                named.setdefault(name, set()).add(pk)
                named.setdefault(key, set()).add(pk)
        self.put_down: dict[str, int] = {}
        for n, word in typed.items():
            if not word or cleaned.get(f"what_{n}") == SKIP:
                continue
            pks = named.get(word, set())
            if len(pks) == 1:
                self.put_down[n] = next(iter(pks))
            else:
                told = _("Several groups are called “%(word)s”. Enter the id on the platform") if pks else _(
                    "No registered group is called “%(word)s”. Choose one of the list"
                )  # fmt: skip
                self.add_error(f"group_{n}", ValidationError(told, params={"word": word}))
        twice = Counter(self.put_down.values())
        for n, pk in self.put_down.items():
            if twice[pk] > 1:
                self.add_error(f"group_{n}", ValidationError(_("Two groups of the file cannot both be this one")))
        return cleaned

    def choices(self) -> dict[str, str | int]:
        """By the group's word in the file; what needs no word of a person is left out."""
        said: dict[str, str | int] = {}
        for each in self.entries:
            n = word_of(each["at"])
            if n in self.put_down:
                said[each["at"]] = self.put_down[n]
            elif self.cleaned_data[f"what_{n}"] == SKIP:
                said[each["at"]] = SKIP
            elif each["suggested"] or each["at"] in self.upload.group_choices:
                said[each["at"]] = NEW
        return said

    def _registered(self) -> Any:
        return Group.objects.filter(team=self.upload.team_id, archived_at=None)


def word_of(at: str) -> str:
    """The same for the same group of a file, whatever place it has on the page by now."""
    return hashlib.sha256(at.encode()).hexdigest()[:12]
