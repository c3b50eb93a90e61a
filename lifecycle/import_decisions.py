"""What a person decides on a file that was looked at: bring it in, drop it, or have it looked at again otherwise.

Every decision is one conditional update: of two at once one counts, and a second confirmation does nothing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from groups import audit, column_presets, outbox
from groups.models import User
from groups.sealing import unseal
from groups.sheets.matching import fingerprint
from lifecycle.group_matches import remember
from lifecycle.models import Import, ImportFile
from lifecycle.sources.choice import Choice, Columns

DAYS = "days"  # the kind of file for which columns are remembered
State = Import.State
UNDECIDED = (State.LOOKING, State.READY, State.QUEUED, State.RUNNING)


@transaction.atomic
def confirm(*, upload: Import, by: User, now: datetime, choices: Mapping[str, str | int] | None = None) -> bool:
    """Have a worker bring the file in, with its groups put down as `choices` say. False if that was decided before."""
    said = upload.group_choices if choices is None else dict(choices)
    decided = {"decided_at": now, "decided_by": by, "group_choices": said}
    if not _move(upload, (State.READY,), state=State.QUEUED, **decided):
        return False
    _call(upload, now)
    remember(
        team_id=upload.team_id,
        assigned={key.partition("|")[2]: said for key, said in upload.group_choices.items() if isinstance(said, int)},
    )
    audit.record(verb="import confirmed", thing=upload, by=by, now=now)
    return True


@transaction.atomic
def drop(*, upload: Import, by: User, now: datetime) -> bool:
    """Leave the file, at any time before its rows are in. False if it was too late for that."""
    found = Import.objects.filter(pk=upload.pk, state__in=UNDECIDED)
    if not found.update(
        state=State.DROPPED, claim=None, lease_until=None, finished_at=now, decided_at=now, decided_by=by
    ):
        return False
    audit.record(verb="import dropped", thing=upload, by=by, now=now)
    return True


@transaction.atomic
def choose_groups(*, upload: Import, choices: Mapping[str, str | int], now: datetime) -> bool:
    """Have the file looked at again with its groups put down so. False if it was decided on meanwhile."""
    return _look_again(upload, now, group_choices=dict(choices))


@transaction.atomic
def choose_columns(
    *, upload: Import, headers: list[str], columns: Columns, remembered: bool, by: User, now: datetime
) -> bool:
    """Have the file read again with these columns; remembered, the team's next file with these headers as well."""
    said = Choice({fingerprint(headers): columns}).as_json()
    if not _look_again(upload, now, choice=said):
        return False
    if remembered:
        (mapping,) = said.values()
        column_presets.remember(upload.team_id, DAYS, headers, mapping, by=by, now=now)
    return True


def choice_for(upload: Import) -> Choice:
    """How tables are to be read: as the team did before, but for this file as a person said."""
    return Choice.from_json(column_presets.all_of(upload.team_id, DAYS) | upload.choice)


def peek_of(upload: Import) -> dict[str, Any] | None:
    """Header, fields and first rows of the table; None when it is no table, or its file was deleted."""
    return _unsealed(upload, "sealed_peek")


def refused_rows_of(upload: Import) -> dict[str, Any] | None:
    """Header and refused rows as they stand in the file; None when there are none, or the file was deleted."""
    return _unsealed(upload, "sealed_refused")


def drop_forgotten(today: date) -> int:
    """Drop what nobody decided on before its file is deleted."""
    forgotten = Import.objects.filter(state=State.READY, file__delete_after__lt=today)
    return forgotten.update(state=State.DROPPED, finished_at=Now())


def _look_again(upload: Import, now: datetime, **fields: Any) -> bool:
    if not ImportFile.objects.filter(upload=upload).exists():
        return False
    again = {"state": State.LOOKING, "preview": None, "refusal_code": "", "refusal_figures": {}, "finished_at": None}
    states = (State.READY, State.REFUSED) if upload.is_table else (State.READY,)
    if not _move(upload, states, **again | fields):
        return False
    _call(upload, now)
    return True


def _move(upload: Import, states: tuple[State, ...], **fields: Any) -> bool:
    """From one of the states on, with fresh attempts for the worker."""
    found = Import.objects.filter(pk=upload.pk, state__in=states)
    moved = found.update(attempts=0, attempts_before=0, claim=None, lease_until=None, progress_done=0, **fields)
    if moved:
        upload.refresh_from_db()
    return bool(moved)


def _call(upload: Import, now: datetime) -> None:
    key = f"read_import:{upload.pk}:{uuid4().hex}"  # of one decision: who decides is one, by the update before
    outbox.post(key=key, kind="read_import", payload={"import_id": upload.pk}, now=now)


def _unsealed(upload: Import, column: str) -> dict[str, Any] | None:
    sealed = ImportFile.objects.filter(upload=upload).values_list(column, flat=True).first()
    return json.loads(zlib.decompress(unseal(bytes(sealed)))) if sealed else None
