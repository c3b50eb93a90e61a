"""A Sankey drawing made on the server: layers from left to right, a band for every flow between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, BAR, GAP = 600, 180, 10, 14
THINNEST = 2.0  # a flow of one person stays visible


@dataclass(frozen=True)
class Node:
    """A layer in a column (0, 1, 2 from the left), with the words below it."""

    key: str
    column: int
    label: str
    text: str


@dataclass(frozen=True)
class Flow:
    source: str
    target: str
    people: int


def sankey(nodes: Sequence[Node], flows: Sequence[Flow], label: str) -> SafeString:
    """Bars as high as what passes through them, bands as thick as the people that moved. Words are text beside it."""
    boxes = _boxes(nodes, flows)
    bands = []
    left = {key: y for key, (_x, y, _tall) in boxes.items()}
    entry = dict(left)
    for flow in flows:
        (x0, _y0, _t0), (x1, _y1, _t1) = boxes[flow.source], boxes[flow.target]
        thick = _tall(flow.people, _scale(nodes, flows))
        start, end = left[flow.source], entry[flow.target]
        left[flow.source] += thick
        entry[flow.target] += thick
        bands.append((_band(x0 + BAR, start, x1, end, thick),))
    drawn = format_html_join("", '<path class="flow" d="{}"/>', bands)
    bars = format_html_join(
        "",
        '<rect class="flow-node" x="{}" y="{}" width="{}" height="{}"/>',
        ((f"{x:.1f}", f"{y:.1f}", BAR, f"{tall:.1f}") for x, y, tall in boxes.values()),
    )
    words = format_html_join(
        "",
        '<span class="flow-label flow-column-{}">{} <b class="num">{}</b></span>',
        ((node.column, node.label, node.text) for node in nodes),
    )
    return format_html(
        '<div class="flows" role="img" aria-label="{}"><svg viewBox="0 0 {} {}" preserveAspectRatio="none">{}{}</svg>'
        '<div class="flow-labels">{}</div></div>',
        label,
        WIDTH,
        HEIGHT,
        drawn,
        bars,
        words,
    )


def _through(node: Node, flows: Sequence[Flow]) -> int:
    """What passes through a node: the larger of what comes and what goes."""
    comes = sum(flow.people for flow in flows if flow.target == node.key)
    goes = sum(flow.people for flow in flows if flow.source == node.key)
    return max(comes, goes)


def _scale(nodes: Sequence[Node], flows: Sequence[Flow]) -> float:
    """Points of height for one person, so that the fullest column fits."""
    fullest = 0.0
    for column in {node.column for node in nodes}:
        here = [node for node in nodes if node.column == column]
        room = HEIGHT - GAP * (len(here) - 1)
        fullest = max(fullest, sum(_through(node, flows) for node in here) / room)
    return 1 / fullest if fullest else 0.0


def _tall(people: int, scale: float) -> float:
    return max(people * scale, THINNEST)


def _boxes(nodes: Sequence[Node], flows: Sequence[Flow]) -> dict[str, tuple[float, float, float]]:
    """(x, y, height) of the bar of each node."""
    scale = _scale(nodes, flows)
    columns = max((node.column for node in nodes), default=0) or 1
    boxes = {}
    for column in range(columns + 1):
        here = [(node, _tall(_through(node, flows), scale)) for node in nodes if node.column == column]
        y = (HEIGHT - sum(tall for _node, tall in here) - GAP * (len(here) - 1)) / 2
        for node, tall in here:
            boxes[node.key] = ((WIDTH - BAR) * column / columns, y, tall)
            y += tall + GAP
    return boxes


def _band(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    middle = (x0 + x1) / 2
    return (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"v{thick:.1f}C{middle:.1f} {y1 + thick:.1f} {middle:.1f} {y0 + thick:.1f} {x0:.1f} {y0 + thick:.1f}Z"
    )
