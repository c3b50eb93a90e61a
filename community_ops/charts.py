"""A chart as people get it: a picture, one sentence that says what it shows, and a table with the same values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise


@dataclass(frozen=True)
class LegendItem:
    """One entry under a picture: `look` is a display state, `text` its figure as written."""

    look: str
    label: Text
    text: str
    icon: str = ""


@dataclass(frozen=True)
class Chart:
    """Context of components/chart.html. `rows` are written figures, the first cell of each names the row."""

    id: str
    title: Text
    sentence: Text
    picture: SafeString
    columns: Sequence[Text]
    rows: Sequence[Sequence[Text | int]]
    legend: Sequence[LegendItem] = ()
    details_address: str = ""
