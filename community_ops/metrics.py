"""What every figure on the screen means, said once: for the tips beside figures and for the page of definitions."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lifecycle.rules.policy import DEFAULT_POLICY


@dataclass(frozen=True)
class Metric:
    """One figure. `slug` is its anchor on the page of definitions."""

    slug: str
    label: str | Promise
    meaning: str | Promise


STATES = (
    Metric("healthy", _("Healthy"), _("Judged, and neither fading nor silent by the group's own measure")),
    Metric(
        "watch",
        _("Watch"),
        format_lazy(
            _(
                "The score falls below its line ({low} of 100 as delivered) at a weekly check; a hint for the owner,"
                " nothing else happens"
            ),
            low=DEFAULT_POLICY.low_score // 100,
        ),
    ),
    Metric(
        "at_risk",
        _("At risk"),
        _("Silent for longer than this group ever is, or mostly adverts for two weekly checks; opens a case"),
    ),
    Metric(
        "dead",
        _("Dead"),
        _("Stayed silent long after it was at risk; a word for statistics, people still decide what happens"),
    ),
    Metric("forming", _("Forming"), _("Younger than 28 days or hardly observed yet, too early to judge")),
    Metric("completed", _("Completed"), _("Reached its planned end or its goal; a success, never counted as dead")),
    Metric(
        "unknown",
        _("Not enough data"),
        _("Too few days were observed to say anything; freezes the state and never counts towards dead"),
    ),
)

HEALTH = (
    Metric("running", _("Groups managed"), _("Groups in the registry that are neither closed nor archived")),
    Metric(
        "healthy_share",
        _("Healthy share"),
        _(
            "Healthy groups ÷ (healthy + watch + at risk + dead). Groups that are forming, completed or without"
            " enough data are left out"
        ),
    ),
    Metric(
        "newly_at_risk",
        _("Newly at risk, 7 days"),
        _("Groups that are at risk and came to stand so within the last 7 days"),
    ),
    Metric(
        "recovered_share",
        _("Saved, 30 days"),
        _("Cases that ended as recovered ÷ all cases that ended in the last 30 days; false alarms are left out"),
    ),
    Metric(
        "net",
        _("Net this month"),
        _("Revenue − cost of goods − acquisition − labour − running cost, of the lines entered for this month"),
    ),
)

SCORE = (
    Metric(
        "score",
        _("Health score"),
        _("100 minus the points lost in five parts; the points lost always add up to what is missing to 100"),
    ),
    Metric("rhythm", _("Rhythm"), _("How unusual the present silence is for this group, 20 points")),
    Metric(
        "level",
        _("Level"),
        _(
            "Acts of 28 days against the group's own usual level and its goal, 15 points; in a group that answers"
            " questions, the share of questions answered within 24 hours, or where nobody counts them the share of the"
            " days with a word on which two people or more spoke"
        ),
    ),
    Metric(
        "breadth",
        _("Breadth"),
        _(
            "How many different people acted in 28 days against the goal, 30 points; a group that keeps a smaller share"
            " of its own people (as delivered, 80% of the most that it had in 28 days, a tenth less every 28 days"
            " since, without single events) is held against both alike"
        ),
    ),
    Metric(
        "regularity",
        _("Regularity"),
        _("In how many of the last 16 weeks, as far as they are known, something happened, 20 points"),
    ),
    Metric(
        "core",
        _("Core members"),
        _("How many people acted in the last 28 days and in the 56 days before, 15 points"),
    ),
    Metric(
        "act",
        _("Act"),
        _(
            "A message in a conversation-active group, an order in a transaction-active group. Adverts, filler and what"
            " is said within 48 hours after a red packet do not count, where a source tells them apart"
        ),
    ),
)

GROUP = (
    Metric("members", _("Members"), _("Members as last observed")),
    Metric(
        "acts",
        _("Acts, 7 days"),
        _("Messages that count of a conversation group, orders or clicks of a transaction group"),
    ),
    Metric("people", _("People, 28 days"), _("Different people who acted within 28 days")),
    Metric("revenue_month", _("Revenue this month"), _("From the ledger of the group, this month so far")),
    Metric(
        "net_month",
        _("Net contribution this month"),
        _("Revenue less goods, acquisition, labour and running cost, this month so far"),
    ),
)

MONEY = (
    Metric(
        "revenue",
        _("Revenue"),
        _("All revenue lines of the ledger whose date lies in the period, less those that were taken back"),
    ),
    Metric(
        "goods",
        _("Goods"),
        _("The cost of the goods behind the revenue, as far as somebody stated it; the rest is unknown, not zero"),
    ),
    Metric(
        "net_contribution",
        _("Net contribution"),
        _("Revenue − cost of goods − acquisition cost − labour cost − running cost"),
    ),
    Metric("margin", _("Net margin"), _("Net contribution ÷ revenue; without revenue there is none")),
    Metric(
        "losing",
        _("Groups losing money"),
        _("Groups with lines in the period whose net contribution is below zero"),
    ),
    Metric("acquisition", _("Acquisition cost"), _("Adverts, promotions, rewards for bringing people in")),
    Metric("labour", _("Labour cost"), _("Hours for content, events and interaction × the rate of the hour")),
    Metric("operations", _("Running cost"), _("Software, venues, delivery, prizes and red packets")),
    Metric(
        "break_even",
        _("Break-even conversion"),
        _("Share of members who must buy in a month for revenue to cover all cost"),
    ),
    Metric(
        "incremental",
        _("Incremental revenue"),
        _(
            "Revenue × (1 − the share that existing customers would have spent anyway), and its goods alike; a group"
            " with revenue but without a stated share is left out"
        ),
    ),
    Metric("per_join", _("Cost per join"), _("Acquisition cost ÷ people who joined, in groups where joins are known")),
    Metric(
        "per_active",
        _("Cost per active member"),
        _("The three costs ÷ different members who acted in the period, in groups where they are known"),
    ),
    Metric(
        "per_order",
        _("Cost per order"),
        _("The three costs ÷ orders: imported or reported by activity data, whichever are more"),
    ),
    Metric(
        "per_member",
        _("Revenue per member"),
        _("Revenue ÷ members as last observed in the period, in groups where they are known"),
    ),
    Metric("payback", _("Payback"), _("Days until the net contribution has paid back what was spent once")),
)

LAYERS = (
    Metric(
        "share_of_layer",
        _("Share of the layer"),
        _("People that moved on from a layer in the period ÷ people who are in it now; ≤ while some are not known"),
    ),
    Metric(
        "promotion_quota",
        _("Promotion owed"),
        _("Members × the monthly share of the plan × its months; late from 30 days before the end while fewer moved"),
    ),
    Metric(
        "left_beyond_usual",
        _("Left beyond the usual"),
        _(
            "Leaves in the 7 days from a placement on, less what the 28 undisturbed days before make usual for"
            " as much exposure"
        ),
    ),
    Metric(
        "price_of_trust",
        _("Price of trust"),
        _("People who left beyond the usual × what a member costs to win, or else brings in, over 90 days"),
    ),
)

LIVES = (
    Metric(
        "groups_died",
        _("Died"),
        _(
            "Closed before the planned end with no goal met, or standing as dead. The end is when the group faded for"
            " good below a tenth of its pace of 26 weeks, else fell silent, else was closed"
        ),
    ),
    Metric(
        "groups_completed",
        _("Ended well"),
        _("The goal was met, or the planned end had come; a success, and in the curves seen up to that day, not dead"),
    ),
    Metric(
        "groups_alive",
        _("Alive"),
        _(
            "Judged and not over; in the curves seen up to the age that it has now, as nobody knows how long it"
            " will live"
        ),
    ),
    Metric(
        "fate_unknown",
        _("Fate unknown"),
        _("Not closed, and without enough data to judge; left out of every share and curve"),
    ),
    Metric(
        "warned_before",
        _("Warned before the end"),
        _(
            "Deaths with a warning (watch or graver) that was raised before the end and still stood at it ÷ all deaths."
            " Lead: days from the first such warning to the end"
        ),
    ),
    Metric(
        "alive_at_age",
        _("Alive at an age"),
        _(
            "Kaplan and Meier: at each age at which groups died, × (1 − died ÷ groups that had got so old). A life"
            " begins on the day the group opened. In brackets the 95% interval (Greenwood, log-log)"
        ),
    ),
)

SECTIONS = (
    (_("States of a group"), STATES),
    (_("Figures of the health dashboard"), HEALTH),
    (_("The health score and its parts"), SCORE),
    (_("Figures of a group"), GROUP),
    (_("Money"), MONEY),
    (_("Layers and sponsors"), LAYERS),
    (_("Lifetimes"), LIVES),
)
BY_SLUG = {metric.slug: metric for _title, metrics in SECTIONS for metric in metrics}
