"""A group's page says whether it came from an assessment, from an exception against one, or from neither."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Registration
from assessments.tests.filling import EXAMPLE, changed, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from assessments.verdicts import ask_exception, decide_exception
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
STOPPED = changed(EXAMPLE, need__alternative={"alternative": "yes"})


def page_of(group, user):
    return signed_in(user).get(reverse("group-page", args=[group.pk])).content.decode()


def made_from(verdict, group, by):
    Registration.objects.create(
        verdict=verdict, team=verdict.team, group=group, token=uuid4(), created_at=timezone.now(), created_by=by
    )


@pytest.mark.parametrize("pages", [None, EXAMPLE, STOPPED], ids=["neither", "assessment", "exception"])
def test_the_page_says_whether_somebody_thought_before(pages):
    team = make_team()
    op = make_user(team, language="en")
    group = make_group(team=team, owner=op)
    if pages is None:
        assert "Built without an assessment" in page_of(group, op)
        return
    prefill(draft := make_assessment(team, op), pages, op)
    verdict = submit(signed_in(op), draft)
    if pages is STOPPED:
        asked = ask_exception(verdict=verdict, reason="The partner pays for it all", by=op, now=timezone.now())
        decide_exception(override=asked, granted=True, by=op, now=timezone.now())
    made_from(verdict, group, op)
    page = page_of(group, op)
    assert ("built by an exception" in page) is (pages is STOPPED)
    assert "Built without an assessment" not in page
    assert "2 conditions not met yet" in page
    assert reverse("verdict", args=[draft.pk]) in page
    make_team_mate_elsewhere(group)
    assert reverse("verdict", args=[draft.pk]) not in page_of(group, group.owner)


def make_team_mate_elsewhere(group):
    """The group moves to a team whose people may not read the assessment."""
    other = make_team()
    type(group).objects.filter(pk=group.pk).update(team=other, owner=make_user(other, language="en"))
    group.refresh_from_db()
