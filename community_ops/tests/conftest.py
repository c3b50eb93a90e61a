import pytest

from community_ops.tests.emptied_tables import delete_rows_of_days


@pytest.fixture
def rows_of_days_deleted(transactional_db):
    """The tables that Django does not manage are empty at the start and at the end of a test that commits.

    A test without the mark of one that commits may have left rows of days.
    """
    delete_rows_of_days()
    yield
    delete_rows_of_days()
