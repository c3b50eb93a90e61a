"""Who acted lately, moved on by one day."""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.kept import REMEMBERED_DAYS, Acted
from lifecycle.rules.windows import Acting


def acted_after(before: Acted, today: Acting, past: Acting, ordinal: int) -> Acted:
    """Add those of today, take what they did on the day that leaves the window, forget who has not acted for long.

    `today` and `past`, the entries of those two days, are sorted by group and member.
    """
    keys, acts, last = before.keys, before.acts.copy(), before.last.copy()
    at, here = _places(keys, past)
    acts[at[here]] -= past.acts[here]
    at, here = _places(keys, today)
    acts[at[here]] += today.acts[here]
    last[at[here]] = ordinal
    # Where each entry comes from: of those that were there, or behind them of those that are new.
    stay = np.flatnonzero(last > ordinal - REMEMBERED_DAYS)
    come = np.flatnonzero(~here)
    source = np.insert(stay, np.searchsorted(stay, at[come]), len(last) + np.arange(len(come)))
    new = np.full(len(come), ordinal, dtype=last.dtype)
    return Acted(
        np.concatenate([before.group, today.group[come]])[source],
        np.concatenate([before.member, today.member[come]])[source],
        np.concatenate([last, new])[source],
        np.concatenate([acts, today.acts[come]])[source],
    )


def _places(keys: Ints, acting: Acting) -> tuple[Ints, Bools]:
    """Where each entry stands or belongs among the keys, and whether it stands there."""
    wanted = acting.group.astype(np.int64) << 32 | acting.member
    at = np.searchsorted(keys, wanted)
    here = at < len(keys)
    here[here] = keys[at[here]] == wanted[here]
    return at, here
