"""Causes that do not come from the activity of a group: nobody looks after it, or it costs more than it brings.

Each says whether its flag stands at the end of a day, given whether it stood before. What is not known raises nothing
and takes nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

ABSENT_AFTER = 30  # days since any of those who look after the group was last seen here
BACK_WITHIN = 7
LOSING_MONTHS = 2  # closed months in a row
MONTHS_LOOKED_AT = 3


def is_absent(*, anybody_active: bool, unseen_for: int | None, stands: bool) -> bool:
    """Whether nobody looks after the group.

    `anybody_active`: the owner or someone beside the owner has an account in use. `unseen_for`: days since the last
    of those was seen; None = none of them was ever seen, so nothing can be said.
    """
    if not anybody_active:
        return True
    if unseen_for is None:
        return stands
    return unseen_for > (BACK_WITHIN if stands else ABSENT_AFTER)


def losing_run(nets: Sequence[Decimal | None]) -> int:
    """How many of the latest closed months in a row were below zero. `nets`: latest first; None = nothing entered."""
    run = 0
    for net in nets:
        if net is None or net >= 0:
            break
        run += 1
    return run


def is_losing(nets: Sequence[Decimal | None], *, stands: bool) -> bool:
    """Two closed months in a row below zero begin it, one that is not ends it."""
    if losing_run(nets) >= LOSING_MONTHS:
        return True
    unknown = not nets or nets[0] is None or nets[0] < 0
    return stands and unknown
