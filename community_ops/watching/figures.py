"""Reads, in one statement, how the machinery is: what waits, what is late, what was put aside, who fell silent.

One home for what `doctor`, `/metrics` and the alarms look at, so that they cannot disagree. None: nothing of the kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from lifecycle.nights import due_day

READ = """
    SELECT
        extract(epoch FROM clock_timestamp()),
        (SELECT extract(epoch FROM now() - max(applied)) FROM django_migrations),
        (SELECT count(*) FROM groups_outboxmessage WHERE sent_at IS NULL),
        (SELECT extract(epoch FROM now() - min(available_at)) FROM groups_outboxmessage
            WHERE sent_at IS NULL AND available_at <= now()),
        (SELECT jsonb_object_agg(name, extract(epoch FROM now() - at)) FROM lifecycle_tick),
        (SELECT min(day) FROM lifecycle_nightrun),
        (SELECT max(day) FROM lifecycle_nightrun WHERE done_at IS NOT NULL),
        (SELECT count(*) FROM lifecycle_nightitem WHERE state = 'todo'),
        (SELECT count(DISTINCT group_id) FROM lifecycle_nightfault WHERE state IN ('error', 'poison')),
        (SELECT count(*) FROM lifecycle_dirtygroup),
        (SELECT count(*) FROM lifecycle_import WHERE state IN ('looking', 'queued', 'running')),
        (SELECT extract(epoch FROM now() - min(uploaded_at)) FROM lifecycle_import
            WHERE state IN ('looking', 'queued', 'running')),
        (SELECT count(*) FROM lifecycle_import WHERE state = 'refused' AND finished_at > now() - interval '1 day'),
        (SELECT count(*) FROM lifecycle_sourceoutage WHERE ended_at IS NULL),
        (SELECT count(*) FROM groups_robot WHERE paused_at IS NOT NULL),
        (SELECT count(*) FROM groups_delivery WHERE state = 'todo' AND next_at <= now())
"""


@dataclass(frozen=True)
class Figures:
    """Ages are seconds by the clock of the database; `refused` are imports of the last day."""

    database_clock: float
    set_up: float  # since tables were last made or changed
    unsent: int
    oldest_unsent: float | None
    ticks: dict[str, float]
    first_night: date | None
    last_night: date | None
    due_night: date
    pieces_to_do: int
    put_aside: int
    to_judge_anew: int
    imports_waiting: int
    oldest_import: float | None
    imports_refused: int
    silent_sources: int
    robots_paused: int
    messages_waiting: int

    @property
    def since_tick(self) -> float:
        """Seconds without the nights' tick; where none was ever carried out, since something should ring."""
        return self.ticks.get("ensure_nights", self.set_up)

    @property
    def nights_late(self) -> int:
        """How many nights that are due are not done; 0 where there never was one."""
        if self.first_night is None:
            return 0
        last = self.last_night or self.first_night
        return max(0, (self.due_night - last).days + (self.last_night is None))


def read(*, now: datetime | None = None) -> Figures:
    """One statement. Raises django.db.Error when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        clock, set_up, unsent, oldest, ticks, first, last, *counts = cursor.fetchone()
    to_do, aside, anew, waiting, oldest_import, refused, silent, paused, messages = counts
    return Figures(
        database_clock=float(clock),
        set_up=_seconds(set_up) or 0.0,
        unsent=unsent,
        oldest_unsent=_seconds(oldest),
        ticks={name: max(0.0, float(age)) for name, age in json.loads(ticks or "{}").items()},
        first_night=first,
        last_night=last,
        due_night=due_day(now or timezone.now()),
        pieces_to_do=to_do,
        put_aside=aside,
        to_judge_anew=anew,
        imports_waiting=waiting,
        oldest_import=_seconds(oldest_import),
        imports_refused=refused,
        silent_sources=silent,
        robots_paused=paused,
        messages_waiting=messages,
    )


def _seconds(value: object) -> float | None:
    return None if value is None else max(0.0, float(str(value)))
