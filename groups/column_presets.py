"""Remembers how a team matched the columns of files with just these headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from groups.models import ColumnPreset, User
from groups.sheets.matching import matching_form


def hash_of(headers: Sequence[str]) -> str:
    """Equal for headers that read alike, in the same order."""
    return hashlib.sha256(json.dumps([matching_form(header) for header in headers]).encode()).hexdigest()


def remembered(team_id: int, what: str, headers: Sequence[str]) -> dict[str, int] | None:
    """The place of each field as the team matched it last time, or None."""
    found = ColumnPreset.objects.filter(team=team_id, what=what, headers_hash=hash_of(headers)).first()
    return found.mapping if found else None


def remember(
    team_id: int, what: str, headers: Sequence[str], mapping: Mapping[str, int], *, by: User, now: datetime
) -> None:
    """Keep a way of matching; it takes the place of the one before."""
    ColumnPreset.objects.update_or_create(
        team_id=team_id,
        what=what,
        headers_hash=hash_of(headers),
        defaults={"mapping": dict(mapping), "kept_by": by, "kept_at": now},
    )


def forget(team_id: int, what: str, headers: Sequence[str]) -> None:
    ColumnPreset.objects.filter(team=team_id, what=what, headers_hash=hash_of(headers)).delete()
