"""A database for one run of the benches: made with all tables, dropped at the end whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections

from community_ops.bench.measuring import apart


@contextmanager
def own_database(template: str = "") -> Iterator[str]:
    """Within this block the default connection leads to a database of our own, whose name is given: an empty, migrated
    one, or a copy of `template`.

    Statements may take as long as they need. The role must be allowed to create databases.
    """
    name, before = f"{template}_copy" if template else f"bench_{os.getpid()}", connection.settings_dict["NAME"]
    options = connection.settings_dict["OPTIONS"]
    timeouts = options.get("options", "")
    connections.close_all()  # nobody may look at what is copied
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""))
    try:
        connection.settings_dict["NAME"] = name
        options["options"] = f"{timeouts} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
        if not template:
            apart(lambda: call_command("migrate", verbosity=0))
        yield name
    finally:
        connections.close_all()
        connection.settings_dict["NAME"], options["options"] = before, timeouts
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
