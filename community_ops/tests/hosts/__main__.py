"""Runs the drill of drill.py on a network, a database and a broker of its own.

    .venv/bin/python -m community_ops.tests.hosts --groups 100000 --days 120

Needs root and `ip` (iproute2). Ends with 1 where something was lost, doubled or different.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from community_ops.bootstrap import ROOT
from community_ops.embedded import postgres, valkey
from community_ops.embedded.processes import Register
from community_ops.tests.hosts.network import hosts, why_not

SETTINGS = {
    "SECRET_KEY": "drill",
    "SECURE_COOKIES": "false",
    "ALLOWED_HOSTS": "*",
    "STATIC_ROOT": str(ROOT / "static"),
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "NIGHT_GROUPS_PER_ITEM": "1000",
    "NIGHT_LEASE_SECONDS": "10",
    # What lasts 60 s where it is not set is shorter here, so that the drill is.
    "DATABASE_SILENT_SECONDS": "20",
}

IMPORTS = "from community_ops.tests.hosts import drill; from community_ops.tests.hosts.network import Host"


@contextlib.contextmanager
def servers(folder: Path, ours: str) -> Iterator[dict[str, str]]:
    """A database and a broker that listen here and on the bridge; their addresses as settings."""
    register = Register(folder / "children.json")
    bind = valkey.SETTINGS.replace("bind 127.0.0.1", f"bind 127.0.0.1 {ours}")
    with (
        mock.patch.dict(postgres.SETTINGS, listen_addresses=f"127.0.0.1,{ours}"),
        mock.patch.object(valkey, "SETTINGS", bind),
        contextlib.ExitStack() as stack,
    ):
        database = postgres.Postgres(folder, register, throwaway=True)
        broker = valkey.Valkey(folder, register, throwaway=True)
        for server in (database, broker):
            stack.callback(server.stop)
            server.start()
        let_hosts_in(database, ours)
        yield {"DATABASE_URL": database.url, "BROKER_URL": broker.url}


def let_hosts_in(database: postgres.Postgres, ours: str) -> None:
    """The line of pg_hba.conf that an installation on several hosts needs too."""
    with open(database.folder / "pg_hba.conf", "a") as rules:
        rules.write(f"host all all {ours}/24 scram-sha-256\n")
    assert database.process
    database.process.send_signal(signal.SIGHUP)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=120)
    asked = parser.parse_args()
    if missing := why_not():
        sys.exit(missing)
    with (
        tempfile.TemporaryDirectory(prefix="hosts-") as name,
        hosts("web", "one", "two", part=os.getpid() % 250 + 1) as (ours, (web, *workers)),
        servers(Path(name), ours) as addresses,
    ):
        call = f"drill.run({asked.groups}, {asked.days}, {ours!r}, {web!r}, {workers!r})"
        code = (
            f"from community_ops.tests.hosts import drill\nfrom community_ops.tests.hosts.network import Host\n{call}"
        )
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        environment = os.environ | SETTINGS | addresses | {"LOCAL_DIR": name}
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
