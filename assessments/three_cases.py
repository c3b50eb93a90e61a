"""The three scenarios of a plan as a figure: bars around zero, a sentence and a table with the same values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from groups.rules.amounts import money_text, percent_text

WIDTH, ROW, LABELS, AMOUNTS = 340, 32, 74, 66  # small, so that a phone shows the letters in full size


@dataclass(frozen=True)
class ThreeCases:
    """Context of components/chart.html."""

    id: str
    title: str
    sentence: str
    picture: SafeString
    columns: tuple[str, ...]
    rows: list[list[str]]


def three_cases(economics: Mapping[str, Any]) -> ThreeCases:
    """The figure from the stored economics of a verdict."""
    cases = [
        (_("Pessimistic"), economics["pessimistic"]),
        (_("Base"), economics["base"]),
        (_("Optimistic"), economics["optimistic"]),
    ]
    sentence = " ".join(_said(name, Decimal(case["net"])) for name, case in cases)
    return ThreeCases(
        id="three-cases",
        title=_("Three cases, net contribution a month"),
        sentence=sentence,
        picture=_picture([(name, Decimal(case["net"])) for name, case in cases], sentence),
        columns=(_("Case"), _("Of the expected"), _("Revenue"), _("Gross profit"), _("Net")),
        rows=[
            [
                name,
                percent_text(Decimal(case["percent"]), places=0),
                money_text(Decimal(case["revenue"])),
                money_text(Decimal(case["gross_profit"])),
                money_text(Decimal(case["net"])),
            ]
            for name, case in cases
        ],
    )


def _said(name: str, net: Decimal) -> str:
    amount = money_text(abs(net))
    if net < 0:
        return _("%(case)s: loses %(amount)s.") % {"case": name, "amount": amount}
    return _("%(case)s: earns %(amount)s.") % {"case": name, "amount": amount}


def _picture(cases: list[tuple[str, Decimal]], label: str) -> SafeString:
    low = min(Decimal(0), *(net for _name, net in cases))
    high = max(Decimal(0), *(net for _name, net in cases))
    left, right = LABELS + AMOUNTS, WIDTH - AMOUNTS
    scale = (right - left) / float(high - low or 1)
    zero = left - float(low) * scale
    bars = []
    for place, (name, net) in enumerate(cases):
        top = place * ROW + 6
        size = max(abs(float(net)) * scale, 1)
        start = zero if net >= 0 else zero - size
        at, anchor = (start + size + 6, "start") if net >= 0 else (start - 6, "end")
        look = "healthy" if net >= 0 else "at_risk"
        bars.append(
            (
                top + 15,
                name,
                look,
                f"{start:.1f}",
                top,
                f"{size:.1f}",
                f"{at:.1f}",
                top + 15,
                anchor,
                money_text(net),
            )
        )
    height = len(cases) * ROW + 4
    drawn = format_html_join(
        "",
        '<text class="label" x="0" y="{}">{}</text>'
        '<g class="mark-{}"><rect class="fill-mark" x="{}" y="{}" width="{}" height="22" rx="3"/></g>'
        '<text class="label" x="{}" y="{}" text-anchor="{}">{}</text>',
        bars,
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="axis" x1="{}" x2="{}" y1="0" y2="{}"/>{}</svg>',
        WIDTH,
        height,
        label,
        f"{zero:.1f}",
        f"{zero:.1f}",
        height,
        drawn,
    )
