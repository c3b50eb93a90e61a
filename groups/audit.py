"""Writes one append-only row for a change, inside the transaction of that change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from groups.models import AuditEntry, User


class AuditOutsideTransaction(RuntimeError):
    """A record that could outlive a rolled-back change was refused."""


def record(
    *,
    verb: str,
    thing: models.Model,
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append who did what to which object. `before` and `after` hold only JSON values, no personal identifiers."""
    (entry,) = record_all(verb=verb, things=[thing], by=by, now=now, before=before, after=after, reason=reason)
    return entry


def record_all(
    *,
    verb: str,
    things: Sequence[models.Model],
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> list[AuditEntry]:
    """Append the same for several objects in one statement, as `record` does for one."""
    if not transaction.get_connection().in_atomic_block:
        raise AuditOutsideTransaction(verb)
    return AuditEntry.objects.bulk_create([_entry(thing, verb, by, now, before, after, reason) for thing in things])


def _entry(
    thing: models.Model,
    verb: str,
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "",
        team_id=thing.pk if thing._meta.model_name == "team" else getattr(thing, "team_id", None),
        verb=verb,
        object_type=thing._meta.model_name or "",
        object_id=thing.pk,
        object_name=str(thing)[:160],
        before=before,
        after=after,
        reason=reason,
    )


@dataclass(frozen=True)
class Told:
    """One of many objects that change together."""

    pk: int
    team_id: int
    name: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def record_many(
    things: Iterable[Told], *, verb: str, object_type: str, by: User | None, now: datetime, reason: str = ""
) -> None:
    """Append one row for each of many objects of a kind, a thousand in a statement."""
    if not transaction.get_connection().in_atomic_block:
        raise AuditOutsideTransaction(verb)
    shared = _shared(verb, object_type, by, now, reason)
    entries = [
        AuditEntry(
            team_id=thing.team_id,
            object_id=thing.pk,
            object_name=thing.name[:160],
            before=thing.before or None,
            after=thing.after or None,
            **shared,
        )
        for thing in things
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=1000)


def entry_of_many(*, verb: str, object_type: str, by: User | None, now: datetime, reason: str = "") -> AuditEntry:
    """What the rows of many objects have in common, not saved: for a statement that fills in the rest of each."""
    return AuditEntry(**_shared(verb, object_type, by, now, reason))


def _shared(verb: str, object_type: str, by: User | None, now: datetime, reason: str) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": by.pk if by else None,
        "actor_name": str(by) if by else "",
        "verb": verb,
        "object_type": object_type,
        "reason": reason,
    }
