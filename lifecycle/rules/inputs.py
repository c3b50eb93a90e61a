"""What the judge is given of the judged days, worked out of all their rows: the full form. Rolling is the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Floats
from lifecycle.rules.carried import Carried, carried_of
from lifecycle.rules.exposure import exposure_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Observations, Plans, first_orders, signal_of
from lifecycle.rules.people import Named, named_of
from lifecycle.rules.policy import LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.serving import unserved_days
from lifecycle.rules.weeks import Weeks, weeks_of
from lifecycle.rules.windows import Acting, is_look, largest_share, share_at_looks


@dataclass(frozen=True)
class Inputs:
    """Everything that the figures of the judged days are made of; days x groups. There are two ways to get at it."""

    first: int  # ordinal of the first judged day
    weeks: Weeks
    named: Named
    carried: Carried
    evidence: Bools  # an observed day that is not a festival
    acted: Bools
    share_at_look: Floats  # the same as share_of_one on each Monday; NaN on other days
    share_of_one: Floats  # per group: share of the last WINDOW_DAYS' acts that one member made; NaN without acts


def inputs_of(seen: Observations, kinds: NDArray[np.int8], plans: Plans, memory: Memory) -> Inputs:
    """From the rows of every day, of which the first LEAD_DAYS are the lead-in; sets the memory's first orders.

    `kinds`: calendar.day_kinds of the same rows. Raises ValueError when there is no day after the lead-in.
    """
    height, width = seen.shape
    if height <= LEAD_DAYS:
        raise ValueError("the rows must reach beyond the lead-in")
    first = seen.first + LEAD_DAYS
    memory.orders_since = first_orders(seen, plans, memory.orders_since)
    signal = signal_of(seen, plans, memory.orders_since)
    exposure = exposure_of(signal.observed, kinds)
    unserved = unserved_days(seen, signal, plans)
    return Inputs(
        first=first,
        weeks=weeks_of(seen, signal, exposure, unserved),
        named=named_of(signal.acting, (height, width)),
        carried=carried_of(signal, exposure, unserved, seen.members, first, memory),
        evidence=exposure.known[LEAD_DAYS:],
        acted=signal.acts[LEAD_DAYS:] > 0,
        share_at_look=_shares(signal.acting, seen.first, (height, width)),
        share_of_one=largest_share(signal.acting, height - 1, WINDOW_DAYS, width),
    )


def _shares(acting: Acting, first: int, shape: tuple[int, int]) -> Floats:
    """share_at_looks of the judged days: what was done before their first window has no say in it."""
    height, width = shape
    looks = is_look(np.arange(first + LEAD_DAYS, first + height))
    if not looks.any():
        return np.full((height - LEAD_DAYS, width), np.nan)
    lately = acting.day > LEAD_DAYS - WINDOW_DAYS
    if not lately.all():
        acting = Acting(acting.group[lately], acting.member[lately], acting.day[lately], acting.acts[lately])
    return share_at_looks(acting, first, shape, WINDOW_DAYS)[LEAD_DAYS:]
