"""A database also where only fixtures of a module or of the run ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

GIVEN = connection.settings_dict["NAME"]  # this file is read before any fixture runs


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """pytest-django makes none unless a test of the run has its marker, which would roll back each test by itself."""
    request.getfixturevalue("django_db_setup")
    if connection.settings_dict["NAME"] != GIVEN:
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)
