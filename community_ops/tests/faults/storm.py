"""Faults at random upon everything that runs, while nights, files and requests go on; and what must be true after."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from community_ops.embedded.postgres import Postgres
from community_ops.tests.faults import making
from community_ops.tests.faults.crew import Crew
from community_ops.tests.faults.database import crash
from community_ops.tests.faults.traffic import Taken
from groups import audit_chain, money_check
from groups.models import Group, OutboxMessage, ShopOrder, Team, User
from lifecycle import nights, pipeline
from lifecycle.import_decisions import confirm
from lifecycle.imports import receive
from lifecycle.models import DailyActivity, Import, MemberEvent, NightFault, NightItem

Answer = TypeVar("Answer")
FAULTS = ("worker", "beat", "web", "emptied broker", "broker", "database", "connections")
DIFFERENT = """
    SELECT count(*) FROM (
        (TABLE as_it_is EXCEPT SELECT * FROM lifecycle_health) UNION ALL
        (SELECT * FROM lifecycle_health EXCEPT TABLE as_it_is)) differing
"""
END_CONNECTIONS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def patiently(work: Callable[[], Answer], seconds: float = 60) -> Answer:
    """Again and again while the database is away."""
    until = time.monotonic() + seconds
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@dataclass
class Files:
    """Uploads of one person: file `n` says the messages of one group of its own on every day."""

    team: Team
    by: User
    keys: Sequence[str]
    days: Sequence[date]
    wanted: dict[tuple[str, str], int] = field(default_factory=dict)
    sent: int = 0

    def send(self) -> None:
        """One more file, kept once however often the connection is lost while it is."""
        if self.sent >= len(self.keys):
            return
        key, name = self.keys[self.sent], f"days-{self.sent}.csv"
        told = {day.isoformat(): 10 * self.sent + place for place, day in enumerate(self.days)}
        lines = ["group_id,date,messages", *(f"{key},{day},{messages}" for day, messages in told.items())]
        content = "\n".join(lines).encode()

        def keep() -> None:
            if not Import.objects.filter(file_name=name).exists():
                receive(team=self.team, file_name=name, content=content, by=self.by, now=timezone.now())

        patiently(keep)
        self.sent += 1
        self.wanted |= {(key, day): messages for day, messages in told.items()}

    def decide(self) -> None:
        """Confirm what was looked at."""
        for upload in patiently(lambda: list(Import.objects.filter(state=Import.State.READY))):
            patiently(lambda upload=upload: confirm(upload=upload, by=self.by, now=timezone.now()))


class Storm:
    """The crew and what it works with, and one fault after the other."""

    def __init__(self, crew: Crew, postgres: Postgres, chance: random.Random) -> None:
        self.crew, self.postgres, self.chance = crew, postgres, chance
        self.befell: Counter[str] = Counter()
        self.to_come: list[str] = []

    def strike(self) -> None:
        """The next fault; each kind comes once before any comes again."""
        if not self.to_come:
            self.to_come = self.chance.sample(FAULTS, len(FAULTS))
        fault = self.to_come.pop()
        self.befell[fault] += 1
        number = self.chance.randrange(4)
        if fault in ("worker", "beat"):
            self.crew.kill(fault, number)
        elif fault == "web":
            self.crew.kill("gunicorn")
        elif fault == "emptied broker":
            with self.crew.client() as client:
                client.flushall()
        elif fault == "broker":
            self.crew.restart_broker()
        elif fault == "database":
            crash(self.postgres)
        else:
            patiently(self._end_connections)

    def _end_connections(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(END_CONNECTIONS)

    def rage(self, seconds: float, between: tuple[float, float], meanwhile: Callable[[], None]) -> None:
        """Strike again and again; `meanwhile` is called about four times a second."""
        until = time.monotonic() + seconds
        next_at = time.monotonic() + self.chance.uniform(*between)
        while time.monotonic() < until:
            if time.monotonic() >= next_at:
                self.strike()
                next_at = time.monotonic() + self.chance.uniform(*between)
            self.crew.supervise()
            meanwhile()
            time.sleep(0.25)


def is_quiet() -> bool:
    """Whether nothing waits: no piece of a night, no past to be judged anew, no message, no file."""
    return not (
        nights.pieces_left()
        or OutboxMessage.objects.filter(sent_at=None).exists()
        or Import.objects.exclude(state=Import.State.DONE).exists()
    )


def what_is_wrong(group_ids: Sequence[int], days: Sequence[date], taken: Taken, files: Files | None) -> list[str]:
    """Sentences on what was lost, doubled or is other than one undisturbed process makes it; none when all is well."""
    found: list[str] = []
    rows = making.rows_per_group_and_day()
    wanted = {(group_id, day) for group_id in group_ids for day in days}
    if missing := wanted - set(rows):
        found.append(f"{len(missing)} of {len(wanted)} readings are missing")
    if doubled := [place for place, count in rows.items() if count > 1]:
        found.append(f"{len(doubled)} readings are there twice")
    if NightItem.objects.filter(state=NightItem.State.TODO).exists():
        found.append("a piece of a night was not worked")
    if aside := NightFault.objects.exclude(state="settled").count():
        found.append(f"{aside} groups are put aside")
    found += _of_what_was_sent(taken, files)
    found += [f"seal {each.number} of the record does not hold" for each in audit_chain.broken(None)]
    if different := money_check.differences():
        found.append(f"{len(different)} months of money are not the sum of their lines")
    if (other := _different_from_one_process(days)) and not missing:
        found.append(f"{other} readings are other than one process makes them")
    return found


def _of_what_was_sent(taken: Taken, files: Files | None) -> list[str]:
    keys = dict(Group.objects.values_list("pk", "external_id"))
    stands = {(keys[row.group_id], str(row.day)): row.count("messages") for row in DailyActivity.objects.all()}
    wanted = taken.messages | (files.wanted if files else {})
    found = []
    if lost := sum(stands.get(place) != messages for place, messages in wanted.items()):
        found.append(f"{lost} of {len(wanted)} figures are not those that were taken last")
    orders = Counter(ShopOrder.objects.values_list("number", flat=True))
    if set(orders) != set(taken.orders) or set(orders.values()) - {1}:
        found.append(f"{len(orders)} orders of {len(taken.orders)}, at most {max(orders.values(), default=0)} times")
    if (joins := MemberEvent.objects.count()) != len(taken.joins):
        found.append(f"{joins} joins of {len(taken.joins)}")
    return found


def _different_from_one_process(days: Sequence[date]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS as_it_is")
        cursor.execute("CREATE TEMP TABLE as_it_is AS SELECT * FROM lifecycle_health")
        nights.open_nights(days, now=timezone.now(), again=True)
        pipeline.run_to_the_end(now=timezone.now())
        cursor.execute(DIFFERENT)
        return cursor.fetchone()[0]
