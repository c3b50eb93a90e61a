import pytest
from django.db import connection


@pytest.fixture
def rows_of_days_deleted(transactional_db):
    """The tables that Django does not manage are emptied by hand after a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_health, lifecycle_daily, lifecycle_acting")
