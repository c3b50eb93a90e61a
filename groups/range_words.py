"""How a range and a list are written, in every app."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language


def between(low: str, high: str) -> str:
    """2026-11-16 ～ 2026-11-22; an en dash in English."""
    return f"{low} {'～' if _in_chinese() else '–'} {high}"


def in_a_row(words: Iterable[object]) -> str:
    """tea, snacks; in Chinese with the sign of a list."""
    return ("、" if _in_chinese() else ", ").join(map(str, words))


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")
