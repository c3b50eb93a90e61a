"""Survival curves made on the server: small ones beside each other, on one scale, each with the interval around it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lifecycle.rules.survival import Curve

WIDTH, HEIGHT = 200, 80


def small_curves(curves: Sequence[tuple[str, str, Curve]], last_label: str, label: str) -> SafeString:
    """(name, note, curve) each; all reach from 0 to 100 % and to the oldest group of any. Words are text beside it."""
    longest = max((curve.longest for _name, _note, curve in curves), default=0) or 1
    drawn = format_html_join(
        "",
        '<div class="curve"><div><b>{}</b> <span class="num">{}</span></div>'
        '<div class="curve-plot"><span>100%</span><span>0%</span>'
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg></div>'
        '<div class="curve-ends"><span>0</span><span>{}</span></div></div>',
        ((name, note, WIDTH, HEIGHT, _shapes(curve, longest), last_label) for name, note, curve in curves),
    )
    return format_html('<div class="curves" role="img" aria-label="{}">{}</div>', label, drawn)


def _shapes(curve: Curve, longest: int) -> SafeString:
    end = WIDTH * curve.longest / longest
    places = [(WIDTH * step.days / longest, step) for step in curve.steps]
    line = _stairs([(x, step.share) for x, step in places], end)
    above = _stairs([(x, step.high) for x, step in places], end)
    below = _backwards([(x, step.low) for x, step in places], end)
    return format_html(
        '<path class="axis" d="M0 {}h{}M0 0h{}"/>'
        '<path class="curve-band" d="M0 0{}{}Z"/><path class="line" d="M0 0{}"/>',
        HEIGHT,
        WIDTH,
        WIDTH,
        above,
        below,
        line,
    )


def _stairs(points: Sequence[tuple[float, float]], end: float) -> str:
    return "".join(f"H{x:.1f}V{HEIGHT * (1 - share):.1f}" for x, share in points) + f"H{end:.1f}"


def _backwards(points: Sequence[tuple[float, float]], end: float) -> str:
    """The lower edge of the band, from its end back to where all live."""
    heights = [0.0, *(HEIGHT * (1 - share) for _x, share in points)]
    back = f"V{heights[-1]:.1f}H{end:.1f}"
    for (x, _share), height in zip(reversed(points), reversed(heights[:-1]), strict=True):
        back += f"H{x:.1f}V{height:.1f}"
    return back
