"""Charts made on the server: they need no script, print well and follow the theme through classes.

Shapes are SVG that stretches to the width of the page; words and numbers beside them are ordinary text, so that they
stay readable on a phone. A drawing never holds information that its figure does not also give as a sentence and a
table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from community_ops import numbers

Amount = int | Decimal
Value = int | float | None
Point = tuple[float, float]


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """The stretches between gaps: a line is never drawn over days that nobody looked at."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _placed(values: Sequence[Value], width: float, height: float, highest: float, margin: float = 0):
    """Where each value stands in a box, zero at its lower edge; None stays None."""
    step = (width - 2 * margin) / max(len(values) - 1, 1)
    tall = height - 2 * margin
    return [
        None if value is None else (margin + place * step, height - margin - tall * min(value, highest) / highest)
        for place, value in enumerate(values)
    ]


def _dot(point: Point) -> SafeString:
    """A line without length: its round end stays round however the drawing is stretched."""
    return format_html('<path class="dot" d="M{} {}h0"/>', f"{point[0]:.1f}", f"{point[1]:.1f}")


def _lines(points: Sequence[Point | None]) -> SafeString:
    drawn = []
    for run in _runs(points):
        if len(run) == 1:
            drawn.append(_dot(run[0]))
        else:
            drawn.append(
                format_html('<polyline class="line" points="{}"/>', " ".join(f"{x:.1f},{y:.1f}" for x, y in run))
            )
    return _joined(drawn)


def sparkline(values: Sequence[Value], title: str) -> SafeString:
    """A line of 96 x 24 without axes, from zero to its highest value."""
    highest = max((value for value in values if value is not None), default=0) or 1
    points = _placed(values, 96, 24, highest, margin=3)
    last = next((point for point in reversed(points) if point), None)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 96 24" role="img"><title>{}</title>{}{}</svg>',
        title,
        _lines(points),
        _dot(last) if last else "",
    )


def _segments(parts: Sequence[tuple[str, Amount]], whole: Amount, gap: float) -> SafeString:
    """Neighbouring rectangles in a box 600 wide, with a gap between them."""
    pieces = []
    x = 0.0
    for look, count in parts:
        width = float(600 * count / whole) if whole else 0
        if count:
            pieces.append((f"mark-{look}", f"{x:.2f}", f"{max(width - gap, 1):.2f}"))
        x += width
    return format_html_join(
        "", '<g class="{}"><rect class="fill-mark" x="{}" y="0" width="{}" height="1"/></g>', pieces
    )


def stacked_bar(parts: Sequence[tuple[str, int]], label: str) -> SafeString:
    """One bar of the whole width; `parts` are (look, count). Its words go in a legend below."""
    return format_html(
        '<svg class="bar" viewBox="0 0 600 1" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label,
        _segments(parts, sum(count for _look, count in parts), gap=4),
    )


def stacked_bars(rows: Sequence[tuple[str, Sequence[tuple[str, Amount]]]], label: str) -> SafeString:
    """Named bars under one another, each as long as its total; `rows` are (name, [(look, count), ...]).

    A total that is not whole is written with one decimal.
    """
    longest = max((sum(count for _look, count in parts) for _name, parts in rows), default=0)
    drawn = format_html_join(
        "",
        '<div class="plot-row"><span>{}</span>'
        '<svg class="bar" viewBox="0 0 600 1" preserveAspectRatio="none">{}</svg><span class="num">{}</span></div>',
        (
            (name, _segments(parts, longest, gap=6), numbers.trimmed(sum(count for _look, count in parts)))
            for name, parts in rows
        ),
    )
    return format_html('<div class="plot" role="img" aria-label="{}">{}</div>', label, drawn)


def nice_ceiling(highest: float) -> float:
    """The end of an axis that starts at zero: 1, 2 or 5 times a power of ten, at least `highest`."""
    size = 1.0
    while size < highest:
        for times in (2, 5, 10):
            if size * times >= highest:
                return size * times
        size *= 10
    return size


def line_chart(
    values: Sequence[Value],
    first_label: str,
    last_label: str,
    label: str,
    *,
    threshold: float | None = None,
    bands: Sequence[tuple[int, int]] = (),
    top: float | None = None,
) -> SafeString:
    """A line over equal steps from zero up; None is a gap. `bands` are (first, last) places shaded behind it.

    `top` ends the axis; without it the axis ends at a round number above the highest value.
    """
    known = [value for value in values if value is not None]
    highest = top or nice_ceiling(max([*known, threshold or 0], default=0))
    step = 600 / max(len(values) - 1, 1)
    shaded = format_html_join(
        "",
        '<rect class="band" x="{}" y="0" width="{}" height="160"/>',
        ((f"{(first - 0.5) * step:.1f}", f"{(last - first + 1) * step:.1f}") for first, last in bands),
    )
    grid = _joined(format_html('<path class="axis" d="M0 {}h600"/>', y) for y in (1, 80, 159))
    level = "" if threshold is None else _level(160 - 160 * threshold / highest)
    whole = all(float(value).is_integer() for value in known)
    ticks = _joined(format_html("<span>{}</span>", _tick(highest * part, whole)) for part in (1, 0.5, 0))
    return format_html(
        '<div class="plot-line" role="img" aria-label="{}"><div class="plot-ticks">{}</div>'
        '<svg viewBox="0 0 600 160" preserveAspectRatio="none">{}{}{}{}</svg>'
        '<div class="plot-ends"><span>{}</span><span>{}</span></div></div>',
        label,
        ticks,
        shaded,
        grid,
        level,
        _lines(_placed(values, 600, 160, highest)),
        first_label,
        last_label,
    )


def _tick(value: float, whole: bool) -> str:
    """Of what comes in whole numbers there is no half."""
    return "" if whole and not float(value).is_integer() else f"{value:,.4g}"


def _level(y: float) -> SafeString:
    return format_html('<path class="threshold" d="M0 {}h600"/>', f"{y:.1f}")
