"""`manage.py bench`: compares the product with a floor, in a database of its own."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community_ops.bench.catalogue import BENCHES
from community_ops.bench.database import own_database
from community_ops.bench.measuring import Bench, Size, machine, measured, prepared


class Command(BaseCommand):
    help = "Measure the product against a floor. `bench list` shows the names; without names all run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="for example ingest.fresh, or ingest for all of it"
        )
        parser.add_argument("--groups", type=int, default=Size.groups)
        parser.add_argument("--days", type=int, default=Size.days)
        parser.add_argument("--rounds", type=int, default=Size.rounds)
        parser.add_argument("--json", type=Path, metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["names"] == ["list"]:
            for bench in BENCHES.values():
                self.stdout.write(f"{bench.name:20} at most {bench.target} x {bench.floor}")
            return
        if min(options["groups"], options["days"], options["rounds"]) < 1:
            raise CommandError("--groups, --days and --rounds must be at least 1.")
        size = Size(groups=options["groups"], days=options["days"], rounds=options["rounds"])
        chosen = _chosen(options["names"])
        report: dict[str, Any] = {"machine": machine(), "size": vars(size), "benches": []}
        for row in _rows(chosen, size):
            report["benches"].append(row)
            self.stdout.write(
                f"{row['name']:20} {row['ratio']:6.2f} x (target {row['target']}, by processor {row['cpu_ratio']:.2f})"
                f"  {row['value_s']:.2f} s against {row['floor_s']:.2f} s, {row['rss_mb']} MB"
                f"  {'ok' if row['ok'] else row.get('broken', 'above the target')}"
            )
            self.stdout.flush()
        report["machine"]["load_after"] = round(os.getloadavg()[0], 2)
        if options["json"]:
            options["json"].write_text(json.dumps(report, indent=1), encoding="utf-8")


def _rows(chosen: Sequence[Bench], size: Size) -> Iterator[dict[str, Any]]:
    """Each bench in a database of its own; those that share their data each in a copy of them."""
    together: dict[Any, list[Bench]] = {}
    for bench in chosen:
        together.setdefault(bench.prepare if bench.shares_data else bench.name, []).append(bench)
    for benches in together.values():
        with own_database() as made:
            state = prepared(benches[0], size)
            for bench in benches[:-1]:
                with own_database(made):
                    yield measured(bench, size, deepcopy(state))
            yield measured(benches[-1], size, state)


def _chosen(names: list[str]) -> list:
    """The benches of the given names; a name without a dot stands for all that begin with it."""
    if not names:
        return list(BENCHES.values())
    chosen = []
    for name in names:
        found = [bench for known, bench in BENCHES.items() if known == name or known.startswith(f"{name}.")]
        if not found:
            raise CommandError(f"There is no bench {name}. There are: {', '.join(BENCHES)}")
        chosen += [bench for bench in found if bench not in chosen]
    return chosen
