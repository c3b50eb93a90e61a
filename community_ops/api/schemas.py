"""What the requests and answers of the API hold."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from community_ops.api.values import STRICT, Cents, Count, Day, Key, Member, Moment, Number, Paid, RecentDay, Text
from groups.models.group import Platform
from groups.models.orders import Shop

MOST_ROWS = 5000
PlatformWord = Literal[tuple(Platform.values)]  # type: ignore[valid-type]
ShopWord = Literal[tuple(Shop.values)]  # type: ignore[valid-type]


class DayRow(Schema):
    """The figures of one group on one day. A figure that is left out or null is not known, and stays as it was."""

    model_config = STRICT
    group: Key
    date: RecentDay
    platform: PlatformWord | None = None
    name: Text = ""
    members: Count = None
    joins: Count = None
    leaves: Count = None
    messages: Count = None
    speakers: Count = None
    clicks: Count = None
    orders: Count = None
    buyers: Count = None
    ads: Count = None
    filler: Count = None
    incentivised: Count = None
    questions: Count = None
    answered: Count = None
    revenue: Cents = None


class Days(Schema):
    """A batch of days of groups of one team."""

    model_config = STRICT
    team: Text = ""
    rows: Annotated[list[DayRow], Field(min_length=1, max_length=MOST_ROWS)]


class OrderTold(Schema):
    """One paid order. `refund` is all that was given back so far, never what came on top."""

    model_config = STRICT
    number: Number
    paid_on: Day
    amount: Paid
    refund: Cents = None
    coupon: Text = ""
    distributor: Text = ""
    shop_point: Text = ""
    group_key: Text = ""
    phone: Text = ""


class Orders(Schema):
    """A batch of orders of one shop system."""

    model_config = STRICT
    team: Text = ""
    shop: ShopWord
    rows: Annotated[list[OrderTold], Field(min_length=1, max_length=MOST_ROWS)]


class EventRow(Schema):
    """A member came or went. `member` is hashed on arrival; nothing else of it is kept."""

    model_config = STRICT
    group: Key
    platform: PlatformWord | None = None
    kind: Literal["join", "leave"]
    member: Member
    at: Moment


class Events(Schema):
    """A batch of joins and leaves of groups of one team."""

    model_config = STRICT
    team: Text = ""
    rows: Annotated[list[EventRow], Field(min_length=1, max_length=MOST_ROWS)]


class DaysTaken(Schema):
    """What became of a batch of days."""

    groups: int
    groups_registered: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    import_id: int


class OrdersTaken(Schema):
    """What became of a batch of orders; amounts in yuan. `told_otherwise`: known orders with another amount or day."""

    orders_new: int
    orders_known: int
    told_otherwise: int
    refunds_new: int
    attributed: int
    unattributed: int
    amount: str
    refunded: str
    import_id: int


class EventsTaken(Schema):
    """What became of a batch of joins and leaves."""

    events_new: int
    events_known: int
    days_changed: int


class GroupTold(Schema):
    """A group and where it stands. Null is: not known."""

    id: int
    key: str
    name: str
    team: str
    platform: str
    opened_on: str
    closed_on: str | None
    state: str
    state_since: str | None
    score: float | None
    judged_through: str | None
    observed_through: str | None
    members: int | None
    acts_7: int | None


class GroupPage(Schema):
    """Groups by id; `next` goes into `after` of the next page, and is null on the last one."""

    groups: list[GroupTold]
    next: str | None


class HealthDay(Schema):
    """A judged day. Null is: not known."""

    day: str
    state: str
    score: float | None
    acts_7: int | None
    members: int | None


class LossTold(Schema):
    """Points that a part of the score took off; null where the part is not known."""

    part: str
    points: float | None
    why: str


class Health(Schema):
    """The series of a group and why it stands where it stands; the losses add up to 100 less the score."""

    group: GroupTold
    losses: list[LossTold]
    causes: list[str]
    frozen_since: str | None
    days: list[HealthDay]


class Problem(Schema):
    """One field that is wrong; `row` counts from 1, null outside the rows."""

    row: int | None
    field: str
    value: str
    problem: str
    fix: str
    code: str


class ErrorTold(Schema):
    """Why the request was refused, and each field that is wrong."""

    code: str
    message: str
    fields: list[Problem]
    fields_left_out: int | None = None


class Error(Schema):
    """Every refusal."""

    error: ErrorTold
