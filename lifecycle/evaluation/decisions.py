"""Turns replayed groups into weekly decisions: who could be judged, what the predictors knew, and what came after.

Definitions, so that figures compare over time: a decision every 7 days; eligible at an age of 56 days and 10 active
days, with a message in the last 30 days and 120 observed days ahead. Materially alive: the last 28 days had 8 messages
and 3 speakers, and days 29 to 112 back had 8 messages per 28 days.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lifecycle.evaluation.labels import first_within, functional_deaths, onsets, strict_deaths
from lifecycle.evaluation.replay import Replay
from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.windows import trailing_sum

EVERY_DAYS = 7
LEAST_AGE, LEAST_ACTIVE, MOST_SILENCE, AHEAD_DAYS = 56, 10, 30, 120
ALIVE_MESSAGES, ALIVE_SPEAKERS = 8, 3
WITHIN_DAYS = 30
FAST_DAYS, SLOW_DAYS = 14, 56


@dataclass(frozen=True)
class Decisions:
    """One entry per decision, in order of group and day."""

    group: Ints  # place in the replays
    at: Ints  # days since the group's first day
    material: Bools
    functional: Bools  # dies within 30 days
    strict: Bools
    death: Ints  # the onset of a death of either kind within 30 days; -1 = none
    score: Ints  # the judge's, in hundredths
    silence: Ints  # days since the last message
    messages_28: Ints
    messages_before: Ints  # the 28 days before those
    ewma: Floats  # fast over slow average
    speakers_28: Ints

    def only(self, keep: Bools) -> Decisions:
        return Decisions(*(getattr(self, field.name)[keep] for field in fields(self)))


def decisions_of(replays: list[Replay]) -> Decisions:
    """All eligible decisions of all groups."""
    columns = [_of_group(n, found) for n, found in enumerate(replays)]
    return Decisions(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))


def weekly_days(found: Replay) -> Ints:
    """The days on which a group is looked at, as days since its first."""
    return np.arange(0, found.days, EVERY_DAYS)


def _of_group(n: int, found: Replay) -> tuple[np.ndarray, ...]:
    messages = found.messages
    column = messages[:, None]
    sum_28 = trailing_sum(column, 28)[:, 0]
    before_112 = trailing_sum(column, 112)[:, 0] - sum_28
    before_56 = trailing_sum(column, 56)[:, 0] - sum_28
    active = np.cumsum(messages > 0)
    days = np.arange(found.days)
    silence = days - np.maximum.accumulate(np.where(messages > 0, days, 0))
    at = weekly_days(found)
    at = at[(at >= LEAST_AGE) & (at + AHEAD_DAYS < found.days)]
    at = at[(active[at] >= LEAST_ACTIVE) & (silence[at] < MOST_SILENCE) & (found.score[at] >= 0)]
    functional, strict = functional_deaths(messages), strict_deaths(messages)
    fast, slow = _average(messages, FAST_DAYS), _average(messages, SLOW_DAYS)
    return (
        np.full(len(at), n),
        at,
        (sum_28[at] >= ALIVE_MESSAGES)
        & (found.speakers_28[at] >= ALIVE_SPEAKERS)
        & (before_112[at] >= 3 * ALIVE_MESSAGES),
        first_within(functional, at, WITHIN_DAYS) >= 0,
        first_within(strict, at, WITHIN_DAYS) >= 0,
        first_within(onsets(functional | strict), at, WITHIN_DAYS),
        found.score[at],
        silence[at],
        sum_28[at],
        before_56[at],
        (fast / np.maximum(slow, 1e-9))[at],
        found.speakers_28[at],
    )


def _average(messages: Ints, days: int) -> Floats:
    """Exponentially weighted average with the centre of mass of a window of so many days."""
    alpha = 2.0 / (days + 1)
    average, found = float(messages[0]) if len(messages) else 0.0, np.zeros(len(messages))
    for day, count in enumerate(messages.tolist()):
        average += alpha * (count - average)
        found[day] = average
    return found
