"""What people are told of a case: nothing while it is snoozed, that it is back, and what waits for a manager."""

from datetime import timedelta

import pytest
from django.utils import translation

from community_ops import todos
from community_ops.my_steps.open_steps import open_steps
from community_ops.notices import gathering
from community_ops.notices.wording import sentence_of
from community_ops.tests.telling import MORNING, dying, made, stands
from groups.models import Notice
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.models import Case, CaseEvent, CaseTask, HealthState
from lifecycle.tests.cases.making import make_flag, silent

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def owner(team):
    return made(make_user(team), "owner@example.com")


@pytest.fixture
def manager(team):
    return made(make_user(team, role="manager"), "manager@example.com")


def case_that(team, owner, **fields):
    """A case that was opened three weeks ago, whose day to decide was a week ago."""
    group = dying(team, owner, on=TODAY - timedelta(days=21))
    make_flag(group)
    silent(group, 40, until=TODAY)
    Case.objects.update(**fields)
    return Case.objects.get()


def keys(user):
    return sorted(Notice.objects.filter(user=user).values_list("key", flat=True))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, True),
        ({"snoozed_until": TODAY + timedelta(days=1)}, False),
        ({"snoozed_until_worse_than": 2}, False),
        ({"snoozed_until": TODAY - timedelta(days=1), "snoozed_until_worse_than": 2}, False),
        ({"snoozed_until": TODAY}, True),
    ],
    ids=["overdue", "until a day", "until worse", "until worse, its day is over but no night was", "its day is there"],
)
def test_an_overdue_case_is_not_reminded_of_while_it_is_snoozed(team, owner, manager, fields, told):
    case_that(team, owner, **fields)
    gathering.gather(now=MORNING)
    assert bool(keys(owner)) is bool(keys(manager)) is told


def test_a_case_that_wakes_is_told_once_and_leaves_days_to_decide(team, owner, manager):
    case = case_that(team, owner, snoozed_until=TODAY - timedelta(days=1))
    evaluate_cases(TODAY - timedelta(days=1), now=MORNING)
    case.refresh_from_db()
    assert (case.snoozed_until, case.due_on) == (None, TODAY + timedelta(days=2))
    for _n in range(2):
        gathering.gather(now=MORNING)
    event = CaseEvent.objects.get(kind="woke")
    assert f"woke-{event.pk}" in keys(owner) and f"woke-{event.pk}" in keys(manager)
    woke = Notice.objects.get(user=owner, key=f"woke-{event.pk}")
    assert sentence_of(woke) == f"The case of Coupons is back from its snooze. Decide it by {case.due_on}"


def test_a_case_that_wakes_because_it_got_worse_is_a_relapse_and_told_as_one(team, owner):
    case_that(team, owner, snoozed_until_worse_than=1)
    evaluate_cases(TODAY, now=MORNING)
    gathering.gather(now=MORNING)
    assert "relapse" in set(Notice.objects.values_list("kind", flat=True))
    assert not any(key.startswith("woke") for key in keys(owner))


@pytest.mark.parametrize(
    ("state", "remedy", "works"),
    [
        ("open", "", False),
        ("planned", "revive", True),
        ("running", "migrate", True),
        ("evaluating", "revive", True),
        ("evaluating", "migrate", True),
        ("evaluating", "dissolve", False),
        ("evaluating", "farewell", False),
        ("closing", "dissolve", True),
        ("soft_closed", "dissolve", True),
    ],
)
def test_only_steps_of_a_plan_that_is_worked_are_asked_for(team, owner, state, remedy, works):
    case = case_that(team, owner, state=state, remedy=remedy, plans=1)
    CaseTask.objects.create(team=team, case=case, plan=1, place=1, step="take_stock", due_on=TODAY)
    gathering.gather(now=MORNING)
    assert Notice.objects.filter(kind="step").exists() is works
    assert bool(open_steps(owner, TODAY).steps) is works


@pytest.mark.parametrize(
    ("state", "remedy", "sentence", "to_owner"),
    [
        ("running", "migrate", None, False),
        ("evaluating", "revive", None, False),
        ("evaluating", "migrate", "The people of Coupons have moved. End the case, or dissolve the old group", False),
        (
            "evaluating",
            "dissolve",
            "Members of Coupons act again, so its end has stopped. A manager decides anew",
            True,
        ),
    ],
)
def test_what_only_a_manager_can_settle_is_brought_to_them(team, owner, manager, state, remedy, sentence, to_owner):
    case_that(team, owner, state=state, remedy=remedy, state_since=TODAY)
    gathering.gather(now=MORNING)
    told = {each.user_id: sentence_of(each) for each in Notice.objects.filter(kind="approval")}
    people = {manager.pk, owner.pk} if to_owner else {manager.pk}
    assert told == ({} if sentence is None else dict.fromkeys(people, sentence))
    assert len(list(todos.cases_to_settle(manager))) == bool(sentence)
    assert list(todos.cases_to_settle(owner)) == []


@pytest.mark.parametrize(("state", "decided_days_ago", "told"), [("running", 5, True), ("running", 0, False)])
def test_a_proposal_waits_for_managers_until_it_is_decided(team, owner, manager, state, decided_days_ago, told):
    decided_at = MORNING - timedelta(days=decided_days_ago)
    case = case_that(team, owner, state=state, remedy="revive", decided_at=decided_at, decided_by=manager)
    CaseEvent.objects.create(
        team=team, case=case, kind="propose", by=owner, at=MORNING - timedelta(days=1), content={"remedy": "dissolve"}
    )
    gathering.gather(now=MORNING)
    assert Notice.objects.filter(user=manager, kind="approval").exists() is told


def test_a_group_that_scores_better_than_a_week_ago_is_not_told_as_falling(team, owner):
    group = make_group(team=team, owner=owner, name="Coupons")
    stands(group, HealthState.DECLINING, TODAY)
    gathering.gather(now=MORNING)
    notice = Notice.objects.get()
    assert sentence_of(notice) == "Coupons begins to decline: health 42, a week ago 55"
    notice.facts |= {"score": 8200, "week_ago": 7000}
    assert sentence_of(notice) == "Coupons begins to decline"
