"""What a database holds, in figures to compare two by: counts, sums by month, the head of the record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""
LEDGER = """
    SELECT coalesce(jsonb_object_agg(month, ARRAY[total, lines]), '{}')::text FROM (
        SELECT to_char("on", 'YYYY-MM') AS month, sum(amount)::text AS total, count(*)::text AS lines
        FROM groups_ledgerline GROUP BY 1) months
"""
DAYS = """
    SELECT coalesce(jsonb_object_agg(month, ARRAY[messages, days]), '{}')::text FROM (
        SELECT to_char(day, 'YYYY-MM') AS month, sum(messages)::text AS messages, count(*)::text AS days
        FROM lifecycle_daily GROUP BY 1) months
"""
SEALS = "SELECT number, digest FROM groups_auditseal ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class Contents:
    """`ledger` and `days` are JSON objects by month: [sum, number of rows], as text so that no figure is rounded."""

    rows: dict[str, int] = field(default_factory=dict)
    ledger: str = "{}"
    days: str = "{}"
    seal_number: int = 0
    seal_digest: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read() -> Contents:
    """Of the database as the transaction sees it: a few statements and one for each table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of the catalogue
            (rows[table],) = cursor.fetchone()
        cursor.execute(LEDGER)
        (ledger,) = cursor.fetchone()
        cursor.execute(DAYS)
        (days,) = cursor.fetchone()
        cursor.execute(SEALS)
        number, digest = cursor.fetchone() or (0, "")
    return Contents(rows, ledger, days, number, digest)


def differences(expected: Contents, found: Contents) -> list[str]:
    """What is not as it was, in words for the terminal; empty as it should be."""
    told = [
        f"{table}: {expected.rows.get(table, 0)} -> {found.rows.get(table, 0)}"
        for table in sorted(expected.rows.keys() | found.rows.keys())
        if expected.rows.get(table) != found.rows.get(table)
    ]
    told += [
        name
        for name in ("ledger", "days", "seal_number", "seal_digest")
        if getattr(expected, name) != getattr(found, name)
    ]
    return told
