"""What the inputs of every revenue model share: measured fields that check themselves, and their stored form."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

MONEY_MOST = Decimal("1000000000")


class Measure(StrEnum):
    """What a field is counted in. MONEY: yuan with two places; PERCENT: points, 8 means 8 %; WHOLE: an int."""

    MONEY = "money"
    PERCENT = "percent"
    WHOLE = "whole"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"


class Unfit(ValueError):
    """A value that the field cannot hold; `name` is the field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def measured(measure: Measure, *, least: int = 0, most: int | None = None, choices: tuple[str, ...] = ()) -> Any:
    """A field that may stay unknown (None), never below `least` or above `most`."""
    limits = {"measure": measure, "least": least, "most": most, "choices": choices}
    return field(default=None, metadata=limits)


def percent() -> Any:
    return measured(Measure.PERCENT, most=100)


def money() -> Any:
    return measured(Measure.MONEY, most=int(MONEY_MOST))


@dataclass(frozen=True)
class ExpectedLine:
    """One line of revenue that a model promises. `month` is yuan a month, None where an input is unknown."""

    code: str
    month: Decimal | None


@dataclass(frozen=True)
class Notice:
    """Something to act on. `figures` are the values of the sentence that says why."""

    code: str
    figures: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What is known of the group on `today`, for a model that holds since `from_on`. None = nobody knows.

    `orders_early` and `adverts_early` are the counts of the content-first days. Costs and revenue are those of 30 days,
    yuan. `placements` is the number of sponsor placements in this month that were not cancelled.
    """

    today: date
    from_on: date
    until_on: date | None = None
    ends_on: date | None = None
    renewal_on: date | None = None
    members: int | None = None
    orders_early: int | None = None
    adverts_early: int | None = None
    first_sold_on: date | None = None
    costs_30: Decimal | None = None
    revenue_30: Decimal | None = None
    placements: int = 0
    placements_cap: int | None = None  # the plan's own, for a model that states none


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The inputs of one kind. A subclass names its kind, the figures that judge it and how long it usually lives."""

    KIND: ClassVar[str]
    KPIS: ClassVar[tuple[str, ...]]
    LIFE: ClassVar[str]  # days, weeks, long, bounded_or_long or open

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and not _fits(value, each.metadata):
                raise Unfit(each.name)

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """The lines of revenue that this model promises."""
        raise NotImplementedError

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """What to act on now, with the figures that say why."""
        raise NotImplementedError


def stored(inputs: Inputs) -> dict[str, str | int]:
    """The known inputs as JSON values; what is unknown is not in it."""
    known = {each.name: getattr(inputs, each.name) for each in fields(inputs)}
    return {name: value if isinstance(value, int) else str(value) for name, value in known.items() if value is not None}


def read_into(kind: type[Inputs], values: dict[str, Any]) -> Inputs:
    """The inputs from their stored form. Raises Unfit for a field that the kind does not have, or a wrong value."""
    known = {each.name: each.metadata for each in fields(kind)}
    if strange := sorted(set(values) - set(known)):
        raise Unfit(strange[0])
    return kind(**{name: _read(name, value, known[name]["measure"]) for name, value in values.items()})


def _read(name: str, value: Any, measure: Measure) -> Any:
    try:
        match measure:
            case Measure.MONEY | Measure.PERCENT | Measure.NUMBER:
                return Decimal(str(value))
            case Measure.DAY:
                return date.fromisoformat(value)
            case _:
                return value
    except (ArithmeticError, ValueError, TypeError):
        raise Unfit(name) from None


def _fits(value: Any, limits: Any) -> bool:
    match limits["measure"]:
        case Measure.DAY:
            return isinstance(value, date)
        case Measure.CHOICE:
            return value in limits["choices"]
        case Measure.WHOLE:
            right = isinstance(value, int) and not isinstance(value, bool)
        case _:
            right = isinstance(value, Decimal) and value.is_finite()
    return right and value >= limits["least"] and (limits["most"] is None or value <= limits["most"])
