"""`manage.py demo load` makes the demo anew, `manage.py demo clear` takes it out."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from community_ops.demo.clearing import DemoOwnsGroups, clear_demo
from community_ops.demo.loading import load_demo


class Command(BaseCommand):
    help = "Load the demo company anew, or clear every row of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load", "clear"])

    def handle(self, *args: Any, what: str, verbosity: int, **options: Any) -> None:
        try:
            counts = clear_demo() if what == "clear" else self._loaded(verbosity)
        except DemoOwnsGroups as owned:
            raise CommandError(f"hand over the groups of other teams that people of the demo own: {owned}") from owned
        if verbosity:
            self.stdout.write("  ".join(f"{name}: {count}" for name, count in counts.items()))

    def _loaded(self, verbosity: int) -> dict[str, int]:
        password = settings.DEMO_PASSWORD or f"demo-{secrets.token_hex(5)}"
        counts = load_demo(
            password=password,
            now=timezone.now(),
            today=timezone.localdate(),
            say=self.stdout.write if verbosity else lambda stage: None,
        )
        if verbosity and not settings.DEMO_PASSWORD:
            self.stdout.write(f"op, mgr, adm: {password}")
        return counts
