"""`manage.py reseal`: put uploads, receipts and secrets under the newest key of FILE_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community_ops.resealing import reseal


class Command(BaseCommand):
    help = "Encrypt uploads, receipts and secrets with the newest key of FILE_KEYS; then the old key may go."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reseal()
        self.stdout.write(f"{done.anew} put under the newest key, {done.already} were under it.")
        if done.unreadable:
            raise CommandError(f"{done.unreadable} are opened by no key of FILE_KEYS: put the key that they need back.")
