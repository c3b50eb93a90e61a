"""Home: what waits for whom, the state counts and the lists behind them, and the set-up checklist."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.models import Condition, Override, Verdict
from assessments.tests.making import make_assessment
from community_ops import todos
from community_ops.set_up import checklist
from community_ops.tests.fleet_making import MORNING, make_fleet
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category
from lifecycle.models import HealthState, Import, NightRun
from lifecycle.tests.cases.making import make_case, make_decided, make_dying_group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
TODAY = date(2026, 11, 22)


def make_verdict(assessment, outcome, **fields):
    return Verdict.objects.create(
        **{
            "assessment": assessment,
            "team": assessment.team,
            "token": uuid4(),
            "rule_version": 1,
            "thresholds": {},
            "answers": {},
            "outcome": outcome,
            "checks": [],
            "findings": [],
            "figures": {},
            "created_at": timezone.now(),
            "created_by": assessment.created_by,
        }
        | fields
    )


@pytest.fixture
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def operator(team):
    return make_user(team, language="en")


@pytest.fixture
def manager(team):
    return make_user(team, "manager", language="en")


def addresses(user, today=TODAY):
    return [todo.address for todo in todos.mine(user, today)]


def test_an_open_case_waits_for_its_owner_and_for_the_manager(team, operator, manager):
    colleague = make_user(team)
    make_case(make_dying_group(team=team, owner=operator))
    assert addresses(manager) == [reverse("case-board")]
    assert addresses(operator) == [f"{reverse('case-board')}?owner={operator.pk}"]  # as many as were counted
    assert addresses(colleague) == []
    assert addresses(make_user(make_team(), "manager")) == []


def test_a_snoozed_case_waits_until_its_day(team, operator):
    make_case(make_dying_group(team=team, owner=operator), snoozed_until=TODAY + timedelta(days=1))
    assert addresses(operator) == []
    assert addresses(operator, TODAY + timedelta(days=1)) == [f"{reverse('case-board')}?owner={operator.pk}"]


def test_due_steps_of_the_plan_that_holds(team, operator):
    case = make_decided(make_case(make_dying_group(team=team, owner=operator)), "revive")
    found = todos.mine(operator, TODAY)
    assert [todo.address for todo in found] == [reverse("case-page", args=[case.pk])]
    case.tasks.update(done_at=timezone.now(), done_by=operator)
    assert addresses(operator) == []


def test_a_draft_waits_for_the_person_who_began_it(team, operator, manager):
    draft = make_assessment(team, operator)
    assert addresses(operator) == [reverse("assessment-continue", args=[draft.pk])]
    assert addresses(manager) == []


@pytest.mark.parametrize(
    ("due_in", "state", "shown"), [(-1, "open", 1), (7, "doing", 1), (8, "open", 0), (1, "done", 0)]
)
def test_a_condition_waits_for_its_owner(team, operator, due_in, state, shown):
    assessment = make_assessment(team, make_user(team))
    verdict = make_verdict(assessment, "conditional", findings=[{"code": "C16", "figures": {}}])
    done = {"done_at": timezone.now(), "done_by": operator} if state == "done" else {}
    Condition.objects.create(
        verdict=verdict,
        team=team,
        place=1,
        code="C16",
        owner=operator,
        due_on=TODAY + timedelta(days=due_in),
        state=state,
        **done,
    )
    assert addresses(operator) == [reverse("verdict", args=[assessment.pk])] * shown
    make_verdict(assessment, "go")  # a later verdict: the old conditions no longer hold
    assert addresses(operator) == []


def test_an_exception_waits_for_the_manager_only(team, operator, manager):
    assessment = make_assessment(team, make_user(team))
    override = Override.objects.create(
        verdict=make_verdict(assessment, "not_now"),
        team=team,
        reason="Our partner pays for the first three months",
        asked_at=timezone.now(),
        asked_by=operator,
    )
    assert addresses(manager) == [reverse("verdict", args=[assessment.pk])]
    assert addresses(operator) == []
    assert addresses(make_user(make_team(), "manager")) == []
    override.granted, override.decided_at, override.decided_by = True, timezone.now(), manager
    override.save()
    assert addresses(manager) == []


@pytest.mark.parametrize(("ends_in", "shown"), [(-3, True), (0, True), (30, True), (31, False)])
def test_groups_near_their_planned_end(team, operator, ends_in, shown):
    group = make_group(
        team=team,
        owner=operator,
        opened_on=date(2026, 9, 1),
        plan_lifespan="bounded",
        plan_ends_on=TODAY + timedelta(days=ends_in),
    )
    assert addresses(operator) == ([reverse("group-page", args=[group.pk])] if shown else [])


def test_the_counts_lead_to_lists_of_as_many(client, team, operator):
    make_fleet(team, operator)
    make_fleet(team, make_user(team), {HealthState.STABLE: 4})
    client.force_login(operator)
    answer = client.get("/")
    assert answer.context["narrowed"]
    assert answer.context["total"] == 18
    for _state, count, address in answer.context["counts"]:
        assert client.get(address).context["total"] == count


def test_a_manager_sees_the_health_of_the_teams(client, team, operator, manager):
    make_fleet(team, operator)
    client.force_login(manager)
    assert client.get("/").context["distribution"].sentence.startswith("50% of 14")
    client.force_login(operator)
    assert "distribution" not in client.get("/").context


@pytest.mark.parametrize(("moment", "stale"), [("2026-11-23T04:00:00Z", False), ("2026-11-24T04:00:00Z", True)])
def test_old_data_is_said_aloud(client, team, operator, moment, stale):
    make_fleet(team, operator)
    with time_machine.travel(moment, tick=False):
        client.force_login(operator)
        assert ("days old" in client.get("/").text) is stale


def test_the_checklist_knows_what_is_done(team, operator):
    boss = make_user(is_administrator=True)
    assert [step.done for step in checklist(operator)] == [False] * 3
    assert [step.done for step in checklist(boss)] == [True] + [False] * 5  # there is a team
    make_group(team=team)
    make_category()
    Import.objects.create(
        team=team, state="done", file_name="a.csv", file_bytes=1, file_hash="x", uploaded_at=timezone.now()
    )
    make_verdict(make_assessment(team, operator), "go")
    assert [step.done for step in checklist(operator)] == [True] * 3
    NightRun.objects.create(day=date(2026, 11, 21), made_at=timezone.now(), done_at=timezone.now())
    assert all(step.done for step in checklist(boss))
    assert not any(step.done for step in checklist(make_user(make_team())))


@pytest.mark.parametrize("role", ["operator", "manager", "administrator"])
def test_home_of_every_role_with_and_without_groups(client, team, role, django_assert_max_num_queries):
    user = make_user(team, "manager" if role == "manager" else "operator", is_administrator=role == "administrator")
    client.force_login(user)
    assert client.get("/").status_code == 200
    make_fleet(team, user)
    with django_assert_max_num_queries(17) as few:
        client.get("/")
    make_fleet(team, make_user(team))
    with django_assert_max_num_queries(len(few)):
        client.get("/")
