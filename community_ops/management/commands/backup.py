"""`manage.py backup DIR`: everything that a restart on an empty server needs, but for the keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up.failures import BackupFailed
from community_ops.backing_up.saving import save
from community_ops.both_languages import in_both


class Command(BaseCommand):
    help = "Save the database with its uploads into the new folder DIR; the keys are to be kept apart."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            made = save(folder, now=timezone.now())
        except BackupFailed as failure:
            raise CommandError(str(failure)) from None
        held = made.contents
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        self.stdout.write(
            f"{folder}: {sum(held.rows.values())} rows of {len(held.rows)} tables, {size / 1e6:.1f} MB,"
            f" {made.seconds} s"
        )
        self.stdout.write(f"Head of the record: {held.seal_number}:{held.seal_digest}")
        self.stdout.write(
            in_both(
                format_lazy(
                    _("The keys are not in it: keep {names} (keys.env) in another place, or it cannot be read"),
                    names="SECRET_KEY, MEMBER_KEY, FILE_KEYS",
                )
            )
        )
