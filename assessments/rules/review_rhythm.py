"""When a group is to be reviewed next, and how many reviews were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Turn:
    """The review that is next: the day on which it falls due, and how many more fell due since without being held."""

    due_on: date
    missed: int


def next_review(*, begins_on: date, last_held_on: date | None, every_days: int, today: date) -> Turn:
    """Counted from the last review, or from the day on which the plan began.

    A review that is not held for a whole rhythm after its day counts as missed; the next one makes up for all.
    """
    due_on = max(begins_on, last_held_on or begins_on) + timedelta(days=every_days)
    return Turn(due_on, max((today - due_on).days // every_days, 0))
