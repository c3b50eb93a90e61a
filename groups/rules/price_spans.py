"""Prices with effective dates: what becomes of the spans that stand when another price takes over from a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """Days from `lower` until the day before `upper`; None is open."""

    lower: date | None
    upper: date | None


@dataclass(frozen=True)
class Takeover:
    """`cut` is the place of the span that now ends the day before, `gone` of the one that is replaced as a whole;
    `new` is where the new price holds."""

    new: Span
    cut: int | None = None
    gone: int | None = None


def take_over(spans: Sequence[Span], since: date) -> Takeover:
    """The new price holds from `since` until the next planned one begins. Nothing before `since` changes."""
    later = [span.lower for span in spans if span.lower is not None and span.lower > since]
    new = Span(since, min(later, default=None))
    for place, span in enumerate(spans):
        if span.lower == since:
            return Takeover(new, gone=place)
        begun = span.lower is None or span.lower < since
        if begun and (span.upper is None or span.upper > since):
            return Takeover(new, cut=place)
    return Takeover(new)
