"""Replays an archive of real groups through the health rules and scores them; touches no database."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifecycle.evaluation.archive_files import read_archive
from lifecycle.evaluation.decisions import decisions_of
from lifecycle.evaluation.replay import replay
from lifecycle.evaluation.scoring import report
from lifecycle.rules.calendar import Region


class Command(BaseCommand):
    help = "Replay an archive of real groups through the health rules and score them against what happened."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=Path, help="group_id,date,member,messages")
        parser.add_argument(
            "--groups",
            type=Path,
            required=True,
            help="group_id,source,first_message,observed_until,left_truncated,kind",
        )
        parser.add_argument(
            "--daily", type=Path, help="group_id,date,messages,speakers; for groups that --members does not tell of"
        )
        parser.add_argument("--calendar", choices=[r.value for r in Region], default=Region.WEEKDAYS.value)
        parser.add_argument("--json", type=Path, help="where to write the figures")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["members"] and not options["daily"]:
            raise CommandError("Give --members or --daily.")
        try:
            archive, left_out = read_archive(options["groups"], options["members"], options["daily"])
        except (OSError, EOFError, csv.Error, ValueError) as problem:
            raise CommandError(f"Cannot read the archive: {problem}.") from problem
        for line in left_out.lines():
            self.stderr.write(line)
        wanted = [n for n, group in enumerate(archive.groups) if group.is_chat and not group.left_truncated]
        if not wanted:
            raise CommandError("No group of the archive is a chat that was seen from its beginning: nothing to judge.")
        replays = replay(archive.only(wanted), region=Region(options["calendar"]))
        found = report(decisions_of(replays), replays, len(archive.groups))
        if options["json"]:
            options["json"].write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(table_of(found))


COLUMNS = (
    ("n", "n", "d"),
    ("deaths", "deaths", "d"),
    ("auc_functional", "AUC funct.", ".3f"),
    ("auc_strict", "AUC strict", ".3f"),
    ("recall", "recall", ".2f"),
    ("false_flags_per_group_year", "false/yr", ".2f"),
    ("flips_per_group_year", "flips/yr", ".2f"),
    ("lead_days", "lead d", ".0f"),
)


def table_of(found: dict[str, Any]) -> str:
    """The figures as a plain table, one predictor or set of decisions a line."""
    lines = [f"{found['groups']} groups, {found['decisions']} decisions"]
    lines.append(f"{'':34}" + "".join(f"{title:>12}" for _, title, _ in COLUMNS))
    rows = [("judge, materially alive", found["overall"]), ("judge, all", found["all"])]
    rows += [(f"baseline {name}", row) for name, row in found["baselines"].items()]
    rows += [(f"source {name}", row) for name, row in found["by_source"].items()]
    rows += [(f"without {name}", row) for name, row in found["leave_one_source_out"].items()]
    for name, row in rows:
        cells = ("--" if row[key] is None else format(row[key], form) for key, _, form in COLUMNS)
        lines.append(f"{name:34}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)
