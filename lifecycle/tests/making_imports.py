"""Brings files in for tests, in this process."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from groups.models import Team, User
from groups.sheets.limits import COMMAND
from groups.tests.making import make_team, make_user
from lifecycle.coverage import Asked
from lifecycle.import_decisions import confirm
from lifecycle.imports import bring_in_file, receive, run
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


def uploaded(content: bytes, *, by: User, name: str = "a.csv", **fields: Any) -> Import:
    """An upload of somebody who works in one team, not looked at yet."""
    team = fields.pop("team", None) or Team.objects.get(memberships__user=by)
    return receive(team=team, file_name=name, content=content, by=by, **{"now": NOW} | fields)


def looked_at(content: bytes, *, by: User, **fields: Any) -> Import:
    """An upload that a worker has looked at."""
    upload = uploaded(content, by=by, **fields)
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    return upload


def confirmed(upload: Import, *, by: User, choices: dict[str, str | int] | None = None) -> Import:
    """The same once its preview was confirmed; the worker has not come yet."""
    assert confirm(upload=upload, choices=choices, by=by, now=NOW)
    upload.refresh_from_db()
    return upload


def brought_in(content: bytes, *, by: User, choices: dict[str, str | int] | None = None, **fields: Any) -> Import:
    """An upload that was looked at, confirmed and brought in."""
    upload = confirmed(looked_at(content, by=by, **fields), by=by, choices=choices)
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    return upload


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
