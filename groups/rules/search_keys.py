"""Turns a name into the keys that it is searched and sorted by."""

from pypinyin import Style, lazy_pinyin


def grams_of(text: str) -> list[str]:
    """The distinct one- and two-character pieces of a text, lower case, spaces cut: the terms of the search index."""
    pieces: set[str] = set()
    for word in text.lower().split():
        pieces.update(word)
        pieces.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(pieces)


def sort_key_of(name: str) -> str:
    """The pinyin of a name without tones, lower case, so that Chinese names sort as people expect."""
    return " ".join(lazy_pinyin(name.lower()))[:240]


def initials_of(name: str) -> str:
    """The first letters of the syllables of a name: 宝妈交流 -> bmjl."""
    return "".join(lazy_pinyin(name.lower(), style=Style.FIRST_LETTER)).replace(" ", "")[:120]
