"""A database for one run of the benches: made with all tables, dropped at the end whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections


@contextmanager
def own_database() -> Iterator[None]:
    """Within this block the default connection leads to an empty, migrated database of our own.

    Statements may take as long as they need. The role must be allowed to create databases.
    """
    name, before = f"bench_{os.getpid()}", connection.settings_dict["NAME"]
    options = connection.settings_dict["OPTIONS"]
    timeouts = options.get("options", "")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        connections.close_all()
        connection.settings_dict["NAME"] = name
        options["options"] = f"{timeouts} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"], options["options"] = before, timeouts
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
