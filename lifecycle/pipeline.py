"""THE MAP: how a day of facts becomes outcomes.

    ingest             files -> daily activity, acting members, coverage; marks groups whose past changed
      |                (lifecycle.imports, in a task of its own)
      v
    tick of beat       opens the nights that are due and finishes those that are done (lifecycle.nights)
      |
      v
    a piece of work    some groups, some days, one transaction (lifecycle.pieces, lifecycle.history):
      1 activity       observed days without a row become observed zeros
      2 health         the card of each group and day, its state, its flags, where it stands
      3 circumstances  flags that do not come from activity: owner absent, losing money
      4 cases          a standing flag that calls for a decision opens a case, or joins the open one
      5 outcomes       attempts are judged by the readings, snoozed cases wake, settled ones end;
                       what treatments did is measured beside similar groups
      |
      v
    fleet              how many groups stood where (lifecycle.fleet), when a night is done
      |
      v
    people             decide, act, and close the case (lifecycle.cases); stage 5 of the next nights measures it

Stages do not import one another: they meet in tables. Each is repeatable for any groups and days.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings

from lifecycle import fleet, history, nights, pieces, told_calendar
from lifecycle.activity import settle_activity
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.measuring import measure_treatments
from lifecycle.cases.opening import open_cases
from lifecycle.circumstances import judge_circumstances
from lifecycle.health import judge_groups
from lifecycle.held_off import nights_are_held_off
from lifecycle.stage import Stage, Tally


def _activity(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int | None:
    return settle_activity(group_ids, first_day, last_day)


def _health(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
    return judge_groups(group_ids, first_day, last_day, now=now)


def _circumstances(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
    return judge_circumstances(group_ids, last_day)


def _cases(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
    return open_cases(group_ids, last_day, now=now)


def _outcomes(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
    return evaluate_cases(last_day, now=now, group_ids=group_ids) + measure_treatments(last_day, group_ids)


STAGES = (
    Stage("activity", _activity),
    Stage("health", _health),
    Stage("circumstances", _circumstances, at_the_end=True),
    Stage("cases", _cases, at_the_end=True),
    Stage("outcomes", _outcomes, at_the_end=True),
)


class StillClaimed(RuntimeError):
    """Pieces are in the hands of other workers that do not finish them."""


def work_one(*, now: datetime, stages: Sequence[Stage] = STAGES) -> Tally | None:
    """Work one piece: of the oldest open night, else of a past that changed. None when nothing is free."""
    if piece := pieces.claim():
        return pieces.work(piece, stages, now=now)
    if past := history.claim():
        return history.work(past, stages, now=now)
    return None


def work_for(seconds: float, *, now: datetime, stages: Sequence[Stage] = STAGES) -> bool:
    """Work pieces until the time is up; whether some were left. What is complete by then is finished and counted."""
    until = time.monotonic() + seconds
    told_calendar.freshen()
    busy = True
    while busy and time.monotonic() < until:
        if nights_are_held_off():
            return False
        busy = work_one(now=now, stages=stages) is not None
    nights.finish_nights()
    if not busy:
        fleet.freshen()
    return busy


def run_to_the_end(*, now: datetime, stages: Sequence[Stage] = STAGES) -> Tally:
    """Work all that waits, in this process; returns what was done. Waits for pieces that others have claimed.

    Raises StillClaimed when others hold pieces for longer than their leases last.
    """
    done = Tally()
    told_calendar.freshen()
    give_up = _patience()
    while nights.pieces_left():
        if worked := work_one(now=now, stages=stages):
            done.add(worked)
            give_up = _patience()
        elif time.monotonic() > give_up:
            raise StillClaimed
        else:
            time.sleep(0.2)
    began = time.monotonic()
    nights.finish_nights()
    fleet.freshen()
    done.seconds["fleet"] += time.monotonic() - began
    return done


def _patience() -> float:
    return time.monotonic() + 3 * settings.NIGHT_LEASE_SECONDS
