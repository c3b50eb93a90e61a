"""The three scenarios of a plan as a figure: bars around zero, a sentence and a table with the same values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.pictures import Figure, bars_from
from groups.currency import money_text
from groups.rules.amounts import percent_text


def three_cases(economics: Mapping[str, Any]) -> Figure:
    """The figure from the stored economics of a verdict."""
    cases = [
        (_("Pessimistic"), economics["pessimistic"]),
        (_("Base"), economics["base"]),
        (_("Optimistic"), economics["optimistic"]),
    ]
    sentence = " ".join(_said(name, Decimal(case["net"])) for name, case in cases)
    return Figure(
        id="three-cases",
        title=_("Three cases, net contribution a month"),
        sentence=sentence,
        picture=bars_from(Decimal(0), [_row(name, Decimal(case["net"])) for name, case in cases], sentence),
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


def _row(name: str, net: Decimal) -> tuple[str, Decimal, Decimal, str]:
    return name, Decimal(0), net, money_text(net)
