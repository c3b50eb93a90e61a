"""The database: reachable, new enough, careful with what it wrote, and with the tables of this release."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.doctor.findings import Finding, fault, good, note

OLDEST = 150000
CAREFUL = ("fsync", "full_page_writes")
EXTENSIONS = ("btree_gist",)
NEAR = ("127.0.0.1", "localhost", "::1", "")
ASK = """
    SELECT current_setting('server_version_num')::int, current_setting('server_version'),
        current_setting('server_encoding'),
        (SELECT jsonb_object_agg(name, setting) FROM pg_settings WHERE name = ANY(%s))::text,
        (SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension),
        (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()),
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
        current_setting('max_connections')::int, pg_database_size(current_database()),
        (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True)
class Server:
    number: int
    name: str
    encoding: str
    careless: list[str]  # settings that are off
    extensions: list[str]
    encrypted: bool
    host: str
    connections: int
    most_connections: int
    size: int
    oldest_transaction: int


def look() -> list[Finding]:
    """Raises django.db.OperationalError when it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, [list(CAREFUL)])
        number, name, encoding, careful, extensions, encrypted, *counts = cursor.fetchone()
    careless = [each for each in CAREFUL if f'"{each}": "off"' in careful]
    host = str(connection.settings_dict["HOST"])
    server = Server(number, name, encoding, careless, extensions, bool(encrypted), host, *counts)
    return [*of_server(server), of_migrations(unapplied())]


def unapplied() -> list[str]:
    executor = MigrationExecutor(connection)
    return [str(step) for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def of_server(server: Server) -> list[Finding]:
    found = []
    if server.number < OLDEST:
        found.append(fault("database", f"PostgreSQL {server.name}", _("Upgrade PostgreSQL to version 15 or newer")))
    else:
        found.append(good("database", f"PostgreSQL {server.name}, {server.size / 1e6:.0f} MB"))
    if server.encoding != "UTF8":
        found.append(fault("database encoding", server.encoding, _("Make the database anew with the encoding UTF8")))
    if server.careless:
        found.append(
            fault(
                "database safety",
                format_lazy(_("{names} is off: a crash may lose or break data"), names=", ".join(server.careless)),
                _("Switch it on in postgresql.conf and restart PostgreSQL"),
            )
        )
    if lacking := [name for name in EXTENSIONS if name not in server.extensions]:
        found.append(
            fault(
                "database extensions",
                format_lazy(_("Missing: {names}"), names=", ".join(lacking)),
                _("Run manage.py prepare; where it may not create them, let the owner of the server do it"),
            )
        )
    if server.host not in NEAR and not server.host.startswith("/") and not server.encrypted:
        found.append(
            note(
                "database encryption",
                format_lazy(_("The connection to {host} is not encrypted"), host=server.host),
                _("Add ?sslmode=verify-full to DATABASE_URL"),
            )
        )
    if server.connections > server.most_connections * 0.8:
        found.append(
            note(
                "database connections",
                format_lazy(
                    _("Connections in use: {used} of {most}"), used=server.connections, most=server.most_connections
                ),
                _("Raise max_connections, or put PgBouncer in between (docs/operations.md)"),
            )
        )
    if server.oldest_transaction > 1_000_000_000:
        found.append(
            fault(
                "database age",
                _("The oldest row is over a billion transactions old; autovacuum does not keep up"),
                _("Run VACUUM FREEZE as the owner of the database, and look why autovacuum is off"),
            )
        )
    return found


def of_migrations(steps: list[str]) -> Finding:
    if steps:
        said = format_lazy(
            _("Migrations that are not applied: {count}, the first is {first}"), count=len(steps), first=steps[0]
        )
        return fault("migrations", said, _("Run python3 manage.py prepare"))
    return good("migrations", _("All migrations are applied"))
