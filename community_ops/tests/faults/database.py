"""A PostgreSQL of our own that may be killed, to which the connection of this process goes meanwhile."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from community_ops.embedded.postgres import Postgres
from community_ops.embedded.processes import Register


@contextlib.contextmanager
def database_of_our_own(folder: Path) -> Iterator[Postgres]:
    """Started and migrated; the connection is put back at the end."""
    postgres = Postgres(folder, Register(folder / "children.json"))
    postgres.start()
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        HOST="127.0.0.1", PORT=postgres.port, USER="app", PASSWORD=postgres.password, NAME="community_ops"
    )
    try:
        call_command("migrate", verbosity=0)
        yield postgres
    finally:
        connection.close()
        connection.settings_dict.update(before)
        postgres.stop()


def crash(postgres: Postgres) -> None:
    """Kill the server at once, as in a power cut of the database alone, and start it again with what it has on disk."""
    assert postgres.process
    postgres.process.send_signal(signal.SIGQUIT)
    postgres.process.wait()
    postgres.spawn()
    postgres._wait()
