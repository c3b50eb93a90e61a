"""Idempotent import of canonical rows against a plain COPY of the same rows into the same partitioned table.

Measured is `lifecycle.ingest.bring_in`, all of it: lock, repeat check, groups, comparison with what is stored, writing,
marks of what must be judged anew, the finished import. Reading a file into canonical rows is measured by the benches of
parsers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from community_ops.bench.measuring import Bench, Size
from groups.leases import begun
from groups.models import Group, Team, User
from lifecycle.activity import SHAPE
from lifecycle.bulk import copy_in, days_of
from lifecycle.coverage import Asked
from lifecycle.ingest import bring_in
from lifecycle.models import Import
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.canonical import MEMBER, Canonical, GroupSaid
from lifecycle.sources.gathering import ACT, ROW

FIRST_DAY = date(2025, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
FLOOR = "plain binary COPY of the same rows into the same table"


@dataclass
class State:
    """The groups, the file and the plain rows for the floor."""

    owner: User
    team: Team
    found: Canonical
    plain: dict[str, np.ndarray]
    bytes_before: int = 0
    growth: float = 0.0


def prepare(size: Size) -> State:
    """Register the groups, make a file of one row for each group and day, and the partitions."""
    owner = User.objects.create(username="bench", display_name="Bench")
    team = Team.objects.create(name="Bench", slug=f"bench-{secrets.token_hex(4)}")
    keys = [f"group-{n:07d}" for n in range(size.groups)]
    Group.objects.bulk_create(
        [
            Group(
                team=team, platform="other", external_id=key, name=key, owner=owner, opened_on=FIRST_DAY, created_at=NOW
            )
            for key in keys
        ],
        batch_size=5000,
    )
    ids = dict(Group.objects.filter(team=team).values_list("external_id", "pk"))
    ensure_months(FIRST_DAY, FIRST_DAY + timedelta(days=size.days))
    rows = _rows(size)
    found = Canonical(
        kind="daily",
        encoding="utf-8",
        groups=[GroupSaid(key, "", "", FIRST_DAY, None) for key in keys],
        rows=rows,
        members=np.zeros(0, MEMBER),
        acts=np.zeros(0, ACT),
        rows_refused=0,
        refusals=[],
        content_hash="",
    )
    group_ids = np.array([ids[key] for key in keys], dtype="i4")
    plain = {name: rows[name].astype(SHAPE[name]) for name in ("known", *COUNTS)}
    plain |= {"group_id": group_ids[rows["group"]], "day": days_of(rows["day"])}
    return State(owner, team, found, plain)


def _rows(size: Size) -> np.ndarray:
    chance = np.random.default_rng(20260101)
    rows = np.zeros(size.groups * size.days, dtype=ROW)
    rows["group"] = np.repeat(np.arange(size.groups), size.days)
    rows["day"] = np.tile(np.arange(size.days) + FIRST_DAY.toordinal(), size.groups)
    for name, most in (("members", 500), ("joins", 5), ("leaves", 5), ("messages", 200), ("speakers", 40)):
        rows[name] = chance.integers(0, most, len(rows))
        rows["known"] |= KNOWN[name]
    return rows


def empty(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_daily")


def filled(state: State) -> None:
    """The table as a first import left it, with fresh statistics."""
    empty(state)
    plain_copy(state)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE lifecycle_daily")
        cursor.execute("CHECKPOINT")
    state.bytes_before = _table_bytes()


def plain_copy(state: State) -> None:
    with connection.cursor() as cursor:
        copy_in(cursor, "lifecycle_daily", state.plain)


def import_once(state: State, rows: np.ndarray | None = None) -> None:
    """Import the file as one that nobody has seen."""
    found = replace(state.found, content_hash=secrets.token_hex(32), rows=state.found.rows if rows is None else rows)
    upload = Import.objects.create(
        team=state.team,
        file_name="bench",
        file_bytes=0,
        file_hash="",
        state="running",
        attempts=1,
        uploaded_at=NOW,
        claim=uuid4(),
    )
    bring_in(
        upload=upload,
        lease=begun(upload),
        found=found,
        asked=Asked(),
        owner=state.owner,
        by=None,
        now=NOW,
        today=NOW.date(),
    )


def import_changed(state: State) -> None:
    rows = state.found.rows.copy()
    rows["messages"] += 1
    import_once(state, rows)


def outcome(state: State) -> dict[str, Any]:
    """What the last import said it did: a bench of something that did not happen would be worth nothing."""
    done = Import.objects.filter(state="done").latest("pk")
    return {"rows": len(state.found.rows), "new": done.rows_new, "changed": done.rows_changed}


def fresh_outcome(state: State) -> dict[str, Any]:
    told = outcome(state)
    return told | ({} if told["new"] == told["rows"] else {"broken": "not every row was new"})


def unchanged_outcome(state: State) -> dict[str, Any]:
    told = outcome(state) | {"growth": round(_table_bytes() / state.bytes_before - 1, 4)}
    if told["new"] or told["changed"] or told["growth"] > 0.01:
        told["broken"] = "rows were written although nothing had changed"
    return told


def changed_outcome(state: State) -> dict[str, Any]:
    told = outcome(state)
    return told | ({} if told["changed"] == told["rows"] else {"broken": "not every row was changed"})


def _table_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'lifecycle_daily'::regclass"
        )
        return int(cursor.fetchone()[0])


BENCHES = (
    Bench("ingest.fresh", 2.0, FLOOR, prepare, plain_copy, import_once, empty, empty, fresh_outcome),
    Bench("ingest.unchanged", 1.6, FLOOR, prepare, plain_copy, import_once, empty, filled, unchanged_outcome),
    Bench("ingest.changed", 4.2, FLOOR, prepare, plain_copy, import_changed, empty, filled, changed_outcome),
)
