"""The optional page of section 2 on how sure the figures are: three cases, and ranges of the inputs that matter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.steps.questions import Kind, Page, Question
from assessments.steps.revenue import CHOSEN_SELLING, DECIDED, PAID, PARTNERS

RANGES = (
    Question(
        key="range_members",
        kind=Kind.RANGE,
        label=_("Members in all groups together: lowest and highest (optional)"),
        subject=_("The range of members"),
        part=Kind.NUMBER,
        required=False,
        when=CHOSEN_SELLING,
        places=0,
        least=0,
        most=10_000_000,
    ),
    Question(
        key="range_order_value",
        kind=Kind.RANGE,
        label=_("Order value: lowest and highest (optional)"),
        subject=_("The range of the order value"),
        part=Kind.MONEY,
        required=False,
        when=CHOSEN_SELLING,
    ),
    Question(
        key="range_unit",
        kind=Kind.RANGE,
        label=_("What partners pay each time: lowest and highest (optional)"),
        subject=_("The range of what partners pay"),
        part=Kind.MONEY,
        required=False,
        when=PARTNERS,
    ),
    Question(
        key="range_renewal",
        kind=Kind.RANGE,
        label=_("Renewal rate: lowest and highest (optional)"),
        subject=_("The range of the renewal rate"),
        part=Kind.PERCENT,
        required=False,
        when=PAID,
    ),
    Question(
        key="range_cost_per_join",
        kind=Kind.RANGE,
        label=_("Cost per member joined: lowest and highest (optional)"),
        subject=_("The range of the cost per member"),
        part=Kind.MONEY,
        required=False,
        when=DECIDED,
    ),
    Question(
        key="range_weekly_hours",
        kind=Kind.RANGE,
        label=_("Hours per week: lowest and highest (optional)"),
        subject=_("The range of hours"),
        part=Kind.NUMBER,
        required=False,
        when=DECIDED,
        least=0,
        most=168 * 100,
    ),
)

SCENARIOS = Page(
    slug="scenarios",
    title=_("How sure are these figures? (optional)"),
    when=DECIDED,
    estimate=True,
    fold_title=_("Say how far the figures may go (optional)"),
    folded=("pessimistic", "optimistic", *(question.key for question in RANGES)),
    questions=(
        Question(
            key="pessimistic",
            kind=Kind.PERCENT,
            label=_("Pessimistic case"),
            subject=_("The pessimistic case"),
            required=False,
            when=DECIDED,
            least=5,
            most=100,
        ),
        Question(
            key="optimistic",
            kind=Kind.PERCENT,
            label=_("Optimistic case"),
            subject=_("The optimistic case"),
            required=False,
            when=DECIDED,
            least=100,
            most=300,
        ),
        *RANGES,
    ),
    why=(
        _("Three cases in percent of the conversion that you expect; empty means the company's rule"),
        _(
            "A plan with one figure for everything looks surer than it is. With a lowest and a highest value the plan "
            "is drawn 10,000 times, and the verdict says in how many of them it earns. Where you leave a range empty, "
            "a common one is assumed and shown as assumed."
        ),
    ),
)
