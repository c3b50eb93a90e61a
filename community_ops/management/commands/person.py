"""`manage.py person export|forget|list`: what is kept of one person, and the end of it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from community_ops.backing_up import deletions
from community_ops.backing_up.failures import BackupFailed
from community_ops.people.data_of_person import taken_out
from community_ops.people.forgetting import NobodyKnown, StillWorksHere, forget, forget_again
from groups.models import Forgotten


class Command(BaseCommand):
    help = (
        "export IDENTIFIER prints everything kept of a person as JSON; forget IDENTIFIER takes the person out;"
        " list prints who was forgotten, as hashes; forget --again [--list FILE...] does all of it once more, after a"
        " restore. IDENTIFIER: an id or name on a platform, a phone number of orders, a WeCom id, or a user name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "forget", "list"])
        parser.add_argument("identifier", nargs="?", default="")
        parser.add_argument("--again", action="store_true", help="everybody of the list of forgotten people")
        parser.add_argument(
            "--list",
            type=Path,
            nargs="*",
            default=[],
            metavar="FILE",
            help="with --again: also who is in this list, or in this folder of a backup",
        )

    def handle(self, *args: Any, what: str, identifier: str, again: bool, **options: Any) -> None:
        now = timezone.now()
        if what == "list":
            digests = {bytes(each).hex() for row in Forgotten.objects.all() for each in row.digests}
            self.stdout.writelines(f"{each}\n" for each in sorted(digests))
        elif again and what == "forget" and not identifier:
            self._say(forget_again(by=None, now=now, besides=_digests(options["list"])))
        elif again or not identifier.strip():
            raise CommandError("person export|forget IDENTIFIER, or person forget --again [--list FILE...]")
        elif what == "export":
            found = taken_out(identifier, by=None, now=now)
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        else:
            try:
                self._say(forget(identifier, by=None, now=now).counts)
            except NobodyKnown:
                raise CommandError("Nothing is kept of this person.") from None
            except StillWorksHere:
                raise CommandError("The account is open. Close it on its page, which hands over its groups.") from None

    def _say(self, counts: dict[str, int]) -> None:
        for table, count in sorted(counts.items()):
            self.stdout.write(f"{table}: {count}")
        self.stdout.write(f"{sum(counts.values())} rows lost the person.")


def _digests(paths: list[Path]) -> list[bytes]:
    found = []
    for path in paths:
        try:
            if path.is_dir():
                found += [bytes.fromhex(digest) for digest in deletions.of_places([path]).people]
            else:
                found += [bytes.fromhex(line) for line in path.read_text().split()]
        except (OSError, ValueError, BackupFailed) as unreadable:
            raise CommandError(f"{path} is no list of `person list` and no backup: {unreadable}") from None
    return found
