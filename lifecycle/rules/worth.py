"""From inputs in yuan, months and chances to what each remedy is worth, and the chance from which a revival pays.

    revive   = chance x margin x months - its cost - (1 - chance) x keep / 2
    migrate  = active members x share that comes x margin of one x months - its cost
    dissolve = keep x months - its cost
    needed   = (cost of reviving + the better of the other two) / (margin x months)

Source: the model of health, section 3.3. Every input stands alone, so that a person can try another one, and each of
the lines is linear in each input, so that the value at which the choice tips is found without searching.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

FEN, SHARE = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class Inputs:
    """Yuan, months, members and shares between 0 and 1; money of a month is that of a healthy one."""

    chance: Decimal
    monthly_margin: Decimal
    monthly_keep: Decimal
    months: Decimal
    revive_cost: Decimal
    active: Decimal
    accept_rate: Decimal
    margin_per_active: Decimal
    migrate_cost: Decimal
    farewell_cost: Decimal


NAMES = tuple(each.name for each in fields(Inputs))
# In which steps a turning value is told, and the most that an input can be (None = no end). All begin at 0.
STEPS = {"chance": Decimal("0.01"), "accept_rate": Decimal("0.01"), "months": Decimal("0.1")}
MOST = {"chance": Decimal(1), "accept_rate": Decimal(1), "months": Decimal(3)}


@dataclass(frozen=True)
class ExpectedValues:
    """Yuan over the months looked at; `needed` is the chance of revival that would pay, None where none would.

    `needed` may be more than 1, which no chance reaches, and less than 0 where a revival pays in any case.
    """

    revive: Decimal
    migrate: Decimal
    dissolve: Decimal
    chance: Decimal
    needed: Decimal | None
    pays: bool
    inputs: Inputs

    @property
    def best(self) -> str:
        """The remedy that is worth most; the earlier one of the three principles where two are worth the same."""
        return max(("revive", "migrate", "dissolve"), key=lambda remedy: getattr(self, remedy))


def complete(known: Mapping[str, Decimal | None]) -> Inputs | None:
    """The inputs where each of them is known; None where one is missing."""
    values = {name: value for name, value in known.items() if value is not None}
    return Inputs(**values) if len(values) == len(NAMES) else None


def values_of(inputs: Inputs) -> ExpectedValues:
    """What each remedy is worth with these inputs."""
    worth = inputs.monthly_margin * inputs.months
    migrate, dissolve = _migrate(inputs), _dissolve(inputs)
    revive = inputs.chance * worth - inputs.revive_cost - (1 - inputs.chance) * inputs.monthly_keep / 2
    needed = None
    if worth > 0:
        needed = ((inputs.revive_cost + max(migrate, dissolve)) / worth).quantize(SHARE, ROUND_HALF_UP)
    return ExpectedValues(
        revive=_yuan(revive),
        migrate=_yuan(migrate),
        dissolve=_yuan(dissolve),
        chance=inputs.chance,
        needed=needed,
        pays=worth > 0 and min(_leads(inputs)) >= 0,
        inputs=inputs,
    )


def turning_values(inputs: Inputs, name: str) -> Iterator[Decimal]:
    """Values of one input, the others as they are, at which a revival may begin or cease to pay; nearest first.

    Told in the steps of STEPS, on the far side of the turn; the caller sees whether the choice is another one there.
    """
    now = getattr(inputs, name)
    at_none, at_one = (_leads(replace(inputs, **{name: Decimal(value)})) for value in (0, 1))
    found = {Decimal(0)}
    for start, after_one in zip(at_none, at_one, strict=True):
        if after_one != start:
            found.add(start / (start - after_one))
    step, most = STEPS.get(name, Decimal(1)), MOST.get(name)
    for value in sorted(found, key=lambda value: abs(value - now)):
        far = ROUND_CEILING if value > now else ROUND_FLOOR
        told = (value / step).to_integral_value(far) * step
        beyond = told + step if value > now else told - step
        for each in (told, beyond):  # on the turn itself a revival just pays
            if each >= 0 and (most is None or each <= most) and each != now:
                yield each


def _leads(inputs: Inputs) -> tuple[Decimal, Decimal]:
    """By how much the chance of a healthy group, less its cost, is ahead of migrating and of dissolving."""
    hoped = inputs.chance * inputs.monthly_margin * inputs.months - inputs.revive_cost
    return hoped - _migrate(inputs), hoped - _dissolve(inputs)


def _migrate(inputs: Inputs) -> Decimal:
    each = inputs.accept_rate * inputs.margin_per_active * inputs.months
    return inputs.active * each - inputs.migrate_cost


def _dissolve(inputs: Inputs) -> Decimal:
    return inputs.monthly_keep * inputs.months - inputs.farewell_cost


def _yuan(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)
