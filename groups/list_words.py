"""The kept rows of a preview in words: what a new group gets, what changes from what to what, what is wrong and how to
mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groups.file_words import row_problem
from groups.list_forms import FIELDS
from groups.models import RegistryImport
from groups.models.group import Layer, Platform

FIELD_OF_COLUMN = {"owner_id": "owner", "upstream_id": "upstream"}
CHOICES: dict[str, dict[str, Any]] = {"platform": dict(Platform.choices), "layer": dict(Layer.choices)}
SHOWN_OF_NEW = ("owner_id", "platform", "layer", "opened_on", "ends_on")


class ListedRows:
    """Puts the rows of one list into words."""

    def __init__(self, upload: RegistryImport) -> None:
        self.upload = upload

    def of(self, kind: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows as the page of a kind shows them."""
        return [row | {"facts": self._facts(row), "wrong": self.wrong(row)} for row in rows]

    def wrong(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The problems of a refused row: column, value, what is wrong, how to mend it."""
        return [
            {"column": self._column(name), "value": value, "what": what, "fix": fix}
            for name, value, code in row.get("problems", ())
            for what, fix in [row_problem(code)]
        ]

    def _facts(self, row: dict[str, Any]) -> list[tuple[str, str, str]]:
        """(what, before, after); nothing stood before where a group is new."""
        if "changes" in row:
            return [(_label(key), _word(key, was), _word(key, becomes)) for key, was, becomes in row["changes"]]
        return [
            (_label(key), "", _word(key, row[key])) for key in SHOWN_OF_NEW if row.get(key) not in (None, "", "none")
        ]

    def _column(self, name: str) -> str:
        """The header under which a field stands in the file, or the name of the field."""
        place = self.upload.mapping.get(name)
        headers = self.upload.headers
        return headers[place] if place is not None and place < len(headers) and headers[place] else str(FIELDS[name])


def _label(key: str) -> str:
    return str(FIELDS[FIELD_OF_COLUMN.get(key, key)])


def _word(key: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(CHOICES[key].get(value, value)) if key in CHOICES else str(value)
