"""The state of the whole database as one digest per table."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

# When something was last done may differ; what is so may not.
LEFT_OUT = {"lifecycle_tick", "django_session", "groups_personsession"}


def digest_of_tables(besides: Collection[str] = ()) -> dict[str, str]:
    """A digest of the rows of each table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in LEFT_OUT | set(besides)]
        digests = ", ".join(
            f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t)" for table in tables
        )
        cursor.execute(f"SELECT {digests}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def changed_tables(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {table for table in before if before[table] != after[table]}
