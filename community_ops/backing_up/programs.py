"""pg_dump and pg_restore: those on PATH, else those that come with the embedded server; never older than the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up.failures import BackupFailed
from community_ops.bootstrap import SetUpFailed
from community_ops.embedded.postgres import binaries

# What libpq reads; the password is in nobody's list of processes.
WORDS = {
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def program(name: str) -> str:
    """The path of a pg_dump or pg_restore that is not older than the server. Raises BackupFailed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (server,) = cursor.fetchone()
    for found in _candidates(name):
        if _release(found) >= server:
            return found
    raise BackupFailed(
        format_lazy(
            _("There is no {name} of PostgreSQL {release} or newer: install postgresql-client"),
            name=name,
            release=server,
        )
    )


def _candidates(name: str) -> Iterator[str]:
    if named := shutil.which(name):
        yield named
    # Debian keeps the releases beside one another; PATH has a wrapper that chooses by cluster.
    yield from sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)
    try:
        if (brought := binaries() / name).exists():
            yield str(brought)
    except SetUpFailed:
        return


def _release(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def run(path: str, *arguments: str) -> None:
    """Run it on our database. Raises BackupFailed with what it said last."""
    done = subprocess.run([path, *arguments], env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        raise BackupFailed(f"{Path(path).name}: {(said or ['?'])[0]}")


def _environment() -> dict[str, str]:
    given: dict[str, Any] = connection.settings_dict
    ours = {
        "PGHOST": given["HOST"], "PGPORT": given["PORT"], "PGUSER": given["USER"], "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
    }  # fmt: skip
    ours |= {variable: given["OPTIONS"][word] for word, variable in WORDS.items() if word in given["OPTIONS"]}
    others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return others | {name: str(value) for name, value in ours.items() if value}
