"""One night for all groups against one sequential `SELECT sum` over the 90 days behind it.

Measured is everything that a night does to its pieces (settled activity, health, states, flags, standings, cases), with
its commits, and the fleet's day. Each round is the next night, and goes on from the memories of the one before.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from community_ops.bench.measuring import Bench, Size
from groups.models import Group, Plan, Team, User
from lifecycle.bulk import copy_in, days_of
from lifecycle.fleet import roll_up
from lifecycle.health import judge_groups
from lifecycle.partitions import ensure_months
from lifecycle.pipeline import STAGES
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.stage import run_stages

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


def prepare(size: Size) -> State:
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
    eve = FIRST_DAY + timedelta(days=days - 1)
    for some in _pieces(ids, 2000):
        with transaction.atomic():
            judge_groups(some, FIRST_DAY, eve, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    return State(ids, eve)


def _pieces(ids: list[int], size: int) -> list[list[int]]:
    return [ids[at : at + size] for at in range(0, len(ids), size)]


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
    for some in _pieces(state.ids, settings.NIGHT_GROUPS_PER_ITEM):
        with transaction.atomic():
            run_stages(STAGES, some, state.day, state.day, now=NOW)
    roll_up([state.day])


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


BENCHES = (Bench("sweep.incremental", 1.0, FLOOR, prepare, select_sum, night, before_value=next_day, outcome=outcome),)
