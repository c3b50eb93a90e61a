"""What the judge is given of one day, worked out of all its rows: the full form of a single night.

The same as inputs.inputs_of says of that day, to the bit, without what only a pass over many days needs: sums of weeks
at one place of the week, and members by their last day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.carried import carried_of
from lifecycle.rules.exposure import exposure_of
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.lately import Lately
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Observations, Plans, first_orders, signal_of
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.rolling import named_by_last_day, share_of_one
from lifecycle.rules.serving import unserved_days
from lifecycle.rules.weeks import weeks_of_one_day
from lifecycle.rules.windows import is_look


def inputs_of_day(seen: Observations, lately: Lately, kinds: NDArray[np.int8], plans: Plans, memory: Memory) -> Inputs:
    """From LEAD_DAYS + 1 rows without who acted, and `lately`; sets the memory's first orders.

    `kinds`: calendar.day_kinds of the same rows. Raises ValueError when there are more or fewer rows.
    """
    if seen.shape[0] != LEAD_DAYS + 1:
        raise ValueError("one day has the rows of its lead-in and its own")
    day = seen.first + LEAD_DAYS
    memory.orders_since = first_orders(seen, plans, memory.orders_since)
    signal = signal_of(seen, plans, memory.orders_since)
    exposure = exposure_of(signal.observed, kinds)
    unserved = unserved_days(seen, signal, plans)
    share = share_of_one(lately.acted, plans)
    looked = is_look(np.array([[day]]))
    earlier = np.where(plans.transaction, 0, lately.before[1:])
    return Inputs(
        first=day,
        weeks=weeks_of_one_day(seen, signal, exposure, unserved),
        named=named_by_last_day(lately.acted, earlier, plans, day),
        carried=carried_of(signal, exposure, unserved, seen.members, day, memory),
        evidence=exposure.known[-1:],
        acted=signal.acts[-1:] > 0,
        share_at_look=np.where(looked, share, np.nan),
        share_of_one=share,
    )
