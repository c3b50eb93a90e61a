"""`manage.py demo load` makes the demo anew, `demo clear` takes it out, `demo advance DAYS` lets days go by in it."""

from __future__ import annotations

import contextlib
import secrets
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from community_ops.celery import app
from community_ops.demo import clock
from community_ops.demo.advancing import NotAdvanced, advance
from community_ops.demo.clearing import DemoOwnsGroups, clear_demo
from community_ops.demo.loading import load_demo


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
        if names := workers_that_answer():
            # They would work its early nights before the cases of those days are decided.
            raise CommandError(
                f"workers are running: stop serve, load the demo, start serve again ({', '.join(names)})"
            )
        clock.set_days_ahead(0)
        password = settings.DEMO_PASSWORD or f"demo-{secrets.token_hex(5)}"
        counts = load_demo(password=password, now=timezone.now(), today=timezone.localdate(), say=say)
        if verbosity and not settings.DEMO_PASSWORD:
            self.stdout.write(f"op, mgr, adm: {password}")
        return counts


def workers_that_answer() -> list[str]:
    """The names of the workers of this broker; none where the broker is away, since nobody works then."""
    with contextlib.suppress(OperationalError):
        return sorted(name for answer in app.control.ping(timeout=1.0) for name in answer)
    return []
