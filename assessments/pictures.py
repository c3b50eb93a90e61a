"""Figures of a plan as components/chart.html shows them: a picture, a sentence and a table with the same values.

Pictures are SVG that stretches to the page; words and amounts beside them are ordinary text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from groups.currency import money_text

WIDTH, HEIGHT = 600, 160
EARNS, LOSES = "healthy", "at_risk"


@dataclass(frozen=True)
class Figure:
    """Context of components/chart.html."""

    id: str
    title: str
    sentence: str
    picture: SafeString
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def bars_from(zero: Decimal, rows: Sequence[tuple[str, Decimal, Decimal, str]], label: str) -> SafeString:
    """Bars between two values around a common line; `rows` are (name, one end, other end, text beside the bar)."""
    ends = [zero, *(end for _name, one, other, _text in rows for end in (one, other))]
    low, scale = min(ends), WIDTH / float(max(ends) - min(ends) or 1)

    def x(value: Decimal) -> float:
        return float(value - low) * scale

    drawn = format_html_join(
        "",
        '<div class="plot-row case-row"><span>{}</span>'
        '<svg class="bar" viewBox="0 0 600 1" preserveAspectRatio="none">{}'
        '<path class="axis" d="M{} 0v1"/></svg><span class="num">{}</span></div>',
        ((name, _bar(x(min(one, other)), x(max(one, other)), x(zero)), f"{x(zero):.1f}", text)
         for name, one, other, text in rows),
    )  # fmt: skip
    return format_html('<div class="plot" role="img" aria-label="{}">{}</div>', label, drawn)


def line_around_zero(values: Sequence[Decimal], first: str, last: str, label: str) -> SafeString:
    """A line over equal steps whose axis holds zero, with zero drawn through."""
    high, low = max(*values, Decimal(0)), min(*values, Decimal(0))
    step = WIDTH / max(len(values) - 1, 1)
    points = " ".join(f"{place * step:.1f},{_y(value, low, high):.1f}" for place, value in enumerate(values))
    drawing = format_html(
        '<path class="threshold" d="M0 {}h600"/><polyline class="line" points="{}"/>',
        f"{_y(Decimal(0), low, high):.1f}",
        points,
    )
    return _plot(drawing, (high, (high + low) / 2, low), first, last, label)


def columns_by_sign(counts: Sequence[int], first_edge: Decimal, last_edge: Decimal, label: str) -> SafeString:
    """How often each step between two amounts came out; steps below zero have the look of a loss."""
    width, highest = WIDTH / len(counts), max(counts) or 1
    step = (last_edge - first_edge) / len(counts)
    drawn = format_html_join(
        "",
        '<g class="mark-{}"><rect class="fill-mark" x="{}" y="{}" width="{}" height="{}"/></g>',
        (
            (
                EARNS if first_edge + step * place + step / 2 >= 0 else LOSES,
                f"{place * width:.1f}",
                f"{HEIGHT - HEIGHT * count / highest:.1f}",
                f"{width - 2:.1f}",
                f"{HEIGHT * count / highest:.1f}",
            )
            for place, count in enumerate(counts)
        ),
    )
    return _plot(
        format_html('{}<path class="axis" d="M0 159h600"/>', drawn),
        (),
        money_text(first_edge),
        money_text(last_edge),
        label,
    )


def intervals(rows: Sequence[tuple[str, float, float, float | None, str]], label: str) -> SafeString:
    """Spans of shares between 0 and 1 with a line where something was expected; `rows` end in the text beside."""
    drawn = format_html_join(
        "",
        '<div class="plot-row case-row"><span>{}</span>'
        '<svg class="bar" viewBox="0 0 600 1" preserveAspectRatio="none">'
        '<g class="mark-unknown"><rect class="fill-mark" x="{}" width="{}" height="1"/></g>{}</svg>'
        '<span class="num">{}</span></div>',
        (
            (name, f"{low * WIDTH:.1f}", f"{(high - low) * WIDTH:.1f}", _mark(expected), text)
            for name, low, high, expected, text in rows
        ),
    )
    return format_html('<div class="plot" role="img" aria-label="{}">{}</div>', label, drawn)


def _mark(share: float | None) -> SafeString | str:
    return "" if share is None else format_html('<path class="line" d="M{} 0v1"/>', f"{share * WIDTH:.1f}")


def _bar(start: float, end: float, zero: float) -> SafeString:
    """A bar; what lies on the losing side of the line has the look of a loss."""
    pieces = []
    if start < zero:
        pieces.append((LOSES, start, min(end, zero)))
    if end > zero or start == end == zero:
        pieces.append((EARNS, max(start, min(zero, WIDTH - 1)), max(end, zero + 1)))
    return format_html_join(
        "",
        '<g class="mark-{}"><rect class="fill-mark" x="{}" width="{}" height="1"/></g>',
        ((look, f"{left:.1f}", f"{max(right - left, 1):.1f}") for look, left, right in pieces),
    )


def _plot(drawing: SafeString, ticks: Sequence[Decimal], first: str, last: str, label: str) -> SafeString:
    written = format_html_join("", "<span>{}</span>", ((money_text(tick),) for tick in ticks))
    return format_html(
        '<div class="plot-line" role="img" aria-label="{}"><div class="plot-ticks">{}</div>'
        '<svg viewBox="0 0 600 160" preserveAspectRatio="none">{}</svg>'
        '<div class="plot-ends"><span>{}</span><span>{}</span></div></div>',
        label,
        written,
        drawing,
        first,
        last,
    )


def _y(value: Decimal, low: Decimal, high: Decimal) -> float:
    return HEIGHT - HEIGHT * float(value - low) / float(high - low or 1)
