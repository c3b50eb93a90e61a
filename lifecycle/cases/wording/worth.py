"""Words for what the money of a recommendation is worked out from, and for what would turn it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.currency import money_text
from groups.rules.rates import Rate
from lifecycle.cases.wording.reasons import RECOMMENDED
from lifecycle.models.cases import Remedy
from lifecycle.rules.decision import Thresholds

Text = str | Promise
SHARES = ("chance", "accept_rate")
COUNTS = ("active", "months")
TRUST = 0.9

# What each input is, and where the figure on record comes from.
INPUTS: Mapping[str, tuple[Text, Text]] = {
    "chance": (gettext_lazy("Chance that reviving succeeds"), gettext_lazy("from earlier attempts and the pulse")),
    "monthly_margin": (gettext_lazy("Margin of a healthy month"), gettext_lazy("planned net of the plan")),
    "monthly_keep": (gettext_lazy("Cost of a month of the group"), gettext_lazy("planned cost of the plan")),
    "months": (gettext_lazy("Months looked at"), gettext_lazy("as delivered, at most 3")),
    "revive_cost": (
        gettext_lazy("Cost of reviving"),
        gettext_lazy("what the last attempt cost, else the budget of the playbook"),
    ),
    "active": (gettext_lazy("Members who show life"), gettext_lazy("counted over 56 known days, at least")),
    "accept_rate": (gettext_lazy("Share of them who move along"), gettext_lazy("as delivered: 3 of 10")),
    "margin_per_active": (
        gettext_lazy("Margin of one active member a month"),
        gettext_lazy("planned net over the people of a healthy month"),
    ),
    "migrate_cost": (gettext_lazy("Cost of migrating"), gettext_lazy("nothing beside the hours")),
    "farewell_cost": (gettext_lazy("Cost of the goodbye"), gettext_lazy("nothing beside the hours")),
}


def input_text(name: str, value: Decimal | None) -> str:
    """An input as people write it: 33%, ¥3,000, 12; -- where it is not on record."""
    if value is None:
        return "--"
    if name in SHARES:
        return share_text(value)
    if name in COUNTS:
        return f"{value.normalize():f}"
    return money_text(value, fen=True)


def assumption_text(told: Mapping[str, Any]) -> str:
    """`Cost of reviving ¥500 (on record ¥200)`, one after the other."""
    on_record = told.get("on_record", {})
    texts = []
    for name, value in told["inputs"].items():
        if name not in INPUTS:
            continue
        text = f"{INPUTS[name][0]} {input_text(name, Decimal(value))}"
        if name in on_record:
            measured = input_text(name, None if on_record[name] is None else Decimal(on_record[name]))
            text = _("%(figure)s (on record %(measured)s)") % {"figure": text, "measured": measured}
        texts.append(text)
    return " · ".join(texts)


def share_text(share: Decimal) -> str:
    return f"{share * 100:.0f}%"


def record_text(wins: int, tries: int) -> str:
    """How sure the chance of a revival is: its number and interval."""
    limits = Thresholds()
    prior = {"wins": limits.prior_wins, "all": limits.prior_wins + limits.prior_losses}
    if not tries:
        return _("No attempt of this kind was judged in the team yet: it begins with %(wins)s of %(all)s") % prior
    low, high = Rate(wins, tries, TRUST).interval
    return ngettext(
        "%(won)s of %(tries)s earlier attempt succeeded (90%% interval %(low)s to %(high)s), reckoned together with"
        " %(wins)s of %(all)s to begin with",
        "%(won)s of %(tries)s earlier attempts succeeded (90%% interval %(low)s to %(high)s), reckoned together with"
        " %(wins)s of %(all)s to begin with",
        tries,
    ) % (prior | {"won": wins, "tries": tries, "low": f"{low:.0%}", "high": f"{high:.0%}"})


def needed_text(needed: str | None) -> str:
    """The chance from which a revival pays, as a figure or as words where no chance is the answer."""
    if needed is None or Decimal(needed) > 1:
        return _("no chance is enough: it costs more than it can bring")
    if Decimal(needed) <= 0:
        return _("any chance pays")
    return share_text(Decimal(needed))


def turn_text(name: str, at: Decimal, now: Decimal | None, remedy: str) -> str:
    """`at ¥1,400 or less: Migrate the active members`."""
    figures = {"value": input_text(name, at), "remedy": RECOMMENDED[remedy]}
    if now is not None and at > now:
        return _("at %(value)s or more: %(remedy)s") % figures
    return _("at %(value)s or less: %(remedy)s") % figures


def nearest_turn_text(turns: list[Mapping[str, Any]], inputs: Mapping[str, Decimal | None]) -> str:
    """The sentence for the input that has to change least, in its own measure, for another remedy to come first."""
    nearest = min(turns, key=lambda turn: _way(Decimal(turn["at"]), inputs[turn["name"]]), default=None)
    if nearest is None:
        return _("No single one of these figures would change the recommendation")
    name, now = nearest["name"], inputs[nearest["name"]]
    return _("It turns first with “%(figure)s”: now %(now)s, %(turn)s") % {
        "figure": INPUTS[name][0],
        "now": input_text(name, now),
        "turn": turn_text(name, Decimal(nearest["at"]), now, nearest["remedy"]),
    }


def best_text(best: str, remedy: str) -> str:
    """Why what is worth most is not what is recommended; empty where it is."""
    if best == remedy:
        return ""
    text = _("By money alone it would be “%(remedy)s”; the order holds: revive, then move who is active, then dissolve")
    return text % {"remedy": Remedy(best).label}


def _way(at: Decimal, now: Decimal | None) -> Decimal:
    """How far an input is from its turn, as a part of itself; one that is 0 has all the way to go."""
    return abs(at - now) / abs(now) if now else Decimal("Infinity")
