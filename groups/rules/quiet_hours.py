"""Whether a time of day lies within quiet hours, which may go over midnight."""

from __future__ import annotations

from datetime import time


def is_within(at: time, begin: time, end: time) -> bool:
    """The first minute is quiet, the last is not; equal ends are no quiet hours at all."""
    if begin <= end:
        return begin <= at < end
    return at >= begin or at < end
