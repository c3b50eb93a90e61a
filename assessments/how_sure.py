"""The draws of a plan as people read them: how often it earns, how wide the range is, and which inputs drive it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.pictures import Figure, bars_from, columns_by_sign
from assessments.sentences import number_text
from groups.currency import money_text
from groups.range_words import between
from groups.rules.amounts import percent_text

DRIVERS_NAMED = 2
Stored = Mapping[str, Any]


@dataclass(frozen=True)
class HowSure:
    """The two figures, the range of each input with its origin, and what the draws do not know."""

    chance: Figure
    influences: Figure
    ranges: list[tuple[str, str, str, str, str]]  # input, low, likely, high, who says so
    basis: str


def how_sure(stored: Stored, driver: str, base_net: Decimal) -> HowSure:
    """From the stored draws; `driver` is the name that the economics use, `base_net` its net of a month."""
    return HowSure(
        chance=_chance(stored),
        influences=_influences(stored, driver, base_net),
        ranges=[_range(each, driver) for each in stored["ranges"]],
        basis=_basis(stored),
    )


def input_name(key: str, driver: str) -> str:
    """An uncertain input in words."""
    return {
        "driver": {
            "buyers": _("Conversion"),
            "payers": _("Paying members"),
            "campaigns": _("Campaigns a month"),
            "results": _("Results per campaign"),
        }[driver],
        "members": _("Members"),
        "value": _("Order value") if driver == "buyers" else _("What partners pay each time"),
        "renewal": _("Renewal rate"),
        "cost_per_join": _("Cost per member joined"),
        "weekly_hours": _("Hours per week"),
    }[key]


def share_text(share: Any) -> str:
    """A probability in whole percent; what is not certain is never written as 0 % or 100 %."""
    points = Decimal(share) * 100
    if 0 < points < 1:
        return _("less than 1%")
    if 99 < points < 100:
        return _("more than 99%")
    return percent_text(points, places=0)


def _chance(stored: Stored) -> Figure:
    sentence = _("Net contribution is positive in %(month)s of all draws a month, and in %(life)s over the life.") % {
        "month": share_text(stored["month_positive"]),
        "life": share_text(stored["life_positive"]),
    }
    spread = _("Eight of ten months lie between %(low)s and %(high)s.") % {
        "low": money_text(Decimal(stored["month"]["p10"])),
        "high": money_text(Decimal(stored["month"]["p90"])),
    }
    said = f"{sentence} {spread} {_payback(stored)}"
    edges = Decimal(stored["first_edge"]), Decimal(stored["last_edge"])
    return Figure(
        id="how-sure",
        title=_("How sure is it? Net contribution a month in %(draws)s draws") % {"draws": f"{stored['draws']:,}"},
        sentence=said,
        picture=columns_by_sign(stored["bins"], *edges, said),
        columns=[_("Figure"), _("1 of 10 lies below"), _("Middle"), _("1 of 10 lies above")],
        rows=[
            _spread_row(_("Net contribution a month"), stored["month"]),
            _spread_row(_("Net contribution over the life, one-off cost taken off"), stored["life"]),
            _days_row(_("Payback in days, where it earns"), stored["payback"]),
        ],
    )


def _payback(stored: Stored) -> str:
    if stored["payback"] is None:
        return _("It pays back in none of them.")
    return _("The one-off cost comes back within the life in %(share)s.") % {"share": share_text(stored["pays_back"])}


def _influences(stored: Stored, driver: str, base_net: Decimal) -> Figure:
    named = [
        (input_name(each["key"], driver), Decimal(each["at_low"]), Decimal(each["at_high"]))
        for each in stored["influences"]
    ]
    strongest = [name for name, low, high in named[:DRIVERS_NAMED] if low != high]
    sentence = (
        _("What moves the result most: %(names)s.") % {"names": pgettext("between two things", " and ").join(strongest)}
        if strongest
        else _("No input moves the result.")
    )
    if strongest:
        _name, low, high = named[0]
        sentence += " " + _("%(name)s alone moves a month from %(low)s to %(high)s.") % {
            "name": named[0][0],
            "low": money_text(min(low, high)),
            "high": money_text(max(low, high)),
        }
    rows = [
        (name, low, high, between(money_text(min(low, high)), money_text(max(low, high)))) for name, low, high in named
    ]
    return Figure(
        id="influences",
        title=_("What drives the result"),
        sentence=sentence,
        picture=bars_from(base_net, rows, sentence),
        columns=[_("Input"), _("Net a month at its lowest"), _("Net a month at its highest")],
        rows=[[name, money_text(low), money_text(high)] for name, low, high in named],
    )


def _range(each: Stored, driver: str) -> tuple[str, str, str, str, str]:
    ends = (_value(each["key"], each[end], driver) for end in ("low", "likely", "high"))
    return input_name(each["key"], driver), *ends, source_text(each["source"])


def source_text(source: str) -> str:
    """Who says how far an input may go."""
    return {
        "entered": _("you said so"),
        "cases": _("from the three cases"),
        "own": _("from your own groups"),
        "assumed": _("assumed, nobody said"),
    }[source]


def _value(key: str, value: Any, driver: str) -> str:
    if key in ("value", "cost_per_join"):
        return money_text(Decimal(value), fen=True)
    if key == "renewal" or (key == "driver" and driver == "buyers"):
        return percent_text(Decimal(value))
    return number_text(value)


def _basis(stored: Stored) -> str:
    assumed = [each for each in stored["ranges"] if each["source"] == "assumed"]
    said = _(
        "Each input is drawn by itself between its lowest and highest value, most often near the likely one; where "
        "larger groups or dearer orders convert less, good and bad months lie closer together than shown."
    )
    if assumed:
        said += " " + _("Ranges that are assumed come from no data of yours; set them on the page of the cases.")
    return said


def _spread_row(name: str, spread: Stored) -> list[str]:
    return [name, *(money_text(Decimal(spread[key])) for key in ("p10", "p50", "p90"))]


def _days_row(name: str, spread: Stored | None) -> list[str]:
    return [name, *("--" if spread is None else f"{round(Decimal(spread[key])):,}" for key in ("p10", "p50", "p90"))]
