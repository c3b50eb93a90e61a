"""Brings an installation up to date: tables, translations, static files, and the demo on the very first run."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from redis import Redis, RedisError

from community_ops.demo.loading import is_half_made
from groups.currency import other_currencies
from groups.models import SampleWork, Team


class Command(BaseCommand):
    help = "Migrate, compile translations, collect static files; load the demo when DEMO=true and nothing is there yet."
    requires_system_checks = ()

    def handle(self, *args, **options):
        broker_must_answer()
        call_command("migrate", interactive=False, verbosity=0)
        ledger_must_be_of_our_currency()
        if "catalogues" in get_commands():
            call_command("catalogues", compile=True, verbosity=0)
        collect_static_files()
        if os.environ.get("DEMO") == "true" and "demo" in get_commands() and demo_is_wanting():
            self.stderr.write("正在生成演示数据…… / Making the demo data ...")
            call_command("demo", "load", verbosity=0)


def demo_is_wanting() -> bool:
    """Nothing is there yet, or an earlier load of the demo was cut short; never once people decided on a page."""
    return not SampleWork.objects.exists() and (not Team.objects.exists() or is_half_made())


def ledger_must_be_of_our_currency() -> None:
    """Raises CommandError where lines of another currency would be added up with those to come."""
    if others := other_currencies():
        raise CommandError(
            f"账本里已有 {', '.join(others)} 的流水，CURRENCY 不能改成 {settings.CURRENCY} / The ledger holds lines in"
            f" {', '.join(others)}: set CURRENCY={others[0]} again"
        )


def broker_must_answer() -> None:
    """Raises CommandError, without the password, when BROKER_URL leads nowhere."""
    try:
        with Redis.from_url(settings.BROKER_URL, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        raise CommandError(f"消息服务不可用 / The broker does not answer, see BROKER_URL: {error}") from None


def collect_static_files() -> bool:
    """Collect the static files when they changed since the last time; says whether it did.

    A STATIC_ROOT that is itself a source of them is left alone: collecting empties it first.
    """
    if Path(settings.STATIC_ROOT).resolve() in {Path(path).resolve() for path in settings.STATICFILES_DIRS}:
        return False
    now = fingerprint_of_static_files()
    noted = Path(settings.STATIC_ROOT).with_suffix(".sha256")
    if noted.exists() and noted.read_text() == now and Path(settings.STATIC_ROOT).exists():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    noted.write_text(now)
    return True


def fingerprint_of_static_files() -> str:
    """Changes when any static file of any app changes in name, size or time, or the way they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in finders.get_finders():
        for path, storage in sorted(finder.list(None), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
