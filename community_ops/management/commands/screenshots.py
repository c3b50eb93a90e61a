"""`manage.py screenshots DIR`: pictures of every page of the demo, and contact sheets of them; `--tour` docs/tour."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from community_ops.screens import sheets
from community_ops.screens.routes import ROUTES
from community_ops.screens.taking import LOOKS, keep_in, take, visits_of
from community_ops.screens.tour import take_tour
from groups.models import Team


class Command(BaseCommand):
    help = "Take pictures of every page of the demo: desktop and phone, Chinese and English, light and dark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="where the pictures go")
        parser.add_argument("--only", nargs="+", metavar="NAME", help="pages whose address has one of these names")
        parser.add_argument("--look", nargs="+", choices=[str(each) for each in LOOKS], help="some looks alone")
        parser.add_argument("--tour", action="store_true", help="only the pictures of docs/tour.md, into docs/tour")

    def handle(
        self, *args: Any, folder: Path | None, only: list[str] | None, look: list[str] | None, tour: bool, **_: Any
    ) -> None:
        if not Team.objects.filter(is_demo=True).exists() or Team.objects.filter(is_demo=False).exists():
            raise CommandError("pictures are taken of the demo alone: load it where no team is real (demo load)")
        call_command("collectstatic", interactive=False, verbosity=0)
        if tour:
            self._take_tour()
        elif folder is None:
            raise CommandError("say into which folder, or --tour")
        else:
            self._take_all(folder.resolve(), only, look)

    def _take_all(self, folder: Path, only: list[str] | None, look: list[str] | None) -> None:
        looks = [each for each in LOOKS if not look or str(each) in look]
        for each in looks:
            (folder / str(each)).mkdir(parents=True, exist_ok=True)
        visits, missing = visits_of([route for route in ROUTES if not only or route.name in only])
        take(visits, looks, keep_in(folder))
        made = sheets.lay_out(folder, [str(each) for each in looks])
        self.stdout.write(f"{len(visits)} pages x {len(looks)} looks, {len(made)} sheets in {folder}")
        if missing:
            self.stdout.write(f"the demo holds nothing for: {', '.join(missing)}")

    def _take_tour(self) -> None:
        for path in take_tour():
            self.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes")
