"""The answers of an assessment as typed values: what every verdict rule reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Purpose(StrEnum):
    BUSINESS = "business"
    PASSION = "passion"
    UNCLEAR = "unclear"


class Model(StrEnum):
    """How the group earns; the values are those of groups.models.Monetization."""

    PAID_ACCESS = "paid_access"
    FLASH_SALE = "flash_sale"
    REPURCHASE = "repurchase"
    NEW_CUSTOMER = "new_customer"
    SPONSORSHIP = "sponsorship"
    NONE = "none"


SELLING = frozenset({Model.FLASH_SALE, Model.REPURCHASE, Model.NEW_CUSTOMER})


class Kind(StrEnum):
    CONVERSATION = "conversation"
    TRANSACTION = "transaction"


class Span(StrEnum):
    FLASH = "flash"
    BOUNDED = "bounded"
    LASTING = "lasting"


class Layer(StrEnum):
    NONE = "none"
    MASS = "mass"
    COURSE = "course"
    VIP = "vip"


@dataclass(frozen=True, kw_only=True)
class PaidRevenue:
    """Members pay to enter. Percentages in points."""

    price: Decimal
    months: int
    payers: Decimal
    renewal: Decimal
    refund: Decimal
    delivery_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class SellingRevenue:
    """Members buy inside, per month; a flash group per campaign. Percentages in points."""

    members: Decimal
    buyers: Decimal
    order_value: Decimal
    orders: Decimal
    margin: Decimal
    campaigns: Decimal | None = None  # in the whole period; flash only


@dataclass(frozen=True, kw_only=True)
class PartnerRevenue:
    """Partners pay per campaign, or per result."""

    campaigns: Decimal
    unit: Decimal
    results: Decimal = Decimal(1)
    by_result: bool = False


Revenue = PaidRevenue | SellingRevenue | PartnerRevenue


@dataclass(frozen=True, kw_only=True)
class PlanCosts:
    """What the plan costs a month, except `one_off`; hours are per week for all groups together."""

    cost_per_join: Decimal = Decimal(0)
    joins_per_month: Decimal = Decimal(0)
    one_off: Decimal = Decimal(0)
    weekly_hours: Decimal = Decimal(0)
    hour_cost: Decimal = Decimal(0)
    running: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class PlanAnswers:
    """Everything that the rules ask about a plan. Sets hold option values of the wizard."""

    group_count: int
    purpose: Purpose
    reasons: frozenset[str]
    shared_goal: str = ""
    evidence: str
    alternative: str
    model: Model | None  # None: not decided yet
    audience_match: str = ""
    partner_campaigns: int | None = None
    revenue: Revenue | None
    budget_cap: Decimal | None = None
    costs: PlanCosts
    pessimistic: Decimal | None = None
    optimistic: Decimal | None = None
    product_traits: frozenset[str]
    wanted_kind: str  # conversation, transaction or recommend
    content_sources: frozenset[str]
    content_supply: str
    posts_per_day: int
    review: str
    span: Span
    starts_on: date
    ends_on: date | None = None
    lasting_reasons: frozenset[str] = field(default_factory=frozenset)
    layer: Layer
    downstream: bool = False
    exit_plan: str  # now or not_yet

    @property
    def kind(self) -> Kind:
        return recommended_kind(self.product_traits) if self.wanted_kind == "recommend" else Kind(self.wanted_kind)


def recommended_kind(product_traits: frozenset[str]) -> Kind:
    """Conversation if the price, the decision, the learning or an organisation asks for it; else transaction."""
    return Kind.CONVERSATION if product_traits - {"none"} else Kind.TRANSACTION
