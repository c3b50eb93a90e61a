"""What the platform allows when groups change their owner, and the plan of work that follows from it.

WeCom (developer documents 92127 and 95703): at most 100 groups in one call, 300 groups a day from one owner, and a
group at most twice within 90 days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

GROUPS_PER_CALL = 100
GROUPS_PER_DAY = 300
TIMES_PER_GROUP = 2
WITHIN_DAYS = 90


@dataclass(frozen=True)
class Batch:
    """Groups to hand over in one go on the platform, to one person, on the first day on which it takes them."""

    on: date
    to: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Waiting:
    """A group that the platform would refuse now, and the first day on which it takes it."""

    group: int
    until: date


@dataclass(frozen=True)
class Work:
    batches: tuple[Batch, ...]
    waiting: tuple[Waiting, ...]


def free_on(days: Collection[date], today: date) -> date:
    """The first day, from today on, on which a group that changed its owner on `days` may do so again."""
    recent = sorted(day for day in days if day > today - timedelta(days=WITHIN_DAYS))
    if len(recent) < TIMES_PER_GROUP:
        return today
    return recent[-TIMES_PER_GROUP] + timedelta(days=WITHIN_DAYS)


def work_of(takers: Mapping[int, int], past: Mapping[int, Collection[date]], given_today: int, today: date) -> Work:
    """Batches for the groups of one owner; `takers` maps each group to its new owner, those of one person together.

    `past` are the days of earlier hand-overs by group, `given_today` how many groups the owner gave away today.
    """
    free = {group: free_on(past.get(group, ()), today) for group in takers}
    waiting = tuple(Waiting(group, until) for group, until in free.items() if until > today)
    rest = [group for group, until in free.items() if until == today]
    batches: list[Batch] = []
    day, left = today, max(GROUPS_PER_DAY - given_today, 0)
    while rest:
        if not left:
            day, left = day + timedelta(days=1), GROUPS_PER_DAY
        to = takers[rest[0]]
        others = (place for place, group in enumerate(rest) if takers[group] != to)
        size = min(left, GROUPS_PER_CALL, next(others, len(rest)))
        batches.append(Batch(day, to, tuple(rest[:size])))
        rest, left = rest[size:], left - size
    return Work(tuple(batches), waiting)
