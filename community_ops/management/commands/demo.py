"""`manage.py demo load` makes the demo anew, `demo clear` takes it out, `demo advance DAYS` lets days go by in it."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from community_ops.demo import clock
from community_ops.demo.advancing import NotAdvanced, advance
from community_ops.demo.clearing import DemoOwnsGroups, clear_demo
from community_ops.demo.loading import load_demo
from community_ops.demo.one_at_a_time import DemoInHands


class Command(BaseCommand):
    help = "Load the demo company anew, clear every row of it, or let days go by in it (activity, nights, cases)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load", "clear", "advance"])
        parser.add_argument("days", nargs="?", type=int, help="how many days, for advance")

    def handle(self, *args: Any, what: str, days: int | None, verbosity: int, **options: Any) -> None:
        if (what == "advance") != (days is not None):
            raise CommandError("demo advance DAYS; load and clear take no number")
        say = self.stdout.write if verbosity else lambda stage: None
        try:
            counts = self._done(what, days or 0, verbosity, say)
        except NotAdvanced as why:
            raise CommandError(str(why)) from None
        except DemoInHands:
            raise CommandError("the demo is being made or taken off by another process; try again later") from None
        except DemoOwnsGroups as owned:
            raise CommandError(f"hand over the groups of other teams that people of the demo own: {owned}") from owned
        if verbosity:
            self.stdout.write("  ".join(f"{name}: {count}" for name, count in counts.items()))

    def _done(self, what: str, days: int, verbosity: int, say: Callable[[str], object]) -> dict[str, int]:
        if what == "advance":
            return advance(days=days, say=say)
        if what == "clear":
            counts = clear_demo()
            clock.set_days_ahead(None)
            return counts
        clock.set_days_ahead(0)
        password = settings.DEMO_PASSWORD or f"demo-{secrets.token_hex(5)}"
        counts = load_demo(password=password, now=timezone.now(), today=timezone.localdate(), tell=_each_stage(say))
        if verbosity and not settings.DEMO_PASSWORD:
            self.stdout.write(f"op, mgr, adm: {password}")
        return counts


def _each_stage(say: Callable[[str], object]) -> Callable[[str, int], None]:
    """Says a stage when it begins, not how far it is."""
    said: list[str] = []

    def tell(stage: str, _percent: int) -> None:
        if stage not in said:
            said.append(stage)
            say(stage)

    return tell
