"""Words for revenue models: their inputs, what they promise, what judges them, and what to act on and how."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.currency import money_text
from groups.models.group import Monetization
from groups.rules.monetization.inputs import Inputs, Measure, Notice

Text = str | Promise

# How each kind earns, for those who choose one.
EARNS: dict[str, Text] = {
    Monetization.PAID_ACCESS: gettext_lazy("Members pay to enter: service, answers, content"),
    Monetization.FLASH_SALE: gettext_lazy("Everything goes into one short selling window, then the group ends"),
    Monetization.REPURCHASE: gettext_lazy("Loyal members buy again and again: benefits, member days"),
    Monetization.NEW_CUSTOMER: gettext_lazy("Trial camps and leads: content first, selling early kills it"),
    Monetization.SPONSORSHIP: gettext_lazy("Partners pay per placement or per result; each one wears the group out"),
    Monetization.NONE: gettext_lazy("A group for its members' sake, within a budget"),
}
LABELS: dict[tuple[str, str], Text] = {
    ("paid_access", "price"): gettext_lazy("Price per member"),
    ("paid_access", "months"): gettext_lazy("Months that one payment lasts"),
    ("paid_access", "payers"): gettext_lazy("Paying members expected"),
    ("paid_access", "renewal"): gettext_lazy("Renewal rate (%)"),
    ("paid_access", "refund"): gettext_lazy("Refund rate (%)"),
    ("flash_sale", "sells_from"): gettext_lazy("Selling begins on"),
    ("flash_sale", "sells_until"): gettext_lazy("Last day of selling"),
    ("flash_sale", "conversion"): gettext_lazy("Members who order (%)"),
    ("flash_sale", "order_value"): gettext_lazy("Order value"),
    ("flash_sale", "margin"): gettext_lazy("Gross margin (%)"),
    ("repurchase", "members"): gettext_lazy("Members expected"),
    ("repurchase", "buyers"): gettext_lazy("Members who order in a month (%)"),
    ("repurchase", "orders"): gettext_lazy("Orders per buyer a month"),
    ("repurchase", "order_value"): gettext_lazy("Order value"),
    ("repurchase", "margin"): gettext_lazy("Gross margin (%)"),
    ("repurchase", "member_day"): gettext_lazy("Member day (day of the month)"),
    ("new_customer", "trial_price"): gettext_lazy("Trial price"),
    ("new_customer", "content_days"): gettext_lazy("Days of content before selling begins"),
    ("new_customer", "conversion"): gettext_lazy("Members expected to buy after the trial (%)"),
    ("sponsorship", "paid_by"): gettext_lazy("How partners pay"),
    ("sponsorship", "price"): gettext_lazy("What they pay each time"),
    ("sponsorship", "cap"): gettext_lazy("Placements a month at most"),
    ("sponsorship", "audience"): gettext_lazy("Do partners' customers match the members?"),
    ("none", "budget_cap"): gettext_lazy("What it may cost a month at most"),
}
CHOICES: dict[str, dict[str, Text]] = {
    "paid_by": {"placement": gettext_lazy("Per placement"), "result": gettext_lazy("Per result")},
    "audience": {
        "yes": gettext_lazy("Yes, compared with a list"),
        "roughly": gettext_lazy("Roughly"),
        "unknown": gettext_lazy("Nobody knows"),
    },
}
LINES: dict[str, Text] = {
    "entry_fees": gettext_lazy("Entry fees"),
    "renewals": gettext_lazy("Renewals"),
    "window_orders": gettext_lazy("Orders of the selling window"),
    "repeat_orders": gettext_lazy("Repeat orders"),
    "member_days": gettext_lazy("Orders of member days"),
    "trials": gettext_lazy("Trials"),
    "first_orders": gettext_lazy("First orders after the trial"),
    "placements": gettext_lazy("Sponsor placements"),
}
KPIS: dict[str, Text] = {
    "paying_members": gettext_lazy("paying members"),
    "renewal_rate": gettext_lazy("renewal rate"),
    "refund_rate": gettext_lazy("refund rate"),
    "promises_kept": gettext_lazy("content delivered as promised"),
    "conversion": gettext_lazy("conversion"),
    "campaign_revenue": gettext_lazy("revenue of the window"),
    "gross_margin": gettext_lazy("gross margin"),
    "ended_on_time": gettext_lazy("ended on time"),
    "monthly_buyers": gettext_lazy("monthly buyers"),
    "orders_per_buyer": gettext_lazy("orders per buyer"),
    "repurchase_rate": gettext_lazy("repurchase rate"),
    "trial_buyers": gettext_lazy("trial buyers"),
    "content_delivered": gettext_lazy("content delivered before selling"),
    "joins": gettext_lazy("new members"),
    "placements": gettext_lazy("placements within the cap"),
    "revenue_per_placement": gettext_lazy("revenue per placement"),
    "price_of_trust": gettext_lazy("price of trust"),
    "leave_rate": gettext_lazy("leave rate"),
    "cost_within_budget": gettext_lazy("cost within the budget"),
    "members_active": gettext_lazy("active members"),
}
LIVES: dict[str, Text] = {
    "days": gettext_lazy("usually lives for days"),
    "weeks": gettext_lazy("usually lives for weeks"),
    "long": gettext_lazy("usually lives long"),
    "bounded_or_long": gettext_lazy("usually lives for a fixed term or long"),
    "open": gettext_lazy("lives as long as its members want it"),
}
# The look of a notice is that of a health state: icon and colour stand beside the word.
LOOKS = {
    "selling_early": "at_risk",
    "sold_early": "watch",
    "over_cap": "at_risk",
    "flash_past_end": "watch",
    "renewal_due": "watch",
    "costs_without_model": "watch",
    "above_budget": "watch",
    "audience_unknown": "unknown",
}


@dataclass(frozen=True)
class Warned:
    """A notice in words: what it is called, why, and what to do."""

    look: str
    word: str
    why: str
    todo: str


def value_text(measure: Measure, name: str, value: Any) -> str:
    """An input as people read it; `--` for an unknown one."""
    if value is None:
        return "--"
    match measure:
        case Measure.MONEY:
            return money_text(value, fen=True)
        case Measure.PERCENT:
            return f"{value.normalize():f}%"
        case Measure.CHOICE:
            return str(CHOICES[name][value])
        case Measure.DAY:
            return value.isoformat()
        case _:
            return f"{value:,}" if isinstance(value, int) else f"{value.normalize():f}"


def input_rows(inputs: Inputs) -> list[tuple[Text, str]]:
    """(label, value) of every input of the kind."""
    return [
        (
            LABELS[inputs.KIND, each.name],
            value_text(each.metadata["measure"], each.name, getattr(inputs, each.name)),
        )
        for each in fields(inputs)
    ]


def promise_rows(inputs: Inputs, members: int | None) -> list[tuple[Text, str]]:
    """(label, yuan a month) of the lines of revenue that the model promises."""
    return [
        (LINES[line.code], "--" if line.month is None else money_text(line.month)) for line in inputs.expected(members)
    ]


def judged_by(inputs: Inputs) -> str:
    """The figures that judge the kind, as one phrase."""
    return _(", ").join(str(KPIS[each]) for each in inputs.KPIS)


def warned(notice: Notice) -> Warned:
    """The word, the reason and what to do."""
    word, why, todo = _SENTENCES[notice.code](notice.figures)
    return Warned(LOOKS[notice.code], word, why, todo)


def _selling_early(it: dict[str, Any]) -> tuple[str, str, str]:
    seen = []
    if it["orders"]:
        seen.append(ngettext("%(n)s order", "%(n)s orders", it["orders"]) % {"n": it["orders"]})
    if it["adverts"]:
        seen.append(ngettext("%(n)s advert", "%(n)s adverts", it["adverts"]) % {"n": it["adverts"]})
    why = _("%(seen)s before %(opens_on)s, first on %(sold_on)s: the first %(days)s days are for content.") % {
        "seen": _(" and ").join(seen),
        "opens_on": _day(it["opens_on"]),
        "sold_on": _day(it["sold_on"]),
        "days": it["content_days"],
    }
    return _("Selling too early"), why, _("Stop selling until that day and deliver the content first.")


def _sold_early(it: dict[str, Any]) -> tuple[str, str, str]:
    _word, why, _todo = _selling_early(it)
    return (
        _("Sold too early"),
        why,
        _("Those days are over: catch up on the content; let the next group sell later."),
    )


def _over_cap(it: dict[str, Any]) -> tuple[str, str, str]:
    why = _("%(placements)s placements this month, %(cap)s agreed.") % it
    return _("Too many placements"), why, _("Move one to next month, or agree on another cap.")


def _flash_past_end(it: dict[str, Any]) -> tuple[str, str, str]:
    why = ngettext(
        "Selling ended on %(day)s, %(days)s day ago.", "Selling ended on %(day)s, %(days)s days ago.", it["days"]
    ) % {"day": _day(it["ended_on"]), "days": it["days"]}
    return _("Past its end"), why, _("Say goodbye and dissolve it, or give it another model from a date.")


def _renewal_due(it: dict[str, Any]) -> tuple[str, str, str]:
    why = (_("Payments run out on %(day)s.") if it["days"] >= 0 else _("Payments ran out on %(day)s.")) % {
        "day": _day(it["due_on"])
    }
    return _("Renewal due"), why, _("Ask the members to renew, and record who did.")


def _costs_without_model(it: dict[str, Any]) -> tuple[str, str, str]:
    why = _("%(costs)s of costs within 30 days, and nobody agreed to a budget.") % {"costs": _money(it["costs"])}
    return _("Costs without a model"), why, _("Agree on a budget, find a model, or stop the costs.")


def _above_budget(it: dict[str, Any]) -> tuple[str, str, str]:
    why = _("%(costs)s of costs within 30 days that nothing covers, %(cap)s agreed.") % {
        "costs": _money(it["costs"]),
        "cap": _money(it["cap"]),
    }
    return _("Above its budget"), why, _("Cut the costs, or agree on another budget.")


def _audience_unknown(it: dict[str, Any]) -> tuple[str, str, str]:
    why = _("Nobody compared the partners' customers with the members.")
    return _("Audience not compared"), why, _("Compare a list of customers before the next placement.")


def _day(day: date | None) -> str:
    return day.isoformat() if day else "--"


def _money(amount: Decimal) -> str:
    return money_text(amount)


_SENTENCES = {
    "selling_early": _selling_early,
    "sold_early": _sold_early,
    "over_cap": _over_cap,
    "flash_past_end": _flash_past_end,
    "renewal_due": _renewal_due,
    "costs_without_model": _costs_without_model,
    "above_budget": _above_budget,
    "audience_unknown": _audience_unknown,
}
