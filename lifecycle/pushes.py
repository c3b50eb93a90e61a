"""Takes in what a connected system tells of groups and days, by the rules of a file, in the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from groups.leases import begun
from groups.models import Team, User
from groups.names import shown_file_name
from lifecycle.coverage import Asked
from lifecycle.ingest import Outcome, bring_in
from lifecycle.models import Import, Source
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.canonical import canonical
from lifecycle.sources.gathering import Gathering

KIND = "api"


@dataclass(frozen=True)
class DayTold:
    """Counts of one group and day; a key of COUNTS that is not in `counts` is not known."""

    key: str
    name: str
    platform: str
    day: date
    counts: Mapping[str, int]


def source_of(team: Team, name: str) -> Source:
    """The source that a connected system is for a team."""
    return Source.objects.get_or_create(team=team, kind=KIND, name=name[:80])[0]


@transaction.atomic
def take_days(
    *, team: Team, system: str, rows: Sequence[DayTold], content: bytes, person: User, now: datetime, today: date
) -> tuple[Import, Outcome]:
    """Write the counts, register groups that are new as `person`'s, and mark what must be judged again.

    Each group and day stands once in `rows`. Absolute values: the same again changes nothing. A day that is over and
    told is a day on which the system was watching; a day that it does not tell stays unknown. Raises FileRefused for a
    group that cannot be told apart.
    """
    upload = Import.objects.create(
        team=team,
        source=source_of(team, system),
        kind=KIND,
        file_name=shown_file_name(system),
        file_bytes=len(content),
        file_hash=hashlib.sha256(content).hexdigest(),
        state=Import.State.RUNNING,
        attempts=1,
        claim=uuid4(),
        uploaded_at=now,
        uploaded_by=person,
    )
    gathering = Gathering(kind=KIND, most_rows=len(rows))
    for line, row in enumerate(rows, start=1):
        number = gathering.group(row.key, row.name, row.platform)
        known = sum(KNOWN[name] for name in row.counts)
        gathering.rows.add((number, row.day.toordinal(), known, line, *(row.counts.get(name, 0) for name in COUNTS)))
    found = canonical(gathering, b"")
    outcome = bring_in(
        upload=upload, lease=begun(upload), found=found, asked=Asked(), owner=person, by=person, now=now, today=today
    )
    if outcome is None:
        raise AssertionError("content of a connected system is never repeated")
    return upload, outcome
