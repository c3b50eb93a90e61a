"""`manage.py check_money`: do the months of money add up to the ledger?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from groups.money_check import differences, make_anew

SHOWN = 20


class Command(BaseCommand):
    help = "Compare the sums by group and month with the ledger; --mend sums it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        for each in found[:SHOWN]:
            self.stdout.write(
                f"{each.key} {each.number}, {each.month:%Y-%m}, {each.name}: lines say {each.ledger},"
                f" the month says {each.month_says}"
            )
        if found and options["mend"]:
            make_anew()
            self.stdout.write("Summed again.")
        elif found:
            raise CommandError(f"{len(found)} figures differ. --mend sums the ledger again.")
        else:
            self.stdout.write("The months of money add up to the ledger.")
