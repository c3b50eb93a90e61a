"""Turns a name into the keys that it is searched and sorted by."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin

FOREIGN = "\0"  # marks a run without Chinese; no name holds it


def grams_of(text: str) -> list[str]:
    """The distinct one- and two-character pieces of a text, lower case, spaces cut: the terms of the search index."""
    pieces: set[str] = set()
    for word in text.lower().split():
        pieces.update(word)
        pieces.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(pieces)


def sort_key_of(name: str) -> str:
    """The pinyin of a name without tones, lower case, so that Chinese names sort as people expect."""
    return " ".join(syllable.removeprefix(FOREIGN) for syllable in _syllables(name))[:240]


def initials_of(name: str) -> str:
    """The first letters of the syllables of a name: 宝妈交流 -> bmjl."""
    letters = (each[1:] if each.startswith(FOREIGN) else each[:1] for each in _syllables(name))
    return "".join(letters).replace(" ", "")[:120]


@lru_cache(maxsize=64)
def _syllables(name: str) -> tuple[str, ...]:
    """The syllables of a name, worked out once for both keys; a run without Chinese is one, marked."""
    return tuple(lazy_pinyin(name.lower(), errors=lambda run: FOREIGN + run))
