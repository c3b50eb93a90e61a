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

WIDTH = 600


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
    """Bars from a common zero; words and amounts beside them are ordinary text."""
    low = min(Decimal(0), *(net for _name, net in cases))
    high = max(Decimal(0), *(net for _name, net in cases))
    scale = WIDTH / float(high - low or 1)
    zero = -float(low) * scale
    bars = []
    for name, net in cases:
        size = max(abs(float(net)) * scale, 1)
        start = min(zero, WIDTH - 1) if net >= 0 else zero - size
        look = "healthy" if net >= 0 else "at_risk"
        bars.append((name, look, f"{start:.1f}", f"{size:.1f}", f"{zero:.1f}", money_text(net)))
    drawn = format_html_join(
        "",
        '<div class="plot-row case-row"><span>{}</span>'
        '<svg class="bar" viewBox="0 0 600 1" preserveAspectRatio="none">'
        '<g class="mark-{}"><rect class="fill-mark" x="{}" width="{}" height="1"/></g>'
        '<path class="axis" d="M{} 0v1"/></svg><span class="num">{}</span></div>',
        bars,
    )
    return format_html('<div class="plot" role="img" aria-label="{}">{}</div>', label, drawn)
