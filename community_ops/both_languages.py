"""What the terminal says, in Chinese and in English: there is no reader yet whose language would be known."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import override

LANGUAGES = ("zh-hans", "en")


def in_both(text: str | Promise) -> str:
    """The text in Chinese and English; once where both are the same."""
    told = []
    for language in LANGUAGES:
        with override(language):
            told.append(str(text))
    return " / ".join(dict.fromkeys(told))
