"""The pass where another policy begins on one of its days: each day by the policy that holds on it.

What the judge is given of the days has no threshold in it (rules.inputs), and from one day to the next goes nothing but
the memory. So a pass is cut where the policy changes, and the pieces are judged one after the other.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lifecycle.rules.inputs import Inputs
from lifecycle.rules.judging import Judgement, judge_inputs
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Plans
from lifecycle.rules.rulings import Rulings

OF_THE_LAST_DAY = frozenset({"since", "age", "carried_by_one", "spark"})


def judge_by_days(inputs: Inputs, plans: Plans, memory: Memory, rulings: Rulings) -> Judgement:
    """As judging.judge_inputs, under the rulings of the days; changes `memory` in place."""
    spans = rulings.spans(inputs.first, inputs.first + len(inputs.acted) - 1)
    if len(spans) == 1:
        return judge_inputs(inputs, plans, memory, spans[0].ruling.policy)
    return joined(
        [judge_inputs(days_of(inputs, span.first, span.last), plans, memory, span.ruling.policy) for span in spans]
    )


def days_of(inputs: Inputs, first: int, last: int) -> Inputs:
    """The inputs of the judged days first..last (ordinals, both included)."""
    days = slice(first - inputs.first, last - inputs.first + 1)
    cut: Inputs = _cut(inputs, days, first=first)
    return cut


def _cut(values: Any, days: slice, **changed: Any) -> Any:
    """Arrays are weeks x days x groups, days x groups or by group alone."""
    cut = {}
    for field in fields(values):
        value = getattr(values, field.name)
        if is_dataclass(value):
            cut[field.name] = _cut(value, days)
        elif np.ndim(value) == 3:
            cut[field.name] = value[:, days]
        else:
            cut[field.name] = value[days] if np.ndim(value) == 2 else value
    return type(values)(**(cut | changed))


def joined(parts: list[Judgement]) -> Judgement:
    """Judgements of consecutive days as one."""
    whole: dict[str, Any] = {"first": parts[0].first}
    for field in fields(Judgement):
        values = [getattr(part, field.name) for part in parts]
        if field.name in OF_THE_LAST_DAY:
            whole[field.name] = values[-1]
        elif field.name == "figures":
            whole[field.name] = {name: np.concatenate([each[name] for each in values]) for name in values[0]}
        elif field.name != "first":
            whole[field.name] = np.concatenate(values)
    return Judgement(**whole)
