"""Asks the workers and beat of this machine whether they are there."""

import socket
import time

from django.core.management import BaseCommand, CommandError

from community_ops.celery import app

NAMES = ("default", "sweep", "imports", "celerybeat")


class Command(BaseCommand):
    help = "Succeeds when every worker of this machine and beat answer; --wait SECONDS keeps asking that long."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS")

    def handle(self, *args, wait: float, **options):
        until = time.monotonic() + wait
        missing = {f"{name}@{socket.gethostname()}" for name in NAMES}
        while True:
            missing -= answering(sorted(missing))
            if not missing:
                return
            if time.monotonic() >= until:
                raise CommandError(f"没有响应 / No answer from: {', '.join(sorted(missing))}")


def answering(nodes: list[str]) -> set[str]:
    """Those of the nodes that answer within a second."""
    return {name for answer in app.control.ping(destination=nodes, timeout=1.0) for name in answer}
