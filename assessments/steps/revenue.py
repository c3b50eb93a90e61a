"""Where the money comes from: the page of section 2 whose questions follow the revenue model."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.rules.path import Condition, both, either, unless, when
from assessments.steps.questions import Kind, Option, Page, Question

COMMERCIAL = unless("purpose", "passion")
DECIDED = both(COMMERCIAL, unless("earns", "undecided"))


def _earns(model: str) -> Condition:
    """The model is chosen, alone or as the main one of several."""
    return both(COMMERCIAL, either(when("earns", model), both(when("earns", "mixed"), when("main", model))))


PAID, SELLING, PARTNERS = _earns("paid"), _earns("selling"), _earns("partners")
FLASH = both(SELLING, when("selling_kind", "flash_sale"))
STEADY = both(SELLING, when("selling_kind", "repurchase", "new_customer"))
CHOSEN_SELLING = both(SELLING, when("selling_kind", "flash_sale", "repurchase", "new_customer"))

REVENUE = Page(
    slug="revenue",
    title=_("Where the money comes from"),
    when=either(when("purpose", "passion"), DECIDED),
    estimate=True,
    waits_for="model",
    questions=(
        Question(
            key="budget_cap",
            kind=Kind.MONEY,
            label=_("How much may it cost a month at most?"),
            hint=_("The check compares the monthly cost with this"),
            ask=_("Enter the monthly budget cap"),
            subject=_("The budget cap"),
            when=when("purpose", "passion"),
        ),
        Question(
            key="paid_price",
            kind=Kind.MONEY,
            label=_("Price per member"),
            ask=_("Enter the price per member"),
            subject=_("Price"),
            when=PAID,
        ),
        Question(
            key="paid_months",
            kind=Kind.NUMBER,
            label=_("Months that one payment lasts"),
            ask=_("Enter the months that one payment lasts"),
            subject=_("Months"),
            when=PAID,
            places=0,
            least=1,
            most=60,
        ),
        Question(
            key="paid_payers",
            kind=Kind.NUMBER,
            label=_("Paying members expected"),
            ask=_("Enter the paying members expected"),
            subject=_("Paying members"),
            when=PAID,
            places=0,
            most=10_000_000,
            least=0,
        ),
        Question(
            key="paid_renewal",
            kind=Kind.PERCENT,
            label=_("Renewal rate"),
            ask=_("Enter the renewal rate"),
            subject=_("Renewal rate"),
            when=PAID,
        ),
        Question(
            key="paid_refund",
            kind=Kind.PERCENT,
            label=_("Refund rate"),
            ask=_("Enter the refund rate"),
            subject=_("Refund rate"),
            when=PAID,
        ),
        Question(
            key="paid_delivery",
            kind=Kind.PERCENT,
            label=_("Delivery cost, share of revenue"),
            hint=_("What serving a member costs, without people's time"),
            ask=_("Enter the delivery cost"),
            subject=_("Delivery cost"),
            when=PAID,
        ),
        Question(
            key="sell_members",
            kind=Kind.NUMBER,
            label=_("Members in all groups together"),
            ask=_("Enter the number of members"),
            subject=_("The number of members"),
            when=CHOSEN_SELLING,
            places=0,
            least=0,
            most=10_000_000,
        ),
        Question(
            key="sell_buyers",
            kind=Kind.PERCENT,
            label=_("Share of members who order in a month"),
            ask=_("Enter the share of monthly buyers"),
            subject=_("Share of buyers"),
            when=STEADY,
        ),
        Question(
            key="flash_buyers",
            kind=Kind.PERCENT,
            label=_("Share of members who order in one campaign"),
            ask=_("Enter the conversion of a campaign"),
            subject=_("Conversion"),
            when=FLASH,
        ),
        Question(
            key="flash_campaigns",
            kind=Kind.NUMBER,
            label=_("Campaigns in the whole period"),
            hint=_("Revenue is spread over the period that you set in section 4"),
            ask=_("Enter the number of campaigns"),
            subject=_("Campaigns"),
            when=FLASH,
            places=0,
            least=1,
            most=365,
        ),
        Question(
            key="sell_value",
            kind=Kind.MONEY,
            label=_("Order value"),
            ask=_("Enter the order value"),
            subject=_("Order value"),
            when=CHOSEN_SELLING,
        ),
        Question(
            key="sell_orders",
            kind=Kind.NUMBER,
            label=_("Orders per buyer"),
            hint=_("A month; in a flash group per campaign"),
            ask=_("Enter the orders per buyer"),
            subject=_("Orders per buyer"),
            when=CHOSEN_SELLING,
            least=1,
            most=1000,
            start="1",
        ),
        Question(
            key="sell_margin",
            kind=Kind.PERCENT,
            label=_("Gross margin"),
            ask=_("Enter the margin"),
            subject=_("Margin"),
            when=CHOSEN_SELLING,
        ),
        Question(
            key="partner_basis",
            kind=Kind.RADIO,
            label=_("How do partners pay?"),
            ask=_("Select how partners pay"),
            when=PARTNERS,
            options=(Option("campaign", _("Per campaign")), Option("result", _("Per result"))),
        ),
        Question(
            key="partner_unit",
            kind=Kind.MONEY,
            label=_("What they pay each time"),
            hint=_("Per campaign, or per result"),
            ask=_("Enter what partners pay"),
            subject=_("The price"),
            when=PARTNERS,
        ),
        Question(
            key="partner_results",
            kind=Kind.NUMBER,
            label=_("Results per campaign"),
            ask=_("Enter the results per campaign"),
            subject=_("Results"),
            when=both(PARTNERS, when("partner_basis", "result")),
            least=0,
            most=10_000_000,
        ),
    ),
)
