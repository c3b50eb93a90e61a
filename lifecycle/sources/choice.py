"""What people said about tables: of which kind one is, and which column holds what. Told by the header row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from groups.sheets.matching import fingerprint
from lifecycle.sources import headers


@dataclass(frozen=True)
class Columns:
    """The field of each column, "" where a column is left out; an empty kind is told by the fields."""

    fields: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class Choice:
    """Columns by the fingerprint of the header row that they were chosen for; other headers name themselves."""

    by_header: Mapping[str, Columns] = field(default_factory=dict)

    def fields_of(self, cells: list[str]) -> dict[str, int]:
        """The place of each field, as chosen for this header row or as it names itself."""
        chosen = self.by_header.get(fingerprint(cells)) if self.by_header else None
        if chosen is None:
            return headers.fields_of(cells)
        places = {name: place for place, name in enumerate(chosen.fields) if name}
        if "group" not in places and "name" in places:
            places["group"] = places["name"]
        return places

    def kind_of(self, cells: list[str]) -> str:
        """The kind that was chosen for this header row, or nothing."""
        chosen = self.by_header.get(fingerprint(cells))
        return chosen.kind if chosen else ""

    def as_json(self) -> dict[str, Any]:
        return {header: asdict(columns) for header, columns in self.by_header.items()}

    @staticmethod
    def from_json(told: Mapping[str, Any] | None) -> Choice:
        return Choice({header: Columns(tuple(each["fields"]), each["kind"]) for header, each in (told or {}).items()})
