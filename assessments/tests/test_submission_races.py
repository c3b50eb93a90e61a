"""Case 21: the end of the wizard submitted twice at once gives one verdict."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from assessments import verdicts
from assessments.models import Verdict
from assessments.tests.filling import FAULTLESS, prefill
from assessments.tests.making import make_assessment
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled():
    team = make_team()
    op = make_user(team)
    assessment = make_assessment(team, op)
    prefill(assessment, FAULTLESS, op)
    return assessment, op


def submit_at_once(assessment, op, tokens):
    """Each token is submitted on a connection of its own, all at the same moment."""
    start = Barrier(len(tokens))
    given, failed = [], []

    def submit(token):
        try:
            start.wait(timeout=120)
            verdict = verdicts.decide(
                assessment=assessment, token=token, by=op, now=timezone.now(), today=timezone.localdate()
            )
            given.append(verdict.pk)
        except Exception as error:  # told to the test below
            failed.append(error)
        finally:
            connection.close()

    crew = [Thread(target=submit, args=(token,)) for token in tokens]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert not failed, failed
    return given


def test_one_form_sent_twice_is_one_verdict(filled):
    token = uuid4()
    given = submit_at_once(*filled, [token, token, token, token])
    assert len(set(given)) == 1
    assert Verdict.objects.count() == 1


def test_two_open_forms_sent_at_once_are_one_verdict(filled):
    given = submit_at_once(*filled, [uuid4(), uuid4()])
    assert len(set(given)) == 1
    assert Verdict.objects.count() == 1


def test_without_the_lock_two_open_forms_would_be_two_verdicts(filled, monkeypatch):
    """Negative control: the lock is what makes the second submission see the first."""
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, *_args, **_kwargs: rows)
    together = Barrier(2)
    rules = verdicts.verdict_of

    def slowly(*args, **kwargs):
        together.wait(timeout=120)
        return rules(*args, **kwargs)

    monkeypatch.setattr(verdicts, "verdict_of", slowly)
    submit_at_once(*filled, [uuid4(), uuid4()])
    assert Verdict.objects.count() == 2
