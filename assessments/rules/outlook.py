"""What would turn a verdict: upwards by meeting what is asked, downwards by figures that come out worse."""

from __future__ import annotations

from dataclasses import dataclass, field

from assessments.rules.economics_of_a_plan import Levers
from assessments.rules.thresholds import Thresholds
from assessments.rules.verdict import Figure, Result

# Economic findings share one way out: earn in the pessimistic case too.
ECONOMIC = frozenset({"S05", "C17", "C18"})


@dataclass(frozen=True)
class Change:
    """One thing that would have to be different; `code` is a rule, or `earn`, `lose`, `short`."""

    code: str
    figures: dict[str, Figure] = field(default_factory=dict)


def changes_to_go(result: Result) -> tuple[Change, ...]:
    """Everything that has to change for a plain go, economics last."""
    wanted = [
        Change(finding.code, finding.figures)
        for finding in result.findings
        if finding.code not in ECONOMIC and finding.code != "S07"
    ]
    if result.economics and any(finding.code in ECONOMIC for finding in result.findings):
        wanted.append(Change("earn", _told(result, result.economics.to_earn_when_pessimistic)))
    return tuple(wanted)


def changes_to_not_now(result: Result, thresholds: Thresholds) -> tuple[Change, ...]:
    """What would stop the plan although it is not stopped now; empty when it is."""
    if result.stops:
        return ()
    worse = []
    if result.economics and result.economics.to_earn_when_optimistic.driver is not None:
        figures = _told(result, result.economics.to_earn_when_optimistic)
        if result.economics.break_even is not None:
            figures["break_even"] = result.economics.break_even
        worse.append(Change("lose", figures))
    worse.append(Change("short", {"hours": result.staffing.needed * thresholds.staffing_stop}))
    return tuple(worse)


def _told(result: Result, levers: Levers) -> dict[str, Figure]:
    economics = result.economics
    if economics is None:
        return {}
    figures: dict[str, Figure] = {"driver": economics.driver}
    if levers.driver is not None:
        figures["driver_needed"] = levers.driver
    if levers.members is not None and economics.members is not None:
        figures["members_needed"] = levers.members
        figures["more_members"] = levers.members - economics.members
    if levers.hour_cost is not None:
        figures["hour_cost"] = levers.hour_cost
    return figures
