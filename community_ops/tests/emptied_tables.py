"""Empties the tables of days after every test that commits: Django empties only the tables that it manages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

TABLES = ("lifecycle_health", "lifecycle_daily", "lifecycle_acting", "lifecycle_keptpack")
HOLD_ROWS = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in TABLES)


@pytest.fixture(autouse=True)
def days_end_with_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of a test marked `django_db(transaction=True)` is left for the next one."""
    mark = request.node.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    delete_rows_of_days()


def delete_rows_of_days() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HOLD_ROWS}")
        if cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
