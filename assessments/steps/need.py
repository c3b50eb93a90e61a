"""Section 2: whether a group is needed at all: demand, revenue and cost."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.rules.path import both, unless, when
from assessments.steps.questions import Kind, Option, Page, Question, Section
from assessments.steps.revenue import COMMERCIAL, PARTNERS, REVENUE, SELLING
from assessments.steps.scenarios import SCENARIOS

MODELS = (
    Option("paid", _("Paid entry")),
    Option("selling", _("Sell inside the group")),
    Option("partners", _("Partners pay")),
)

WHY = Page(
    slug="why",
    title=_("Why would people come in and stay?"),
    questions=(
        Question(
            key="reasons",
            kind=Kind.CHECKS,
            label=_("Why would people come in and stay?"),
            hint=_("Their reasons, not ours"),
            ask=_("Select why people would come in"),
            exclusive_error=_("Select reasons, or “unclear”, not both"),
            options=(
                Option("learn", _("To learn, to get answers")),
                Option("deals", _("To save money, to get good things")),
                Option("peers", _("To talk with people like them")),
                Option("service", _("For a service of their own")),
                Option("organisation", _("Their organisation asks for it")),
                Option("events", _("To join events")),
                Option("unclear", _("Unclear"), exclusive=True),
            ),
        ),
        Question(
            key="shared_goal",
            kind=Kind.AREA,
            label=_("One sentence: what do they want together? (optional, becomes a condition if empty)"),
            hint=_("“Together we…”"),
            subject=_("The shared goal"),
            required=False,
            when=unless("reasons", "unclear"),
            least=6,
            most=80,
        ),
    ),
)

EVIDENCE = Page(
    slug="evidence",
    title=_("What is the evidence?"),
    questions=(
        Question(
            key="evidence",
            kind=Kind.RADIO,
            label=_("What is the evidence?"),
            hint=_("Copying another brand is not evidence"),
            ask=_("Select the evidence"),
            options=(
                Option("asked", _("Users asked for it")),
                Option("interviews", _("Interviews or a survey")),
                Option("old_group", _("Seen in an old group")),
                Option("others", _("Others did it, we want it too")),
                Option("none", _("None yet")),
            ),
        ),
        Question(
            key="interviews",
            kind=Kind.NUMBER,
            label=_("How many people answered?"),
            ask=_("Enter how many people answered"),
            subject=_("The number of people"),
            when=when("evidence", "interviews"),
            places=0,
            least=1,
            most=1_000_000,
        ),
    ),
)

ALTERNATIVE = Page(
    slug="alternative",
    title=_("Without a group, could private chat or Moments do it?"),
    questions=(
        Question(
            key="alternative",
            kind=Kind.RADIO,
            label=_("Without a group, could private chat or Moments do it?"),
            ask=_("Select whether it works without a group"),
            options=(
                Option("yes", _("Yes, and cheaper"), _("For example high price, needs one-to-one talks")),
                Option("partly", _("Partly")),
                Option("no", _("No, it has to be one-to-many in a group")),
                Option("unsure", _("Not sure"), _("Will be listed as a condition to verify")),
            ),
        ),
    ),
    why=(
        _(
            "Private chat suits closing a sale one to one, Moments suits reaching many often. "
            "Of the three contact points a group costs the most people time; not building one saves a standing job."
        ),
    ),
)

MODEL = Page(
    slug="model",
    title=_("How does it earn?"),
    when=COMMERCIAL,
    questions=(
        Question(
            key="earns",
            kind=Kind.RADIO,
            label=_("How does it earn?"),
            ask=_("Select how it earns"),
            when=COMMERCIAL,
            options=(
                *MODELS,
                Option("mixed", _("A main one and others beside it")),
                Option("undecided", _("Not decided yet")),
            ),
        ),
        Question(
            key="main",
            kind=Kind.RADIO,
            label=_("Which is the main one?"),
            ask=_("Select the main one"),
            when=both(COMMERCIAL, when("earns", "mixed")),
            options=MODELS,
        ),
        Question(
            key="selling_kind",
            kind=Kind.RADIO,
            label=_("Which kind of selling group?"),
            ask=_("Select the kind of selling group"),
            when=SELLING,
            options=(
                Option("flash_sale", _("Flash group"), _("Sells for a few days, then ends")),
                Option("repurchase", _("Repurchase group"), _("Loyal customers buy again")),
                Option("new_customer", _("New-user group"), _("Content first, selling slowly")),
            ),
        ),
        Question(
            key="audience_match",
            kind=Kind.RADIO,
            label=_("Do partners' customers match yours?"),
            hint=_("Too many ads a month hurt the group"),
            ask=_("Select whether the customers match"),
            when=PARTNERS,
            options=(
                Option("list", _("Yes, there is a list")),
                Option("roughly", _("Roughly")),
                Option("unknown", _("Unknown")),
            ),
        ),
        Question(
            key="partner_campaigns",
            kind=Kind.NUMBER,
            label=_("Campaigns with partners a month"),
            ask=_("Enter the campaigns a month"),
            subject=_("Campaigns a month"),
            when=PARTNERS,
            places=0,
            least=0,
            most=31,
        ),
    ),
    why=(_("Without an answer you mostly gather bargain hunters"),),
)

COSTS = Page(
    slug="costs",
    title=_("What will it cost each month in money and time?"),
    estimate=True,
    questions=(
        Question(
            key="cost_per_join",
            kind=Kind.MONEY,
            label=_("Acquisition: cost per member joined"),
            ask=_("Enter the cost per member joined"),
            subject=_("Cost per member"),
        ),
        Question(
            key="joins_per_month",
            kind=Kind.NUMBER,
            label=_("New members a month"),
            ask=_("Enter the new members a month"),
            subject=_("New members"),
            places=0,
            least=0,
            most=10_000_000,
        ),
        Question(
            key="one_off",
            kind=Kind.MONEY,
            label=_("One-off campaign (optional)"),
            subject=_("The one-off campaign"),
            required=False,
        ),
        Question(
            key="weekly_hours",
            kind=Kind.NUMBER,
            label=_("Labour: hours per week, everybody together"),
            hint=_("Time you really have"),
            ask=_("Enter the hours per week"),
            subject=_("Hours per week"),
            least=0,
            most=168 * 100,
        ),
        Question(
            key="hour_cost",
            kind=Kind.MONEY,
            label=_("Cost per hour"),
            ask=_("Enter the cost per hour"),
            subject=_("Cost per hour"),
            start_from="hour_cost",
        ),
        Question(
            key="running",
            kind=Kind.LINES,
            label=_("Running cost a month"),
            required=False,
        ),
        Question(
            key="no_running",
            kind=Kind.CONFIRM,
            label=_("Not a single cent of running cost"),
            ask=_("Not a single cent of running cost? Add a line or tick the box"),
            required=False,
        ),
    ),
)

NEED = Section(
    slug="need",
    title=_("Do we need it: demand, revenue, cost"),
    short=_("Do we need it"),
    pages=(WHY, EVIDENCE, ALTERNATIVE, MODEL, REVENUE, COSTS, SCENARIOS),
)
