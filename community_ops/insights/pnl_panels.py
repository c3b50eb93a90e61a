"""The charts of profit and loss: each a picture, a sentence with its figures and a table with the same values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community_ops import numbers
from community_ops.charts import Chart
from community_ops.money_drawings import ZERO, Bar, bars
from community_ops.templatetags.figures import in_chinese
from groups.currency import in_currency
from groups.fleet_money import Slice
from groups.models.group import Layer, Monetization
from groups.rules.profit_and_loss import MonthResult

TITLES = {
    "model": lambda: _("By revenue model"),
    "layer": lambda: _("By layer"),
    "team": lambda: _("By team"),
    "owner": lambda: _("By owner"),
}
BARS_SHOWN = 10
ROWS_SHOWN = 20


def short(amount: Any) -> str:
    return numbers.compact_yuan(amount, in_chinese())


def at_most(result: MonthResult, written: str) -> str:
    """A net contribution as written, marked as an upper bound while goods costs are missing."""
    return numbers.at_most(written, not result.goods_cost_is_known)


def waterfall(result: MonthResult, details: str = "") -> Chart:
    """From revenue down over goods and the three costs to what is left."""
    steps = [
        (_("Goods"), result.goods_cost),
        (_("Acquisition cost"), result.acquisition),
        (_("Labour cost"), result.labour),
        (_("Running cost"), result.operations),
    ]
    drawn = [Bar(_("Revenue"), ZERO, result.revenue, short(result.revenue), "gain")]
    left = result.revenue
    for name, amount in steps:
        drawn.append(Bar(name, left, left - amount, short(-amount) if amount else "0", "cost"))
        left -= amount
    drawn.append(Bar(_("Net contribution"), ZERO, result.net, at_most(result, short(result.net)), "net"))
    sentence = _(
        "Revenue %(revenue)s, goods %(goods)s, costs %(costs)s (acquisition %(acquisition)s, labour %(labour)s,"
        " running %(operations)s): net contribution %(net)s."
    ) % {
        "revenue": short(result.revenue),
        "goods": short(result.goods_cost),
        "costs": short(result.costs),
        "acquisition": short(result.acquisition),
        "labour": short(result.labour),
        "operations": short(result.operations),
        "net": at_most(result, short(result.net)),
    }
    return Chart(
        id="waterfall",
        title=_("From revenue to net contribution"),
        sentence=sentence,
        picture=bars(drawn, sentence),
        columns=[_("Step"), in_currency(_("Amount"))],
        rows=[
            (_("Revenue"), numbers.grouped(result.revenue, 2)),
            *((name, numbers.grouped(-amount, 2)) for name, amount in steps),
            (_("Net contribution"), at_most(result, numbers.grouped(result.net, 2))),
        ],
        details_address=details,
    )


def trend(months: Sequence[MonthResult]) -> Chart:
    """Net contribution month by month since the first with a line; a later month without one is a gap."""
    months = since_first(months)
    known = [month for month in months if not month.is_empty]
    if known:
        worst = min(known, key=lambda month: month.net)
        sentence = _(
            "Net contribution %(last)s in %(month)s; lowest %(worst)s in %(worst_month)s, of %(n)s months."
        ) % {
            "last": at_most(known[-1], short(known[-1].net)),
            "month": f"{known[-1].month:%Y-%m}",
            "worst": at_most(worst, short(worst.net)),
            "worst_month": f"{worst.month:%Y-%m}",
            "n": len(known),
        }
    else:
        sentence = _("No line in these %(n)s months.") % {"n": len(months)}
    return Chart(
        id="months",
        title=_("Net contribution by month"),
        sentence=sentence,
        picture=bars(
            [
                Bar(
                    f"{month.month:%Y-%m}",
                    ZERO,
                    month.net,
                    numbers.MISSING if month.is_empty else at_most(month, short(month.net)),
                    "net" if month.net < 0 else "gain",
                )
                for month in months
            ],
            sentence,
        ),
        columns=[_("Month"), _("Revenue"), _("Goods"), _("Costs"), _("Net contribution")],
        rows=[(f"{month.month:%Y-%m}", *_cells(month)) for month in months],
    )


def since_first(months: Sequence[MonthResult]) -> Sequence[MonthResult]:
    """The months, oldest first, without the empty ones before anything was entered; the last one always stays."""
    first = next((place for place, month in enumerate(months) if not month.is_empty), len(months) - 1)
    return months[first:]


def _cells(month: MonthResult) -> tuple[str, ...]:
    if month.is_empty:
        return (numbers.MISSING,) * 4
    figures = (month.revenue, month.goods_cost, month.costs)
    return (*(numbers.grouped(figure, 2) for figure in figures), at_most(month, numbers.grouped(month.net, 2)))


def slices(name: str, found: Mapping[Any, Slice], words: Mapping[Any, Any], address: Callable[..., str]) -> Chart:
    """The slices of one dimension, the weakest first; each name leads to its groups."""
    ordered = list(found.items())
    labels = {key: str(words.get(key) or _("No plan yet")) for key in found}
    if ordered:
        (first, weakest), (last, strongest) = ordered[0], ordered[-1]
        sentence = _("%(strongest)s brings %(most)s, %(weakest)s %(least)s.") % {
            "strongest": labels[last],
            "most": at_most(strongest.result, short(strongest.result.net)),
            "weakest": labels[first],
            "least": at_most(weakest.result, short(weakest.result.net)),
        }
        if len(ordered) == 1:
            sentence = _("%(only)s brings %(most)s.") % {
                "only": labels[first],
                "most": at_most(weakest.result, short(weakest.result.net)),
            }
        if len(ordered) > ROWS_SHOWN:
            weakest_shown = _("Of %(all)s, the %(shown)s weakest are shown.")
            sentence = f"{sentence} {weakest_shown % {'all': len(ordered), 'shown': ROWS_SHOWN}}"
    else:
        sentence = _("No group has a line in this period: 0 in all.")
    return Chart(
        id=f"by-{name}",
        title=TITLES[name](),
        sentence=sentence,
        picture=bars(
            [
                Bar(
                    labels[key],
                    ZERO,
                    each.result.net,
                    at_most(each.result, short(each.result.net)),
                    "net" if each.result.net < 0 else "gain",
                )
                for key, each in ordered[:BARS_SHOWN]
            ],
            sentence,
        ),
        columns=[
            pgettext("column", "Name"), _("Revenue"), _("Goods"), _("Acquisition cost"), _("Labour cost"),
            _("Running cost"), _("Net contribution"), _("Net margin"), _("Groups"), _("Groups losing money"),
        ],
        rows=[
            (
                format_html('<a href="{}">{}</a>', address(**{name: key}), labels[key]),
                *(
                    numbers.grouped(figure, 2)
                    for figure in (
                        each.result.revenue,
                        each.result.goods_cost,
                        each.result.acquisition,
                        each.result.labour,
                        each.result.operations,
                    )
                ),
                at_most(each.result, numbers.grouped(each.result.net, 2)),
                numbers.percent(each.result.margin),
                numbers.grouped(each.groups),
                numbers.grouped(each.losing),
            )
            for key, each in ordered[:ROWS_SHOWN]
        ],
    )  # fmt: skip


def chosen(narrowed: Mapping[str, str], owner: str) -> list[tuple[str, str]]:
    """What a list is narrowed to: (name in the address, words)."""
    words = {
        "model": dict(Monetization.choices) | {"": _("No plan yet")},
        "layer": dict(Layer.choices),
        "owner": {narrowed.get("owner"): owner or _("Somebody else")},
    }
    return [(name, str(words[name][value])) for name, value in narrowed.items()]
