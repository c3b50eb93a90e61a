"""Named points where a test may let a worker die or fail; without FAILPOINT in the environment they do nothing.

FAILPOINT holds plans separated by commas: `point[#group]:action[:token]`. The action is `kill` (SIGKILL of this
process) or `raise`. With `#group` the plan applies only when that group is in the work. With a token, the path of a
file, it applies once: whichever process removes the file first.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from typing import NamedTuple

POINTS = ("after_claim", "during_work", "after_upsert", "before_commit", "after_commit")


class PlannedFailure(ValueError):
    """The failure that a test asked for."""


class Plan(NamedTuple):
    point: str
    group_id: int | None
    action: str
    token: str


def plans_of(text: str) -> tuple[Plan, ...]:
    """Read the plans; a name or an action that does not exist raises ValueError, lest a test wait for nothing."""
    plans = []
    for part in filter(None, text.split(",")):
        where, action, token = (part.split(":", 2) + [""])[:3]
        point, _, group = where.partition("#")
        if point not in POINTS or action not in ("kill", "raise"):
            raise ValueError(f"no such failpoint: {part}")
        plans.append(Plan(point, int(group) if group else None, action, token))
    return tuple(plans)


PLANS = plans_of(os.environ.get("FAILPOINT", ""))


def reach(point: str, group_ids: Collection[int] = ()) -> None:
    """Say that this point is reached with these groups at hand."""
    for plan in PLANS:
        if plan.point == point and plan.group_id in (None, *group_ids) and _still_due(plan):
            if plan.action == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise PlannedFailure(f"{point} of group {plan.group_id}" if plan.group_id else point)


def _still_due(plan: Plan) -> bool:
    if not plan.token:
        return True
    try:
        os.unlink(plan.token)
    except FileNotFoundError:
        return False
    return True
