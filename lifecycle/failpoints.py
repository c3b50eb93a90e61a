"""Named points where a test may let a worker die or fail; without FAILPOINT in the environment they do nothing.

FAILPOINT holds plans separated by commas: `point[#group]:action[:token]`. With `#group` the plan applies only when that
group is in the work. With a token, the path of a file, it applies once: whichever process removes the file first.
Actions: `kill` (SIGKILL of this process), `kill_worker` (of its parent too, so that nobody notices for a while),
`raise`, and `wait` (makes the file `token.reached` and goes on when the token is gone, or after half a minute).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

POINTS = ("after_claim", "during_work", "after_upsert", "before_commit", "after_commit")
ACTIONS = ("kill", "kill_worker", "raise", "wait")
LONGEST_WAIT_SECONDS = 30


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
        if point not in POINTS or action not in ACTIONS:
            raise ValueError(f"no such failpoint: {part}")
        plans.append(Plan(point, int(group) if group else None, action, token))
    return tuple(plans)


PLANS = plans_of(os.environ.get("FAILPOINT", ""))


def reach(point: str, group_ids: Collection[int] = ()) -> None:
    """Say that this point is reached with these groups at hand."""
    for plan in PLANS:
        if plan.point == point and plan.group_id in (None, *group_ids):
            _carry_out(plan)


def _carry_out(plan: Plan) -> None:
    if plan.action == "wait":
        _wait_for(Path(plan.token))
    elif not plan.token or _took(Path(plan.token)):
        if plan.action == "kill_worker":
            os.kill(os.getppid(), signal.SIGKILL)
        if plan.action.startswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        raise PlannedFailure(f"{plan.point} of group {plan.group_id}" if plan.group_id else plan.point)


def _took(token: Path) -> bool:
    """Whether this process removed the file, which only one can."""
    try:
        token.unlink()
    except FileNotFoundError:
        return False
    return True


def _wait_for(token: Path) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    if token.exists():
        token.with_name(f"{token.name}.reached").touch()
    while token.exists() and time.monotonic() < until:
        time.sleep(0.02)
