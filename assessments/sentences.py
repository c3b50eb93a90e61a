"""Turns codes and figures of a stored verdict into sentences in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.currency import money_text
from groups.models.group import ActivityKind
from groups.rules.amounts import percent_text

Figures = Mapping[str, Any]
HALF = Decimal("0.5")


def finding_sentence(code: str, figures: Figures) -> str:
    """What a rule says to the person."""
    return _FINDINGS[code](figures)


def task_sentence(code: str, figures: Figures) -> str:
    """What has to be done about a condition; where the rule already says so, the same words."""
    task = _TASKS.get(code)
    return task(figures) if task else finding_sentence(code, figures)


def driver_text(driver: str, value: Any) -> str:
    """The figure that carries the revenue, in its own unit: conversion 6.1%, 46 paying members."""
    match driver:
        case "buyers":
            return _("conversion %(value)s") % {"value": percent_text(Decimal(value))}
        case "payers":
            return _("%(value)s paying members") % {"value": _up(value)}
        case "campaigns":
            return _("%(value)s campaigns a month") % {"value": number_text(value)}
        case _:
            return _("%(value)s results per campaign") % {"value": _up(value)}


def number_text(value: Any) -> str:
    """At most one decimal, no zero at its end."""
    rounded = Decimal(value).quantize(Decimal("0.1"))
    return f"{rounded.normalize():,f}"


def change_sentence(code: str, figures: Figures) -> str:
    """What would have to be different, as a phrase."""
    if code == "earn":
        return _earn(figures)
    if code == "lose":
        return _lose(figures)
    if code == "short":
        return _("fewer than %(hours)s hours a week are left (S06)") % {"hours": number_text(figures["hours"])}
    return _CHANGES[code](figures)


def _up(value: Any) -> str:
    return f"{Decimal(value).to_integral_value(rounding='ROUND_CEILING'):,f}"


def _money(amount: Any) -> str:
    return money_text(Decimal(amount))


def _kind(value: str) -> str:
    return str(ActivityKind(value).label)


def _says(text: Callable[[], str]) -> Callable[[Figures], str]:
    return lambda figures: text()


def _break_even(figures: Figures) -> str | None:
    return driver_text(figures["driver"], figures["break_even"]) if "break_even" in figures else None


def _base_loses(figures: Figures) -> str:
    target = _break_even(figures)
    if target is None:
        return _("Base case loses %(loss)s a month") % {"loss": _money(figures["loss"])}
    return _("Base case loses %(loss)s a month; it takes %(target)s") % {
        "loss": _money(figures["loss"]),
        "target": target,
    }


def _pilot(figures: Figures) -> str:
    target = _break_even(figures)
    if target is None:
        return finding_sentence("C17", figures)
    return _("Prove with one pilot group: at least %(target)s") % {"target": target}


def _pilot_with_end(figures: Figures) -> str:
    target = _break_even(figures)
    if target is None:
        return _base_loses(figures)
    return _("Prove with one pilot group and a stop date: at least %(target)s") % {"target": target}


def _short(figures: Figures) -> str:
    return _("%(short)s hours a week short: %(needed)s needed, %(available)s there") % {
        "short": number_text(figures["short"]),
        "needed": number_text(figures["needed"]),
        "available": number_text(figures["available"]),
    }


def _far_too_few(figures: Figures) -> str:
    said = {"needed": number_text(figures["needed"]), "available": number_text(figures["available"])}
    stop = Decimal(figures.get("stop", HALF))
    if stop == HALF:
        return _("Less than half the people needed: %(needed)s hours a week, only %(available)s there") % said
    return _("Less than %(share)s of the people needed: %(needed)s hours a week, only %(available)s there") % (
        said | {"share": percent_text(stop * 100, places=0)}
    )


def _more_hours(figures: Figures) -> str:
    hours = number_text(figures["short"])
    groups = int(figures["groups_possible"])
    if not groups:
        return _("Add %(hours)s hours a week") % {"hours": hours}
    return ngettext(
        "Add %(hours)s hours a week, or start with %(groups)s group only",
        "Add %(hours)s hours a week, or start with %(groups)s groups only",
        groups,
    ) % {"hours": hours, "groups": groups}


def _owner_full(figures: Figures) -> str:
    has = int(figures["has"])
    return ngettext(
        "Owner already has %(has)s group, the limit is %(limit)s; name a second owner",
        "Owner already has %(has)s groups, the limit is %(limit)s; name a second owner",
        has,
    ) % {"has": has, "limit": figures["limit"]}


def _enough_hours(figures: Figures) -> str:
    groups = int(figures["groups_possible"])
    return ngettext(
        "%(needed)s hours a week are there, or no more than %(groups)s group, or a lower layer",
        "%(needed)s hours a week are there, or no more than %(groups)s groups, or a lower layer",
        groups,
    ) % {"needed": number_text(figures["needed"]), "groups": groups}


_FINDINGS: dict[str, Callable[[Figures], str]] = {
    "S01": _says(lambda: _("No user reason yet; talk to 10 people first")),
    "S02": _says(lambda: _("Private chat or Moments is cheaper; use them first")),
    "S03": _says(lambda: _("No revenue model yet; most who come are bargain hunters")),
    "S04": _says(lambda: _("No reason to last; make it bounded and assess again")),
    "S05": lambda figures: _("Loses even in the best case: %(loss)s a month") % {"loss": _money(figures["loss"])},
    "S06": _far_too_few,
    "S07": lambda figures: _("Too many conditions (%(count)s); meet the first 3 first") % {"count": figures["count"]},
    "C01": _says(lambda: _("Decide business or not")),
    "C02": _says(lambda: _("Write the shared goal")),
    "C03": _says(lambda: _("Prove need with one pilot")),
    "C04": _says(lambda: _("Split work between group and chat")),
    "C05": _says(lambda: _("Match the audiences first")),
    "C06": lambda figures: (
        _("At most %(limit)s partner campaigns a month; %(planned)s are planned")
        % {"limit": figures["limit"], "planned": figures["planned"]}
    ),
    "C07": lambda figures: _("Over budget by %(over)s a month") % {"over": _money(figures["over"])},
    "C08": lambda figures: (
        _(
            "Activity type does not fit: you want %(wanted)s, the product asks for %(recommended)s; give the reason or "
            "change it"
        )
        % {"wanted": _kind(figures["wanted"]), "recommended": _kind(figures["recommended"])}
    ),
    "C09": _owner_full,
    "C10": _says(lambda: _("Prepare 4 weeks of content first")),
    "C11": lambda figures: (
        _("At most %(limit)s posts a day; %(planned)s are planned")
        % {"limit": figures["limit"], "planned": figures["planned"]}
    ),
    "C12": _says(lambda: _("Fix a weekly review")),
    "C13": _says(lambda: _("Duration does not fit the model: a flash group needs an end")),
    "C14": lambda figures: (
        _("Ends before it pays back: about %(payback)s days against %(life)s")
        % {"payback": figures["payback_days"], "life": figures["life_days"]}
    ),
    "C15": _says(lambda: _("Give the mass group a group below it")),
    "C16": _says(lambda: _("Write the exit rule")),
    "C17": lambda figures: _("Pessimistic case loses %(loss)s a month") % {"loss": _money(figures["loss"])},
    "C18": _base_loses,
    "C19": _short,
    "C20": lambda figures: (
        _("The plan counts on %(counted)s hours a week, the people named have %(left)s left")
        % {"counted": number_text(figures["counted"]), "left": number_text(figures["left"])}
    ),
}
_TASKS: dict[str, Callable[[Figures], str]] = {
    "C16": _says(lambda: _("Write the exit rule: after how many quiet days members are moved or the group dissolved")),
    "C17": _pilot,
    "C18": _pilot_with_end,
    "C19": _more_hours,
    "C20": lambda figures: (
        _("Free %(missing)s hours a week: name one more person, or hand groups over")
        % {"missing": number_text(figures["missing"])}
    ),
}
_CHANGES: dict[str, Callable[[Figures], str]] = {
    "S01": _says(lambda: _("a reason of the users is found")),
    "S02": _says(lambda: _("it turns out that only a group can do it")),
    "S03": _says(lambda: _("a revenue model is chosen")),
    "S04": _says(lambda: _("it gets an end, or a reason to last")),
    "S06": _enough_hours,
    "C01": _says(lambda: _("the purpose is decided")),
    "C02": _says(lambda: _("the shared goal is written")),
    "C03": _says(lambda: _("a pilot proves the need")),
    "C04": _says(lambda: _("the work is split between group and chat")),
    "C05": _says(lambda: _("the audiences match")),
    "C06": lambda figures: _("at most %(limit)s partner campaigns a month") % {"limit": figures["limit"]},
    "C07": lambda figures: _("the cost fits the cap of %(cap)s") % {"cap": _money(figures["cap"])},
    "C08": _says(lambda: _("the activity fits the product")),
    "C09": _says(lambda: _("a second owner takes groups over")),
    "C10": _says(lambda: _("4 weeks of content are ready")),
    "C11": lambda figures: _("at most %(limit)s posts a day") % {"limit": figures["limit"]},
    "C12": _says(lambda: _("the review is fixed")),
    "C13": _says(lambda: _("the flash group gets an end")),
    "C14": _says(lambda: _("it runs until it has paid back")),
    "C15": _says(lambda: _("a group below is named")),
    "C16": _says(lambda: _("the exit rule is written")),
    "C19": _says(lambda: _("the hours are filled up")),
    "C20": _says(lambda: _("the people named have the hours left")),
}


def _earn(figures: Figures) -> str:
    ways = []
    if "driver_needed" in figures:
        ways.append(driver_text(figures["driver"], figures["driver_needed"]))
    if "more_members" in figures:
        ways.append(_("%(count)s more members") % {"count": _up(figures["more_members"])})
    if "hour_cost" in figures:
        cost = money_text(Decimal(figures["hour_cost"]), fen=True)
        ways.append(_("labour at %(cost)s an hour") % {"cost": cost})
    if not ways:
        return _("the plan earns more than it costs")
    return _(" or ").join(ways)


def _lose(figures: Figures) -> str:
    lowest = driver_text(figures["driver"], figures["driver_needed"])
    if "break_even" not in figures:
        return _("a pilot stays below %(lowest)s: even the best case loses then (S05)") % {"lowest": lowest}
    return _(
        "a pilot stays below %(lowest)s: even the best case loses then (S05); from there to %(enough)s it stays "
        "conditional (C18)"
    ) % {"lowest": lowest, "enough": driver_text(figures["driver"], figures["break_even"])}
