"""Pictures of money: bars that float between two amounts, in rows with a name and a figure. See drawings.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 600
ZERO = Decimal(0)


@dataclass(frozen=True)
class Bar:
    """One row: from one amount to another. `look` is `gain`, `cost` or `net`; `text` the figure as written."""

    name: str | Promise
    begins: Decimal
    ends: Decimal
    text: str
    look: str


def bars(rows: Sequence[Bar], label: str) -> SafeString:
    """The bars on one scale that holds all of them and zero, which is drawn as a line through every row."""
    ends = [end for row in rows for end in (row.begins, row.ends)] + [ZERO]
    low, high = min(ends), max(ends)
    whole = (high - low) or Decimal(1)

    def place(amount: Decimal) -> float:
        return float((amount - low) / whole * WIDTH)

    zero = f"{place(ZERO):.1f}"
    drawn = format_html_join(
        "",
        '<div class="plot-row money-row"><span>{}</span>'
        '<svg class="bar money-bar" viewBox="0 0 600 1" preserveAspectRatio="none"><g class="money-{}">'
        '<rect class="fill-mark" x="{}" y="0" width="{}" height="1"/></g><path class="axis" d="M{} 0v1"/></svg>'
        '<span class="num">{}</span></div>',
        (
            (
                row.name,
                row.look,
                f"{place(min(row.begins, row.ends)):.1f}",
                f"{max(abs(place(row.ends) - place(row.begins)), 1):.1f}",
                zero,
                row.text,
            )
            for row in rows
        ),
    )
    return format_html('<div class="plot" role="img" aria-label="{}">{}</div>', label, drawn)
