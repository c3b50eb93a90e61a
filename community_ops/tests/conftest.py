import pytest
from django.db import connection


@pytest.fixture
def rows_of_days_deleted(transactional_db):
    """The tables that Django does not manage are empty at the start and at the end of a test that commits.

    Django empties only those that it manages, so another test may have left rows of days.
    """
    _delete_rows_of_days()
    yield
    _delete_rows_of_days()


def _delete_rows_of_days() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_health, lifecycle_daily, lifecycle_acting")
