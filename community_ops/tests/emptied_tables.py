"""Empties the tables after every test that commits: those that hold rows, also those that Django does not manage.

Django would truncate every table and make its permissions and content types anew, which takes longer than most tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

OF_DAYS = ("lifecycle_health", "lifecycle_daily", "lifecycle_acting", "lifecycle_keptpack")
KEPT = {"django_content_type", "auth_permission"}
truncating = DatabaseOperations.sql_flush


@pytest.fixture(autouse=True, scope="session")
def only_tables_with_rows_are_emptied() -> Iterator[None]:
    with (
        mock.patch.object(DatabaseOperations, "sql_flush", statements_of_flush),
        mock.patch.object(flush, "emit_post_migrate_signal"),  # what it makes is KEPT
    ):
        yield


def statements_of_flush(
    operations: DatabaseOperations,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """For `flush`: deletes past the keys and triggers between tables, so in any order. Truncates where it may not."""
    if reset_sequences or not may_replicate():
        return truncating(
            operations, style, [*tables, *OF_DAYS], reset_sequences=reset_sequences, allow_cascade=allow_cascade
        )
    held = tables_with_rows(sorted({*tables, *OF_DAYS} - KEPT))
    return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{table}"' for table in held)]


def may_replicate() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def tables_with_rows(tables: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
        )
        return [table for (table,) in cursor.fetchall()]
