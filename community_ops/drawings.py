"""Charts as inline SVG, made on the server: they need no script, print well and follow the theme through classes.

Sizes are in units of the view box; the page scales them. A drawing never holds information that its figure does not
also give as a sentence and a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Value = int | float | None


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches between gaps: a line is never drawn over days that nobody looked at."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _scaled(values: Sequence[Value], left: float, right: float, top: float, bottom: float, highest: float):
    step = (right - left) / max(len(values) - 1, 1)
    return [
        None if value is None else (left + place * step, bottom - (bottom - top) * min(value, highest) / highest)
        for place, value in enumerate(values)
    ]


def _dot(point: tuple[float, float], radius: float) -> SafeString:
    x, y = point
    return format_html('<circle class="dot" cx="{}" cy="{}" r="{}"/>', f"{x:.1f}", f"{y:.1f}", radius)


def _lines(points: Sequence[tuple[float, float] | None]) -> SafeString:
    drawn = []
    for run in _runs(points):
        if len(run) == 1:
            drawn.append(_dot(run[0], 2))
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            drawn.append(format_html('<polyline class="line" points="{}"/>', path))
    return format_html_join("", "{}", ((piece,) for piece in drawn))


def sparkline(values: Sequence[Value], title: str) -> SafeString:
    """A line of 96 x 24 without axes, from zero to its highest value."""
    highest = max((value for value in values if value is not None), default=0) or 1
    points = _scaled(values, 3, 93, 3, 21, highest)
    last = next((point for point in reversed(points) if point), None)
    end = _dot(last, 2.5) if last else ""
    return format_html(
        '<svg class="sparkline" viewBox="0 0 96 24" role="img"><title>{}</title>{}{}</svg>', title, _lines(points), end
    )


def stacked_bar(parts: Sequence[tuple[str, int]], label: str) -> SafeString:
    """One bar of the whole width; `parts` are (look, count), with a gap between neighbours. Labels go in a legend."""
    total = sum(count for _look, count in parts)
    pieces = []
    x = 0.0
    for look, count in parts:
        width = 600 * count / total if total else 0
        if width:
            pieces.append((f"mark-{look}", f"{x:.2f}", f"{max(width - 3, 1):.2f}"))
        x += width
    drawn = format_html_join(
        "", '<g class="{}"><rect class="fill-mark" x="{}" y="0" width="{}" height="28" rx="3"/></g>', pieces
    )
    return format_html('<svg viewBox="0 0 600 28" role="img" aria-label="{}">{}</svg>', label, drawn)


def stacked_bars(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], label: str) -> SafeString:
    """Named bars under one another, each as long as its total; `rows` are (name, [(look, count), ...])."""
    highest = max((sum(count for _look, count in parts) for _name, parts in rows), default=0) or 1
    drawn = []
    for place, (name, parts) in enumerate(rows):
        y = place * 32
        x = 160.0
        shown = name if len(name) <= 14 else f"{name[:13]}…"
        drawn.append(format_html('<text class="tick" x="152" y="{}" text-anchor="end">{}</text>', y + 18, shown))
        for look, count in parts:
            width = 400 * count / highest
            if width:
                drawn.append(
                    format_html(
                        '<g class="mark-{}"><rect class="fill-mark" x="{}" y="{}" width="{}" height="20" rx="2"/></g>',
                        look,
                        f"{x:.2f}",
                        y + 4,
                        f"{max(width - 2, 1):.2f}",
                    )
                )
            x += width
        total = sum(count for _look, count in parts)
        drawn.append(format_html('<text class="tick" x="{}" y="{}">{}</text>', f"{x + 6:.1f}", y + 18, total))
    return format_html(
        '<svg viewBox="0 0 600 {}" role="img" aria-label="{}">{}</svg>',
        max(len(rows) * 32, 32),
        label,
        format_html_join("", "{}", ((piece,) for piece in drawn)),
    )


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
) -> SafeString:
    """A line over equal steps from zero up; None is a gap. `bands` are (first, last) places shaded behind it."""
    known = [value for value in values if value is not None]
    top_of_axis = nice_ceiling(max([*known, threshold or 0], default=0))
    left, right, top, bottom = 44, 590, 8, 168
    step = (right - left) / max(len(values) - 1, 1)
    shaded = format_html_join(
        "",
        '<rect class="band" x="{}" y="8" width="{}" height="160"/>',
        ((f"{left + (first - 0.5) * step:.1f}", f"{(last - first + 1) * step:.1f}") for first, last in bands),
    )
    ticks = format_html_join(
        "",
        '<line class="axis" x1="44" x2="590" y1="{0}" y2="{0}"/>'
        '<text class="tick" x="38" y="{1}" text-anchor="end">{2}</text>',
        (
            (f"{y:.1f}", f"{y + 4:.1f}", f"{share * top_of_axis:,.4g}")
            for share in (0, 0.5, 1)
            for y in (bottom - (bottom - top) * share,)
        ),
    )
    level = ""
    if threshold is not None:
        y = bottom - (bottom - top) * threshold / top_of_axis
        level = format_html('<line class="threshold" x1="44" x2="590" y1="{0}" y2="{0}"/>', f"{y:.1f}")
    return format_html(
        '<svg viewBox="0 0 600 192" role="img" aria-label="{}">{}{}{}{}'
        '<text class="tick" x="44" y="186">{}</text>'
        '<text class="tick" x="590" y="186" text-anchor="end">{}</text></svg>',
        label,
        shaded,
        ticks,
        level,
        _lines(_scaled(values, left, right, top, bottom, top_of_axis)),
        first_label,
        last_label,
    )
