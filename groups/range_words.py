"""How a range is written, in every app."""

from __future__ import annotations

from django.utils.translation import get_language


def between(low: str, high: str) -> str:
    """2026-11-16 ～ 2026-11-22; an en dash in English."""
    return f"{low} {'～' if (get_language() or '').startswith('zh') else '–'} {high}"
