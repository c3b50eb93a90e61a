"""Ends what is still connected to the test database when it is dropped at the end of the run.

A thread of the live server, or of a test, may keep its connection a little longer than the run on a busy machine;
PostgreSQL waits five seconds for it and then refuses to drop.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

END_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
    made = yield
    if fixturedef.argname == "django_db_setup":
        blocker = request.getfixturevalue("django_db_blocker")
        fixturedef.addfinalizer(lambda: _end_others(blocker))  # runs before the fixture's own end
    return made


def _end_others(blocker) -> None:
    with blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)
    connection.close()
