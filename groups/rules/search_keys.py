"""Turns a name into the keys that it is searched and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
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


def says(text: str, words: Sequence[str]) -> bool:
    """Whether a short text holds every word (lower case), as it is written or by its pinyin.

    Pinyin counts whole or as initials, from any syllable on: 交流 is in 宝妈交流群 as `jiaoliu`, `jlq`, `jiao`.
    """
    written = text.lower()
    return all(word in written or (word.isascii() and _sounds(written, word)) for word in words)


def _sounds(text: str, word: str) -> bool:
    whole, initials = _sounds_of(text)
    return any(each.startswith(word) for each in (*whole, *initials))


@lru_cache(maxsize=4096)
def _sounds_of(text: str) -> tuple[list[str], list[str]]:
    """What a text sounds like from each of its syllables on: whole, and by initials."""
    syllables = lazy_pinyin(text, errors=lambda run: FOREIGN + run)
    pieces = [each.removeprefix(FOREIGN).replace(" ", "") for each in syllables]
    letters = [piece if each.startswith(FOREIGN) else piece[:1] for each, piece in zip(syllables, pieces, strict=True)]
    ends = range(len(pieces))
    return ["".join(pieces[at:]) for at in ends], ["".join(letters[at:]) for at in ends]


@lru_cache(maxsize=64)
def _syllables(name: str) -> tuple[str, ...]:
    """The syllables of a name, worked out once for both keys; a run without Chinese is one, marked."""
    return tuple(lazy_pinyin(name.lower(), errors=lambda run: FOREIGN + run))
