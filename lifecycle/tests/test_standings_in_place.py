"""What a night changes of every standing is in no index, so that its updates stay on their page (HOT)."""

from __future__ import annotations

import pytest
from django.db import connection

from groups.tests.making import make_group
from lifecycle.models import HealthState, Standing
from lifecycle.readings import STANDING_COLUMNS
from lifecycle.tests.cases.making import make_standing

pytestmark = pytest.mark.django_db
SELDOM = {"team_id", "state", "state_since"}  # change with the team and with the state
INDEXED = """
    SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) AS k(number)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = 'lifecycle_standing'::regclass
"""


def test_what_changes_every_night_is_in_no_index():
    with connection.cursor() as cursor:
        cursor.execute(INDEXED)
        indexed = {name for (name,) in cursor.fetchall()}
    assert {"group_id", "state", "trouble_score"} <= indexed
    assert indexed & (set(STANDING_COLUMNS) - SELDOM) == set()


@pytest.mark.parametrize("state", HealthState)
def test_the_score_is_held_by_itself_for_those_in_trouble(state):
    standing = make_standing(make_group(), state=state, score=1234)
    in_trouble = state in (HealthState.DORMANT, HealthState.DEAD, HealthState.AD_OVERRUN)
    assert Standing.objects.get(pk=standing.pk).trouble_score == (1234 if in_trouble else None)
    Standing.objects.update(state=HealthState.DEAD, score=-1)
    assert Standing.objects.get(pk=standing.pk).trouble_score == -1
