"""What a month brought against what the plan promised, and which part makes most of the difference."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from groups.rules.profit_and_loss import ZERO, MonthResult

ROOTS = ("acquisition", "labour", "operations")


@dataclass(frozen=True)
class AgainstPlan:
    """Yuan of a month; None = not planned. `cause` is revenue, goods or costs: what moved net contribution most in the
    direction in which it went, by `effect` yuan. `largest_root` is where most of the cost went.
    """

    planned_revenue: Decimal | None
    planned_goods: Decimal | None
    planned_costs: Decimal | None
    planned_net: Decimal | None
    net_difference: Decimal | None = None
    cause: str = ""
    effect: Decimal = ZERO
    largest_root: str = ""


def against_plan(
    *, revenue: Decimal | None, cost: Decimal | None, net: Decimal | None, actual: MonthResult
) -> AgainstPlan:
    """Goods are planned by what is missing between revenue, cost and net; without one of them they are not planned."""
    goods = revenue - cost - net if revenue is not None and cost is not None and net is not None else None
    if net is None:
        return AgainstPlan(revenue, goods, cost, net)
    effects = {
        "revenue": None if revenue is None else actual.revenue - revenue,
        "goods": None if goods is None else goods - actual.goods_cost,
        "costs": None if cost is None else cost - actual.costs,
    }
    difference = actual.net - net
    way = 1 if difference >= 0 else -1
    cause = max(effects, key=lambda name: (effects[name] or ZERO) * way)
    effect = effects[cause] or ZERO
    return AgainstPlan(
        revenue,
        goods,
        cost,
        net,
        net_difference=difference,
        cause=cause if effect * way > 0 else "",
        effect=effect,
        largest_root=max(ROOTS, key=lambda root: getattr(actual, root)) if actual.costs else "",
    )
