"""Remembers how a team matched the columns of files with just these headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from groups.models import ColumnPreset, User
from groups.sheets.matching import fingerprint


def remembered(team_id: int, what: str, headers: Sequence[str]) -> dict[str, Any] | None:
    """What the team said last time of files with these headers, or None."""
    found = ColumnPreset.objects.filter(team=team_id, what=what, headers_hash=fingerprint(headers)).first()
    return found.mapping if found else None


def all_of(team_id: int, what: str) -> dict[str, dict[str, Any]]:
    """All that the team said of a kind of file, by the fingerprint of the headers."""
    return dict(ColumnPreset.objects.filter(team=team_id, what=what).values_list("headers_hash", "mapping"))


def remember(
    team_id: int, what: str, headers: Sequence[str], mapping: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    """Keep a way of matching; it takes the place of the one before."""
    ColumnPreset.objects.update_or_create(
        team_id=team_id,
        what=what,
        headers_hash=fingerprint(headers),
        defaults={"mapping": dict(mapping), "kept_by": by, "kept_at": now},
    )


def forget(team_id: int, what: str, headers: Sequence[str]) -> None:
    ColumnPreset.objects.filter(team=team_id, what=what, headers_hash=fingerprint(headers)).delete()
