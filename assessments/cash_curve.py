"""The cash of a plan's first year as a figure: the balance by month, from the one-off cost on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.pictures import Figure, line_around_zero
from groups.currency import money_text


def cash_curve(stored: Mapping[str, Any], *, paid: bool) -> Figure:
    """From the stored months; `paid` says that members pay a whole term at entry."""
    months = stored["months"]
    balances = [-Decimal(stored["one_off"]), *(Decimal(month["balance"]) for month in months)]
    sentence = _sentence(stored, balances[-1], len(months), paid)
    return Figure(
        id="cash",
        title=_("Cash of the first year, base case"),
        sentence=sentence,
        picture=line_around_zero(balances, _("Start"), _("Month %(number)s") % {"number": len(months)}, sentence),
        columns=[_("Month"), _("Comes in"), _("Goes out"), _("Balance")],
        rows=[
            [_("Start"), money_text(Decimal(0)), money_text(Decimal(stored["one_off"])), money_text(balances[0])],
            *(_row(month) for month in months),
        ],
    )


def _row(month: Mapping[str, Any]) -> list[str]:
    amounts = (money_text(Decimal(month[key])) for key in ("received", "spent", "balance"))
    return [_("Month %(number)s") % {"number": month["number"]}, *amounts]


def _sentence(stored: Mapping[str, Any], last: Decimal, months: int, paid: bool) -> str:
    said = []
    if stored["break_even_month"] is None:
        said.append(
            ngettext(
                "The balance is still below zero after %(count)s month: %(last)s.",
                "The balance is still below zero after %(count)s months: %(last)s.",
                months,
            )
            % {"count": months, "last": money_text(last)}
        )
    else:
        said.append(
            _("From month %(month)s on the balance stays above zero; after month %(count)s it is %(last)s.")
            % {"month": stored["break_even_month"], "count": months, "last": money_text(last)}
        )
    lowest = Decimal(stored["lowest"])
    if lowest < 0:
        said.append(_("At the lowest, %(amount)s is tied up.") % {"amount": money_text(-lowest)})
    if paid:
        said.append(_("Members pay a whole term when they enter and when they renew."))
    return " ".join(said)
