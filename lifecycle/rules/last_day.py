"""The card of one day without a state: from the inputs of many days those of the last one."""

from __future__ import annotations

from dataclasses import fields, replace

from lifecycle.rules.inputs import Inputs


def last_day_of(inputs: Inputs) -> Inputs:
    """The same with the last judged day only. Silence and days lived are those that the days before have added up."""
    weeks = replace(
        inputs.weeks, **{each.name: getattr(inputs.weeks, each.name)[:, -1:] for each in fields(inputs.weeks)}
    )
    carried = replace(
        inputs.carried, **{each.name: getattr(inputs.carried, each.name)[-1:] for each in fields(inputs.carried)}
    )
    named = inputs.named
    return replace(
        inputs,
        first=inputs.first + len(inputs.acted) - 1,
        weeks=weeks,
        named=replace(
            named, week=named.week[-1:], window=named.window[-1:], either=named.either[-1:], before=named.before[:, -1:]
        ),
        carried=carried,
        evidence=inputs.evidence[-1:],
        acted=inputs.acted[-1:],
        share_at_look=inputs.share_at_look[-1:],
    )
