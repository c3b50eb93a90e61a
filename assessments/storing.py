"""Turns what the rules said into the JSON columns of a verdict: codes and figures, never sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assessments.capacity import Capacity
from assessments.reading import cash_so_far, plan_of, simulation_of
from assessments.rules.cash import CashCurve
from assessments.rules.outlook import changes_to_go, changes_to_not_now
from assessments.rules.thresholds import Thresholds
from assessments.rules.turning_points import turning_points
from assessments.rules.uncertainty import Ends
from assessments.rules.verdict import Result

PLACES = Decimal("0.0001")


def stored(
    result: Result,
    thresholds: Thresholds,
    answers: Mapping[str, Any],
    *,
    owner_groups: int,
    seed: int,
    own: Ends | None = None,
    capacity: Capacity | None = None,
) -> dict[str, Any]:
    """Checks, findings, figures. Amounts to the fen, other numbers to four places."""
    return {
        "checks": {check.value: status.value for check, status in result.checks.items()},
        "findings": plain(result.findings),
        "figures": {
            "economics": plain(result.economics),
            "costs": plain(result.costs) | {"total": plain(result.costs.total)},
            "staffing": plain(result.staffing) | {"share": plain(result.staffing.share)},
            "life_days": result.life_days,
            "owner_groups": owner_groups,
            "capacity": plain(capacity),
            "to_go": plain(changes_to_go(result)),
            "to_not_now": plain(changes_to_not_now(result, thresholds)),
            "turns": plain(
                turning_points(
                    plan_of(answers),
                    owner_groups=owner_groups,
                    thresholds=thresholds,
                    hours_left=capacity.left if capacity else None,
                )
            ),
            **outlook_of(answers, thresholds, seed=seed, own=own or {}),
        },
    }


def outlook_of(answers: Mapping[str, Any], thresholds: Thresholds, *, seed: int, own: Ends) -> dict[str, Any]:
    """What may come of a plan: the draws (`uncertainty`) and the cash of its months; None where figures are missing."""
    return {
        "uncertainty": plain(simulation_of(answers, thresholds, seed=seed, own=own)),
        "cash": _cash(cash_so_far(answers, thresholds)),
    }


def plain(value: Any) -> Any:
    """The value as JSON: decimals as text of at most four places, dataclasses by field."""
    match value:
        case Decimal():
            return f"{value.quantize(PLACES, rounding=ROUND_HALF_UP).normalize():f}"
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return plain(asdict(value))
        case _:
            return value


def _cash(curve: CashCurve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    return plain(curve) | {"break_even_month": curve.break_even_month, "lowest": plain(curve.lowest)}
