"""`manage.py check_record`: does the record of who changed what still fit its seals?"""

from __future__ import annotations

import itertools
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from groups import audit_chain

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Verify the seals of the audit record; --head NUMBER:DIGEST compares with one that was written down elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", metavar="NUMBER:DIGEST")

    def handle(self, *args: Any, **options: Any) -> None:
        expected = _head_of(options["head"]) if options["head"] else None
        audit_chain.seal()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            found = list(itertools.islice(audit_chain.broken(expected), SHOWN))
        for each in found:
            self.stdout.write(
                f"Seal {each.number} (rows {each.first_id} to {each.last_id}) does not hold:"
                f" it was made of {each.expected_rows} rows, {each.found_rows} are there."
            )
        if found:
            raise CommandError("The record was changed. Restore a backup beside it and compare (docs/operations.md).")
        head = audit_chain.head()
        self.stdout.write(f"The record fits its {head.number} seals; {audit_chain.unsealed()} rows are not sealed yet.")
        self.stdout.write(f"Head, to be kept elsewhere: {head.number}:{head.digest}")


def _head_of(text: str) -> audit_chain.Head:
    if not re.fullmatch(r"\d+:[0-9a-f]{64}", text):
        raise CommandError(f"--head is NUMBER:DIGEST as check_record prints it, not {text!r}")
    number, digest = text.split(":")
    return audit_chain.Head(int(number), digest)
