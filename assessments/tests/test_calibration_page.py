"""The calibration page: honest without cases and with few, the latest score of a verdict alone, own teams only."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from assessments.calibration_page import calibration_for
from assessments.models import Score
from assessments.tests.filling import EXAMPLE, prefill, submit
from assessments.tests.learning_making import make_score
from assessments.tests.making import make_assessment, signed_in
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def verdict(client, op, draft):
    prefill(draft, EXAMPLE, op)
    return submit(client, draft)


def shown(client):
    return client.get(reverse("calibration")).content.decode()


def test_without_a_score_the_page_says_when_the_first_comes(client):
    assert "The first score comes 90 days after" in shown(client)


def test_one_case_is_told_as_one(client, verdict):
    make_score(verdict, True, "0.81")
    page = shown(client)
    assert "Of 1 plans with a chance of 80–100%, 1 earned; the true share lies between 21% and 100%." in page
    assert "Brier score 0.036 (n = 1)" in page
    assert "too few cases to say (n = 1 and 0)" in page


def test_the_end_replaces_the_ninetieth_day(op, verdict):
    make_score(verdict, True, "0.81")
    make_score(verdict, False, "0.81", moment="end")
    with translation.override("en"):
        found = calibration_for(op)
    assert (found.scored, found.known) == (1, 1)
    assert found.brier == "Brier score 0.656 (n = 1)"


def test_unknown_outcomes_are_counted_as_unknown(op, verdict):
    make_score(verdict, None, "0.81")
    found = calibration_for(op)
    assert (found.scored, found.known, found.chart, found.rules) == (1, 0, None, [])


def test_scores_of_other_teams_do_not_count(verdict):
    make_score(verdict, True, "0.81")
    assert calibration_for(make_user(make_team())).scored == 0


def test_one_query_whatever_the_number(op, client, verdict, team, django_assert_num_queries):
    make_score(verdict, True, "0.81")
    other = make_assessment(team, op)
    prefill(other, EXAMPLE, op)
    make_score(submit(client, other), False, "0.3")
    calibration_for(op)
    with django_assert_num_queries(1):
        assert calibration_for(op).scored == 2


def test_a_score_is_never_edited(verdict):
    score = make_score(verdict, True, "0.81")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Score.objects.filter(pk=score.pk).update(earned=False)


def test_the_verdict_page_shows_what_came(client, verdict, draft):
    make_score(verdict, None, "0.81")
    page = signed_in(verdict.created_by).get(reverse("verdict", args=[draft.pk])).content.decode()
    assert "whether it earned is not known" in page
    assert "90 and going on" in page
