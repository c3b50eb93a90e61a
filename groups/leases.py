"""Work that a row stands for: claimed by one worker at a time, for as long as it says that it lives.

The row is the queue and its lease is by the clock of the database. Whoever lost the claim finds out when it tells how
far it is, and at the latest when it finishes: that is a conditional update inside the transaction of its data.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models, transaction

LEASE = timedelta(minutes=2)
TELL_EVERY = 1.0  # seconds between two notes of progress
CLAIM = """
    UPDATE {table} SET attempts = attempts + 1, claim = %(claim)s, lease_until = clock_timestamp() + %(lease)s,
        state = COALESCE(%(becomes)s::jsonb ->> state, state), progress_done = 0, progress_total = NULL
    WHERE id = %(id)s AND state = ANY(%(states)s) AND (lease_until IS NULL OR lease_until < clock_timestamp())
    RETURNING attempts, state
"""
TELL = """
    UPDATE {table} SET lease_until = clock_timestamp() + %(lease)s, progress_done = %(done)s, progress_total = %(total)s
    WHERE id = %(id)s AND claim = %(claim)s AND state = %(state)s
"""


class TakenOver(Exception):
    """The work was cancelled, or another worker is at it now. Nothing may be written."""


@dataclass
class Lease:
    """The claim of this worker on a row in a state; `attempt` counts from 1."""

    model: type[models.Model]
    pk: int
    state: str
    claim: UUID
    attempt: int
    told_at: float = field(default_factory=time.monotonic)
    told: tuple[int, int | None] = (0, None)
    part: tuple[int, int] | None = None  # of the whole, in per cent, that is told of now
    _beside: Any = None

    def tell(self, done: int, total: int | None = None) -> None:
        """Say how far the work is, at most once a second, and keep the claim. Raises TakenOver."""
        if time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.reach(done, total)

    def stretch(self, begins: int, ends: int) -> None:
        """What is told from now on is this part of the whole, in per cent: work of several steps tells one progress."""
        self.part = begins, ends

    def reach(self, done: int, total: int | None = 100) -> None:
        """Say it at once, after a step that took long. Raises TakenOver."""
        if self.part and total:
            begins, ends = self.part
            done, total = begins + (ends - begins) * done // total, 100
        self._say(done, total)

    def _say(self, done: int, total: int | None) -> None:
        self.told_at, self.told = time.monotonic(), (done, total)
        told = {"id": self.pk, "claim": str(self.claim), "state": self.state, "done": done, "total": total}
        with (self._beside or connection).cursor() as cursor:
            cursor.execute(TELL.format(table=self.model._meta.db_table), told | {"lease": LEASE})
            if not cursor.rowcount:
                raise TakenOver(self.pk)

    def keep(self) -> None:
        """Keep the claim before a step that takes long. Raises TakenOver."""
        self._say(*self.told)

    @contextmanager
    def beside_a_transaction(self) -> Iterator[None]:
        """Within this block a transaction can be open while others see how far it is: by a connection of its own."""
        if not connection.in_atomic_block:  # else its row may not even be visible to others
            self._beside = connection.copy()
        try:
            yield
        finally:
            if self._beside is not None:
                self._beside.close()
                self._beside = None

    @property
    def rows(self) -> models.QuerySet[Any]:
        """The row, as long as this claim on it holds."""
        return self.model._default_manager.filter(pk=self.pk, claim=self.claim, state=self.state)

    def finish(self, **fields: Any) -> None:
        """Leave the state, with what came of it. Call it inside the transaction of the data. Raises TakenOver."""
        if not self.rows.update(claim=None, lease_until=None, attempts=0, **fields):
            raise TakenOver(self.pk)

    def release(self) -> None:
        """Let the next attempt begin at once."""
        self.rows.update(claim=None, lease_until=None)


def begun(row: Any) -> Lease:
    """The claim on a row that was made for work which is done here and now, with a `claim` of its own."""
    return Lease(type(row), row.pk, row.state, row.claim, row.attempts)


def claim(
    model: type[models.Model], pk: int, states: Sequence[str], becomes: Mapping[str, str] | None = None
) -> Lease | None:
    """The claim on a row in one of the states, or None if it is in another or under a living lease.

    `becomes`: into which state a claim moves a row that was only waiting.
    """
    token = uuid4()
    told = {"id": pk, "claim": str(token), "states": list(map(str, states)), "lease": LEASE}
    told["becomes"] = json.dumps({str(one): str(other) for one, other in (becomes or {}).items()})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM.format(table=model._meta.db_table), told)
        found = cursor.fetchone()
    return Lease(model, pk, found[1], token, found[0]) if found else None
