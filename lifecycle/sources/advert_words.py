"""Which words make a text an advert, by group: what operators list, looked for while a chat is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

IsAdvert = Callable[[str], bool]


@dataclass(frozen=True)
class Listed:
    """Words and links of a group that make a text an advert, and the longer ones with them in it that do not."""

    words: tuple[str, ...]
    exceptions: tuple[str, ...] = ()

    def matcher(self) -> IsAdvert:
        """Tells an advert by its text, whatever the case and width of its letters are."""
        listed = _any_of(self.words)
        spared = _any_of(self.exceptions) if self.exceptions else None

        def is_advert(text: str) -> bool:
            said = _plain(text)
            return bool(listed.search(spared.sub("\n", said) if spared else said))

        return is_advert


@dataclass(frozen=True)
class AdvertWords:
    """Lists by `platform|key` of a group in files; `|key` where any platform is meant. Most teams have none."""

    by_group: Mapping[str, Listed] = field(default_factory=dict)

    def of(self, platform: str, key: str) -> IsAdvert | None:
        listed = self.by_group.get(f"{platform}|{key}") or self.by_group.get(f"|{key}")
        return listed.matcher() if listed else None

    def as_json(self) -> dict[str, Any]:
        return {group: [listed.words, listed.exceptions] for group, listed in self.by_group.items()}

    @staticmethod
    def from_json(told: Mapping[str, Any]) -> AdvertWords:
        return AdvertWords({group: Listed(tuple(words), tuple(spared)) for group, (words, spared) in told.items()})


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Longer ones first, so that an exception is taken whole."""
    return re.compile("|".join(re.escape(word) for word in sorted(map(_plain, words), key=len, reverse=True)))
