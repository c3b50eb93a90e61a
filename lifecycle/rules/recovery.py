"""From the readings after a revival attempt to its result: recovered, failed, or too early to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Result(StrEnum):
    PENDING = "pending"
    RECOVERED = "recovered"
    FAILED = "failed"


@dataclass(frozen=True)
class Bar:
    """Scores in hundredths, days are known days since the attempt began."""

    healthy: int = 6000
    check_every: int = 7
    not_before: int = 7
    checks: int = 2
    over_after: int = 28  # the window of the attempt and of its evaluation


@dataclass(frozen=True)
class Judgement:
    """`checks` are the days and scores looked at, oldest first; `known_days` how many readings carried a score."""

    result: Result
    checks: tuple[tuple[date, int], ...]
    known_days: int


def judge_attempt(readings: Sequence[tuple[date, int]], bar: Bar | None = None) -> Judgement:
    """Judge an attempt by the daily scores after its first day, oldest first, -1 = not known.

    One check per seven known days, only after day 7: a burst paid for by a red packet has passed by then. Two healthy
    checks in a row are a recovery. Days without a score do not count, so an outage neither fails nor saves an attempt.
    """
    limits = bar or Bar()
    known = [(day, score) for day, score in readings if score >= 0]
    checks = tuple(
        known[place - 1]
        for place in range(limits.check_every, min(len(known), limits.over_after) + 1, limits.check_every)
        if place > limits.not_before
    )
    in_a_row = 0
    for _, score in checks:
        in_a_row = in_a_row + 1 if score >= limits.healthy else 0
        if in_a_row >= limits.checks:
            return Judgement(Result.RECOVERED, checks, len(known))
    over = len(known) >= limits.over_after
    return Judgement(Result.FAILED if over else Result.PENDING, checks, len(known))
