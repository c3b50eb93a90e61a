"""Brings files in for tests, in this process."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from groups.models import Team
from groups.sheets.limits import COMMAND
from groups.tests.making import make_team, make_user
from lifecycle.coverage import Asked
from lifecycle.imports import bring_in_file
from lifecycle.models import Import
from lifecycle.models.activity import COUNTS, KNOWN

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


def import_bytes(
    content: bytes,
    *,
    team: Team | None = None,
    name: str = "upload.csv",
    first: str | None = None,
    last: str | None = None,
    **fields: Any,
) -> Import:
    """Import a file that holds `content`, covered from `first` to `last` if given."""
    team = team or Team.objects.first() or make_team()
    owner = fields.pop("owner", None) or make_user(team)
    asked = Asked(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return bring_in_file(
            path=path,
            team=team,
            owner=owner,
            **{"platform": "", "asked": asked, "limits": COMMAND, "now": NOW, "today": TODAY} | fields,
        )


def stored(team: Team | None = None) -> dict[tuple[str, str], dict[str, int]]:
    """The known counts by group key and ISO day, of one team or all."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT g.external_id, d.day, d.known, {', '.join('d.' + name for name in COUNTS)}"
            " FROM lifecycle_daily d JOIN groups_group g ON g.id = d.group_id WHERE %s IS NULL OR g.team_id = %s"
            " ORDER BY 1, 2",
            [team and team.pk] * 2,
        )
        return {
            (key, str(day)): {name: n for name, n in zip(COUNTS, counts, strict=True) if known & KNOWN[name]}
            for key, day, known, *counts in cursor.fetchall()
        }


def acting(team: Team | None = None) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """The acting members and their acts by group key and ISO day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.external_id, a.day, a.members, a.acts FROM lifecycle_acting a"
            " JOIN groups_group g ON g.id = a.group_id WHERE %s IS NULL OR g.team_id = %s ORDER BY 1, 2",
            [team and team.pk] * 2,
        )
        return {(key, str(day)): list(zip(members, acts, strict=True)) for key, day, members, acts in cursor.fetchall()}
