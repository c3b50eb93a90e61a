"""How a header or a word of a file is compared with the words that are known."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

FieldsOf = Callable[[list[str]], dict[str, int]]

_SQUEEZE = re.compile(r"[\s_\-/·]+")


def matching_form(header: str) -> str:
    """A header as it is compared: full-width to ASCII, lower case, no spaces, underscores or unit in brackets."""
    text = unicodedata.normalize("NFKC", header).strip().lower().lstrip("\ufeff")
    text = re.sub(r"\(.*?\)$", "", text).strip() or text
    return _SQUEEZE.sub("", text)


def words_to_fields(synonyms: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The field that each known word means, by its matching form."""
    return {matching_form(word): field for field, words in synonyms.items() for word in words}


def places_of(cells: Sequence[str], field_of: Mapping[str, str]) -> dict[str, int]:
    """The place of each recognised field; of two columns that say the same the first wins."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        field = field_of.get(matching_form(cell))
        if field and field not in places:
            places[field] = place
    return places


def fingerprint(cells: Sequence[str]) -> str:
    """Equal for header rows that say the same in the same order; empty cells at the end do not count."""
    words = [matching_form(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]
