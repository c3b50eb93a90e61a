"""One night for all groups against one sequential `SELECT sum` over the 90 days behind it.

Measured is everything that a night does to its pieces (settled activity, health, states, flags, standings, cases), with
its commits, and the fleet's day. Each round is the next night, and goes on from the memories of the one before:
incremental from what was kept, full from the days of 16 weeks, the last seven as the eve kept them. `mismatches` counts
the rows in which nights differ from one full pass over everything.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from community_ops.bench.measuring import Bench, Size, Taken, at_once
from groups.models import Group, Plan, Team, User
from lifecycle.bulk import copy_in, days_of
from lifecycle.fleet import roll_up
from lifecycle.health import judge_groups
from lifecycle.kept import all_kept
from lifecycle.partitions import ensure_months
from lifecycle.pipeline import STAGES
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.stage import run_stages
from lifecycle.week_packs import pack_through

FIRST_DAY = date(2026, 1, 1)
NOW = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
FLOOR = "select sum over 90 days"
FLOOR_DAYS = 90
MEMBERS = 60  # of each group
COUNTS = ("members", "leaves", "messages", "speakers", "ads")


@dataclass
class State:
    """The groups, and the night that comes next."""

    ids: list[int]
    day: date
    first_night: date


# Groups of other kinds, by their ids: days that nobody saw, members unknown, head counts unknown, sales, adverts.
OTHER_KINDS = (
    "DELETE FROM lifecycle_daily WHERE group_id %% 3 = 0 AND (group_id * 31 + (day - %(first)s) * 17) %% 10 = 0",
    "DELETE FROM lifecycle_acting WHERE group_id %% 4 = 1 OR (group_id %% 7 = 3 AND (day - %(first)s) %% 5 = 0)",
    "UPDATE lifecycle_daily SET speakers = 0, known = known & ~16 WHERE group_id %% 8 = 1",
    "UPDATE lifecycle_daily SET orders = speakers / 2, buyers = speakers / 3, known = known | 64 | 128"
    " WHERE group_id %% 5 = 2",
    "UPDATE groups_plan SET activity_kind = 'transaction' WHERE group_id %% 5 = 2",
    "UPDATE lifecycle_daily SET ads = messages * 2 / 3 WHERE group_id %% 9 = 4 AND (day - %(first)s) %% 60 > 40",
    "UPDATE lifecycle_daily SET leaves = 2 + group_id %% 3 WHERE (group_id + (day - %(first)s)) %% 11 = 0",
)


def prepare(size: Size, others: Sequence[str] = ()) -> State:
    """Groups of all sizes with their activity, judged up to the eve of the first night."""
    owner = User.objects.create(username="bench", display_name="Bench")
    team = Team.objects.create(name="Bench", slug="bench")
    made = [
        Group(team=team, platform="other", name=f"group-{n}", owner=owner, opened_on=FIRST_DAY, created_at=NOW)
        for n in range(size.groups)
    ]
    ids = [group.pk for group in Group.objects.bulk_create(made, batch_size=5000)]
    Plan.objects.bulk_create(
        [
            Plan(
                group_id=pk, team=team, monetization="repurchase", activity_kind="conversation", lifespan="lasting",
                starts_on=FIRST_DAY, made_at=NOW,
            )
            for pk in ids
        ],
        batch_size=5000,
    )  # fmt: skip
    days = max(size.days, LEAD_DAYS + 8)
    ensure_months(FIRST_DAY, FIRST_DAY + timedelta(days=days + size.rounds))
    chance = np.random.default_rng(20260101)
    for some in _pieces(ids, 2000):
        _fill(some, days + size.rounds, chance)
    with connection.cursor() as cursor:
        for statement in others:
            cursor.execute(statement, {"first": FIRST_DAY})
    eve = FIRST_DAY + timedelta(days=days - 1)
    pieces = _pieces(ids, 2000)
    at_once([lambda part=part: _judge_all(part, eve) for part in (pieces[0::2], pieces[1::2])])
    pack_through(eve)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    return State(ids, eve, eve + timedelta(days=1))


def _judge_all(pieces: Sequence[list[int]], last_day: date) -> None:
    """Judge these groups from their beginning."""
    for some in pieces:
        with transaction.atomic():
            judge_groups(some, FIRST_DAY, last_day, now=NOW)


def _pieces(ids: list[int], size: int) -> list[list[int]]:
    return [ids[at : at + size] for at in range(0, len(ids), size)]


def _ranges(ids: list[int], size: int) -> list[list[int]]:
    """The groups of each range of ids, as nights are cut (lifecycle.nights)."""
    return [list(some) for _, some in groupby(ids, lambda each: each // size)]


def _fill(ids: list[int], days: int, chance: np.random.Generator) -> None:
    """Counts and acting members of each group and day; a tenth of the groups falls silent on the way."""
    pace = chance.uniform(0.5, 12, len(ids))
    until = np.where(chance.random(len(ids)) < 0.1, chance.integers(0, days, len(ids)), days)
    speakers = chance.poisson(pace[:, None], (len(ids), days)) * (np.arange(days) < until[:, None])
    speakers = np.minimum(speakers, MEMBERS).astype("i4").reshape(-1)
    group = np.repeat(np.array(ids, dtype="i4"), days)
    day = np.tile(np.arange(days) + FIRST_DAY.toordinal(), len(ids))
    columns = {
        "group_id": group,
        "day": days_of(day),
        "known": np.full(len(group), sum(KNOWN[c] for c in COUNTS), "i2"),
    }
    columns |= {"members": np.full(len(group), MEMBERS, "i4"), "messages": 2 * speakers, "speakers": speakers}
    first = chance.integers(0, MEMBERS, len(group))
    sets = [
        [
            ",".join(str(member) for member in sorted((start + n) % MEMBERS for n in range(size)))
            for start in range(MEMBERS)
        ]
        for size in range(MEMBERS + 1)
    ]
    twos = [",".join(["2"] * size) for size in range(MEMBERS + 1)]
    names = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(days)]
    active = np.flatnonzero(speakers)
    lines = (
        f"{g}\t{names[d]}\t{{{sets[size][start]}}}\t{{{twos[size]}}}\n"
        for g, d, size, start in zip(
            group[active].tolist(),
            (active % days).tolist(),
            speakers[active].tolist(),
            first[active].tolist(),
            strict=True,
        )
    )
    with connection.cursor() as cursor:
        copy_in(cursor, "lifecycle_daily", columns)
        cursor.copy_expert(
            "COPY lifecycle_acting (group_id, day, members, acts) FROM STDIN", io.StringIO("".join(lines))
        )


def select_sum(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(
            "SELECT sum(messages) FROM lifecycle_daily WHERE day > %s AND day <= %s",
            [state.day - timedelta(days=FLOOR_DAYS), state.day],
        )
        cursor.fetchone()


def next_day(state: State) -> None:
    state.day += timedelta(days=1)


def night(state: State) -> None:
    _work(_ranges(state.ids, settings.NIGHT_GROUPS_PER_ITEM), state.day)
    roll_up([state.day])


def _work(pieces: Sequence[list[int]], day: date) -> None:
    for some in pieces:
        with transaction.atomic():
            run_stages(STAGES, some, day, day, now=NOW)


def next_full_day(state: State) -> None:
    """The next night finds no kept weeks; days that are over lie packed as the upkeep leaves them."""
    next_day(state)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lifecycle_keptpack WHERE day = %s", [state.day - timedelta(days=7)])
    pack_through(state.day - timedelta(days=1))


def night_of_two(state: State) -> list[Taken]:
    """The pieces of a night, every other one by each of two workers."""
    pieces = _ranges(state.ids, max(1, min(settings.NIGHT_GROUPS_PER_ITEM, len(state.ids) // 2)))
    workers = at_once([lambda part=part: _work(part, state.day) for part in (pieces[0::2], pieces[1::2])])
    roll_up([state.day])
    return workers


NIGHTS_A_ROUND = 7


def prepare_nights(size: Size) -> State:
    """Groups of all kinds, with days for several nights a round."""
    return prepare(replace(size, rounds=size.rounds * NIGHTS_A_ROUND), OTHER_KINDS)


def prepare_alike(size: Size) -> State:
    """Groups of one kind, with days for two nights a round."""
    return prepare(replace(size, rounds=size.rounds * 2))


def go_to_next_day(state: State) -> None:
    """The nights of a round but the last, which is measured."""
    for _ in range(NIGHTS_A_ROUND - 1):
        next_day(state)
        night(state)
    next_day(state)


# What the nights leave, without row ids.
LEFT = {
    "readings": "SELECT * FROM lifecycle_health",
    "standings": "SELECT * FROM lifecycle_standing",
    "changes": "SELECT group_id, day, before, after, evidence FROM lifecycle_statechange",
    "flags": "SELECT group_id, cause, severity, raised_on, earliest_sign_on, lowered_on FROM lifecycle_flag",
}
DIFFERENT = """
    SELECT (SELECT count(*) FROM (TABLE by_nights EXCEPT {left}) a)
        + (SELECT count(*) FROM ({left} EXCEPT TABLE by_nights) b)
"""


def mismatches(state: State) -> dict[str, Any]:
    """Rows, and parts of what is kept, that one full pass over everything leaves otherwise than the nights did."""
    told: dict[str, Any] = {"nights": (state.day - state.first_night).days + 1, "rows": 0}
    found = 0
    with connection.cursor() as cursor:
        for name, left in LEFT.items():
            cursor.execute(f"CREATE TEMP TABLE by_nights_{name} AS {left}")
            told["rows"] += cursor.rowcount
        by_nights = all_kept(cursor, np.array(state.ids))
        _judge_all(_pieces(state.ids, 2000), state.day)
        for name, left in LEFT.items():
            cursor.execute(DIFFERENT.format(left=left).replace("by_nights", f"by_nights_{name}"))
            found += cursor.fetchone()[0]
        by_one_pass = all_kept(cursor, np.array(state.ids))
        found += sum(by_one_pass[part] != by_nights[part] for part in by_nights)
    told |= {"ratio": found, "mismatches": found}
    return told | ({"broken": f"{found} rows differ"} if found else {})


def outcome(state: State) -> dict[str, Any]:
    """Every group has one reading for the last night, and stands on that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE score >= 0) FROM lifecycle_health WHERE day = %s", [state.day]
        )
        readings, scored = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM lifecycle_standing WHERE day = %s", [state.day])
        standings = cursor.fetchone()[0]
    told = {"groups": len(state.ids), "readings": readings, "scored": scored}
    return told | ({} if readings == standings == len(state.ids) else {"broken": "not every group was judged"})


BENCHES = (
    Bench(
        "sweep.incremental", 1.0, FLOOR, prepare_alike, select_sum, night, before_value=next_day, outcome=outcome,
        shares_data=True,
    ),
    Bench(
        "sweep.full", 6.0, FLOOR, prepare_alike, select_sum, night, before_value=next_full_day, outcome=outcome,
        shares_data=True,
    ),
    Bench(
        "sweep.two_workers", 0.59, "the full night by one worker", prepare_alike, night, night_of_two,
        before_floor=next_full_day, before_value=next_full_day, outcome=outcome, shares_data=True,
    ),
    Bench(
        "sweep.mismatches", 0, FLOOR, prepare_nights, select_sum, night, before_value=go_to_next_day,
        outcome=mismatches, shares_data=True,
    ),
)  # fmt: skip
