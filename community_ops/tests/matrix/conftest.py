import pytest
from django.db import transaction
from django.test import Client

from community_ops.tests.matrix.world import PEOPLE, client_of, make_world


class EndOfModule(Exception):
    """Takes back all that the module wrote."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all cells of the matrix; each cell is rolled back, and at the end the world is."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield make_world()
                raise EndOfModule
        except EndOfModule:
            pass


@pytest.fixture(scope="module")
def browser_of(world):
    """A function: a new browser in which this kind of person is signed in, without signing in each time."""
    cookies = {person: client_of(world, person).cookies for person in PEOPLE}

    def browser(person: str) -> Client:
        client = Client(raise_request_exception=False)
        client.cookies.load({name: morsel.value for name, morsel in cookies[person].items()})
        return client

    return browser


@pytest.fixture(autouse=True)
def cell(world):
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
