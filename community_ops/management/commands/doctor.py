"""`manage.py doctor`: looks over the installation and says what to do; ends with 1 where something does not work."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.both_languages import in_both
from community_ops.doctor import broker, clockwork, database, keys, machine, outside
from community_ops.doctor.findings import Finding, State, fault
from community_ops.watching import figures

MARKS = {State.GOOD: "ok  ", State.NOTE: "note", State.FAULT: "BAD "}


class Command(BaseCommand):
    help = "Look over the installation: what does not work, what to do about it. Ends with 1 where something is bad."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        found = look(timezone.now())
        for each in found:
            self.stdout.write(f"{MARKS[each.state]}  {each.part}: {in_both(each.said)}")
            if each.remedy:
                self.stdout.write(f"      -> {in_both(each.remedy)}")
        counts = Counter(each.state for each in found)
        self.stdout.write(", ".join(f"{state}: {counts[state]}" for state in State))
        if options["json"]:
            rows = [
                {"state": each.state, "part": each.part, "said": str(each.said), "remedy": str(each.remedy)}
                for each in found
            ]
            options["json"].write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        if counts[State.FAULT]:
            sys.exit(1)


def look(now: datetime) -> list[Finding]:
    """Every part. What needs the database is left out when that does not answer, and said so."""
    found = machine.look(timezone.localdate(now))
    try:
        found += database.look()
    except Error as error:
        found.append(
            fault(
                "database",
                format_lazy(_("It does not answer: {error}"), error=type(error).__name__),
                _("Start PostgreSQL, and see whether DATABASE_URL and its password are right"),
            )
        )
        return [*found, *broker.look(), *outside.look()]
    found += broker.look()
    try:
        read = figures.read(now=now)
        found.append(machine.of_clock(datetime.now().timestamp() - read.database_clock))
        found += [*keys.look(), *clockwork.look(read, now)]
    except Error as error:
        found.append(
            fault(
                "tables",
                format_lazy(_("They cannot be read: {error}"), error=type(error).__name__),
                _("Run python3 manage.py prepare"),
            )
        )
    return [*found, *outside.look()]
