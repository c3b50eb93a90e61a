"""`manage.py restore DIR`: a backup into an empty database, compared with what was saved."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up.failures import BackupFailed
from community_ops.backing_up.restoring import later_beside, restore
from community_ops.both_languages import in_both
from community_ops.doctor.database import unapplied


class Command(BaseCommand):
    help = "Restore the backup DIR into an empty database, then compare counts, sums by month and the record."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--deletions",
            type=Path,
            nargs="*",
            default=[],
            metavar="DIR",
            help="later backups whose deletions are to be made again; those beside DIR are found by themselves",
        )
        parser.add_argument("--without-keys", action="store_true", help="although the keys of the backup are lost")

    def handle(self, *args: Any, folder: Path, deletions: list[Path], without_keys: bool, **options: Any) -> None:
        try:
            later = [*later_beside(folder), *deletions]
            done = restore(folder, later, now=timezone.now(), without_keys=without_keys)
        except BackupFailed as failure:
            raise CommandError(str(failure)) from None
        held = done.manifest.contents
        self.stdout.write(
            f"{sum(held.rows.values())} rows of {len(held.rows)} tables as of {done.manifest.made_at};"
            " counts, sums by month and the record are the same."
        )
        self.stdout.write(", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in done.seconds.items()))
        self.stdout.write(f"Groups whose people were deleted again: {done.groups_forgotten}")
        if done.rows_forgotten is not None:
            self.stdout.write(f"Rows that lost a person who had asked for it: {done.rows_forgotten}")
        if steps := unapplied():
            said = format_lazy(_("Run python3 manage.py prepare: {count} migrations are to come"), count=len(steps))
            self.stdout.write(in_both(said))
            lists = " ".join(str(each) for each in (folder, *later))
            self.stdout.write(f"Then forget people again: python3 manage.py person forget --again --list {lists}")
