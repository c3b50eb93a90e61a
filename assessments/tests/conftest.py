"""A team, an operator who reads English, and an empty draft of theirs."""

import pytest

from assessments.tests.making import make_assessment, signed_in
from groups.tests.making import make_team, make_user


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team):
    return make_user(team, language="en")


@pytest.fixture
def draft(team, op):
    return make_assessment(team, op)


@pytest.fixture
def client(op):
    return signed_in(op)
