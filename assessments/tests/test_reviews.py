"""Reviews on record: once per turn, in any order of clicks, with the audit row, and never edited."""

from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments.models import Review
from assessments.reviews import AlreadyReviewed, due_reviews, hold_review, turn_of, with_rhythm
from groups.models import AuditEntry, Group
from groups.tests.making import make_group, make_team, make_user

TODAY = date(2026, 11, 20)


def hold(group, by, **fields):
    given = {
        "token": uuid4(),
        "figures": [],
        "serves": "yes",
        "decision": "keep",
        "note": "",
        "now": timezone.now(),
        "today": TODAY,
    }
    return hold_review(group=group, by=by, **given | fields)


@pytest.fixture
def group():
    return make_group(opened_on=date(2026, 11, 1), plan_review_every_days=7)


@pytest.mark.django_db
class TestOneReview:
    def test_it_counts_for_the_day_on_which_it_fell_due(self, group):
        review = hold(group, group.owner, serves="partly", decision="adjust", note="Fewer posts, more answers")
        assert (review.due_on, review.held_on, review.team_id) == (date(2026, 11, 8), TODAY, group.team_id)
        entry = AuditEntry.objects.get(verb="reviewed", object_id=group.pk)
        assert entry.after == {"serves": "partly", "decision": "adjust"}
        assert entry.reason == review.note

    def test_the_same_form_again_is_the_same_review(self, group):
        token = uuid4()
        assert hold(group, group.owner, token=token) == hold(group, group.owner, token=token)
        assert AuditEntry.objects.filter(verb="reviewed").count() == 1

    def test_another_on_the_same_day_is_refused(self, group):
        first = hold(group, group.owner)
        with pytest.raises(AlreadyReviewed) as refused:
            hold(group, group.owner)
        assert refused.value.review == first

    def test_it_is_never_edited(self, group):
        review = hold(group, group.owner)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(note="Something else")

    def test_the_database_refuses_a_change_without_a_reason(self, group):
        with pytest.raises(DatabaseError, match="says why"), transaction.atomic():
            hold(group, group.owner, decision="end", note="")

    def test_without_a_rhythm_it_counts_for_its_own_day(self):
        group = make_group(opened_on=date(2026, 11, 1))
        assert hold(group, group.owner).due_on == TODAY


@pytest.mark.django_db
def test_what_is_due_and_what_is_not():
    team = make_team()
    rhythm = {"team": team, "opened_on": date(2026, 11, 1), "plan_review_every_days": 7}
    missed, due, fresh = make_group(**rhythm), make_group(**rhythm), make_group(**rhythm)
    make_group(**rhythm, closed_on=date(2026, 11, 15))
    make_group(team=team, opened_on=date(2026, 1, 1))
    make_group(**rhythm | {"opened_on": date(2026, 11, 14)})
    hold(due, due.owner, today=TODAY - timedelta(days=7))
    hold(fresh, fresh.owner, today=TODAY - timedelta(days=6))
    found = due_reviews(Group.objects.filter(team=team), TODAY)
    assert (found.count, found.missed) == (2, 1)
    assert [(each.group, each.turn.missed) for each in found.rows] == [(missed, 1), (due, 0)]


@pytest.mark.django_db
def test_the_database_and_the_rule_name_the_same_day(group):
    for held in (None, TODAY - timedelta(days=3)):
        if held:
            hold(group, group.owner, today=held)
        row = with_rhythm(Group.objects.filter(pk=group.pk)).get()
        assert row.falls_due_on == turn_of(row, TODAY).due_on


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_hold_one_review():
    group = make_group(opened_on=date(2026, 11, 1), plan_review_every_days=7)
    start, held, refused = Barrier(2), [], []

    def review(person):
        try:
            start.wait(timeout=120)
            held.append(hold(group, person))
        except AlreadyReviewed:
            refused.append(person)
        finally:
            connection.close()

    crew = [Thread(target=review, args=(person,)) for person in (group.owner, make_user(group.team))]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert (len(held), len(refused), Review.objects.count()) == (1, 1, 1)
