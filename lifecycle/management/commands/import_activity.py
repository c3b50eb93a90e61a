"""`manage.py import_activity FILE...`: brings in files or folders of any supported kind, each wholly or not at all."""

from __future__ import annotations

import json
import re
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from groups.models.group import Platform
from groups.sheets.limits import COMMAND
from groups.sheets.refusal import FileRefused
from groups.teams import ClockMoved
from lifecycle.coverage import Asked
from lifecycle.import_folders import exports_in, pack
from lifecycle.import_home import TeamNotTold, owner_for, team_for
from lifecycle.import_words import file_problem
from lifecycle.imports import bring_in_file
from lifecycle.models import Import
from lifecycle.sources import coverage_sheet

SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?")


class Command(BaseCommand):
    help = "Import activity: daily sheets, member days and chat exports (also packed), or folders of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--team", metavar="SLUG", help="the team that the groups belong to; made if it is new")
        parser.add_argument("--platform", choices=Platform.values, default="", help="where the files do not tell it")
        parser.add_argument(
            "--coverage",
            metavar="FILE or FROM..TO",
            help="from when to when the source was watching: 2026-01-01..2026-06-30 for all groups, or a sheet with "
            "group_id and any of observed_from (or first_message), observed_until, platform, name",
        )
        parser.add_argument("--json", type=Path, metavar="OUT", help="write what became of each file as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = _asked(options["coverage"])
        try:
            team, made = team_for(options["team"], now=timezone.now())
        except TeamNotTold as several:
            raise CommandError(f"Several teams could be meant. Say which: --team {' | '.join(several.slugs)}") from None
        except ClockMoved:
            raise CommandError(
                "The clock of the demo is ahead of the real day, and a real team would live by it. "
                "Remove the demo first: demo clear"
            ) from None
        if made:
            self.stdout.write(f"Made the team {team.slug}.")
        owner = owner_for(team)
        told = []
        for path in _files(options["files"]):
            started = time.monotonic()
            with _as_file(path) as file:
                upload = bring_in_file(
                    path=file,
                    team=team,
                    platform=options["platform"],
                    asked=asked,
                    owner=owner,
                    limits=COMMAND,
                    now=timezone.now(),
                    today=timezone.localdate(),
                )
            told.append(_told(path, upload, time.monotonic() - started))
            self.stdout.write(_line(told[-1]))
        if options["json"]:
            options["json"].write_text(json.dumps({"files": told}, ensure_ascii=False, indent=1), encoding="utf-8")
        refused = sum(1 for file in told if file["state"] == Import.State.REFUSED)
        if refused:
            raise CommandError(f"{refused} of {len(told)} files could not be used.")


def _asked(coverage: str | None) -> Asked:
    if not coverage:
        return Asked()
    span = SPAN.fullmatch(coverage)
    try:
        if span and any(span.groups()):
            first, last = (date.fromisoformat(day) if day else None for day in span.groups())
            return Asked(first, last)
        if not Path(coverage).is_file():
            raise CommandError(f"--coverage is neither FROM..TO (2026-01-01..2026-06-30) nor a file: {coverage}")
        return Asked(by_group=coverage_sheet.read(Path(coverage), COMMAND))
    except FileRefused as refused:
        raise CommandError(f"--coverage {coverage}: {file_problem(refused.code, refused.figures)}") from refused
    except ValueError as error:
        raise CommandError(f"--coverage {coverage}: {error}") from error


def _files(paths: list[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += exports_in(path)
        elif path.is_file():
            files.append(path)
        else:
            raise CommandError(f"There is no such file: {path}")
    if not files:
        raise CommandError("There is no file in the given folders.")
    return files


@contextmanager
def _as_file(path: Path) -> Iterator[Path]:
    """The path itself, or what lies in a folder as one archive."""
    if path.is_file():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        yield pack(path, Path(folder) / f"{path.resolve().name}.zip")


def _told(path: Path, upload: Import, seconds: float) -> dict[str, Any]:
    told = {
        "file": str(path),
        "state": upload.state,
        "kind": upload.kind,
        "groups": upload.groups_seen,
        "groups_made": upload.groups_made,
        "rows": {
            "new": upload.rows_new,
            "changed": upload.rows_changed,
            "unchanged": upload.rows_unchanged,
            "refused": upload.rows_refused,
        },
        "zero_days": upload.zero_days,
        "seconds": round(seconds, 2),
    }
    if upload.state == Import.State.REFUSED:
        told["problem"] = upload.refusal_code
        told["sentence"] = str(file_problem(upload.refusal_code, upload.refusal_figures))
    if upload.repeats:
        told["repeats"] = {"file": upload.repeats.file_name, "at": upload.repeats.uploaded_at.isoformat()}
    if upload.refusals:
        told["refusals"] = upload.refusals
    return told


def _line(told: dict[str, Any]) -> str:
    if "problem" in told:
        return f"{told['file']}: refused. {told['sentence']}"
    if "repeats" in told:
        return f"{told['file']}: the same content was imported at {told['repeats']['at']} as {told['repeats']['file']}."
    rows = told["rows"]
    return (
        f"{told['file']}: {told['kind']}, {told['groups']} groups ({told['groups_made']} new), "
        f"rows: {rows['new']} new, {rows['changed']} changed, {rows['unchanged']} unchanged, "
        f"{rows['refused']} refused; {told['zero_days']} days of observed silence; {told['seconds']} s"
    )
