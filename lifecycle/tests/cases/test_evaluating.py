"""What the night does to cases, and that a second night does nothing more."""

from datetime import timedelta

import pytest

from groups.models import Group
from groups.tests.making import make_user
from lifecycle.cases.deciding import snooze
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.working import do_step
from lifecycle.models import Case, CaseTask, Flag, HealthState, Standing
from lifecycle.pipeline import STAGES
from lifecycle.tests.cases.making import (
    DAY,
    later,
    make_case,
    make_decided,
    make_dying_group,
    make_standing,
    read_health,
    silent,
    step_of_case,
    watched,
)

pytestmark = pytest.mark.django_db


def night(days: int) -> int:
    at = later(days)
    return evaluate_cases(at["on"], now=at["now"])


def begun(remedy: str = "revive", step: str = "take_stock", case=None, **fields) -> Case:
    case = make_decided(case or make_case(), remedy, **fields)
    watched(case.group)
    do_step(case=case, task=step_of_case(case, step), evidence="Seen", count=None, by=make_user(case.team), **later(0))
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(("days", "state"), [(13, "running"), (14, "evaluating")])
def test_the_time_of_an_attempt_runs_out(days, state):
    case = begun()
    night(days)
    case.refresh_from_db()
    assert case.state == state


def test_all_steps_done_end_the_work_early():
    case = begun()
    CaseTask.objects.filter(case=case, done_at=None).update(done_at=later(3)["now"], done_by=case.decided_by)
    assert night(3) == 1
    assert Case.objects.get().state == "evaluating"


def test_a_migration_waits_for_its_steps():
    begun("migrate", "list_active")
    assert night(20) == 0


@pytest.mark.parametrize(("days", "state"), [(13, "planned"), (14, "open")])
def test_a_plan_that_nobody_began_goes_back(days, state):
    case = make_decided(make_case(), "revive")
    watched(case.group)
    night(days)
    case.refresh_from_db()
    assert (case.state, case.remedy == "") == (state, state == "open")
    if state == "open":
        assert case.attempts == 0 and case.events.get(kind="time_up").content["code"] == "not_begun"


def test_two_healthy_checks_are_a_recovery():
    case = begun()
    read_health(case.group, DAY + timedelta(days=1), [2000] * 6 + [7000] * 20)
    night(20)
    assert Case.objects.get().state == "evaluating"
    assert night(21) == 1
    case.refresh_from_db()
    assert (case.state, case.ended_on, case.outcome["code"]) == ("recovered", DAY + timedelta(days=21), "recovered")
    assert [score for _, score in case.outcome["checks"]] == [7000, 7000]
    assert night(21) == 0 and case.events.filter(kind="recovered").count() == 1


def test_a_failed_attempt_goes_back_to_triage_with_a_new_recommendation():
    group = make_dying_group()
    silent(group)
    case = begun(case=make_case(group))
    read_health(case.group, DAY + timedelta(days=1), [3000] * 28)
    night(27)
    assert Case.objects.get().state == "evaluating"
    assert night(28) == 1
    case.refresh_from_db()
    assert (case.state, case.attempts, case.remedy, case.decided_at) == ("open", 1, "", None)
    assert case.events.get(kind="failed").content["playbook"] == "script"
    make_decided(case, "revive", playbook="combined")
    assert sorted(set(case.tasks.values_list("plan", flat=True))) == [1, 2]


def test_a_failed_cleaning_leads_to_dissolving():
    group = make_dying_group(HealthState.AD_OVERRUN, "ad_overrun")
    case = begun(case=make_case(group), step="warn_posters", playbook="cleaning")
    read_health(group, DAY + timedelta(days=1), [3000] * 28)
    night(27)
    night(28)
    case.refresh_from_db()
    assert (case.state, case.recommended) == ("open", "dissolve")
    assert case.recommendation["reasons"][0]["code"] == "cleaning_failed"


def test_an_outage_neither_fails_nor_saves_an_attempt():
    case = begun()
    read_health(case.group, DAY + timedelta(days=1), [3000] * 10 + [-1] * 40)
    night(14)
    night(50)
    case.refresh_from_db()
    assert case.state == "evaluating"


def test_a_member_who_acts_stops_a_dissolution():
    group = make_dying_group()
    silent(group)
    case = make_decided(make_case(group), "dissolve")
    make_standing(group, last_act_on=DAY)
    assert night(1) == 0
    make_standing(group, last_act_on=DAY + timedelta(days=2), day=DAY + timedelta(days=2))
    assert night(2) == 1
    case.refresh_from_db()
    assert (case.state, case.remedy) == ("evaluating", "dissolve")


def test_a_farewell_is_not_stopped_by_a_goodbye():
    ends = {"plan_lifespan": "bounded", "plan_ends_on": DAY - timedelta(days=3)}
    group = make_dying_group(HealthState.MISSION_COMPLETE, "mission_complete", **ends)
    make_decided(make_case(group), "farewell")
    make_standing(group, state=HealthState.MISSION_COMPLETE, last_act_on=DAY + timedelta(days=2), day=DAY)
    assert night(2) == 0


@pytest.mark.parametrize(
    ("days", "state", "relapsed"),
    [
        pytest.param(1, HealthState.DORMANT, None, id="as it was"),
        pytest.param(1, HealthState.UNKNOWN, None, id="unknown is not worse"),
        pytest.param(1, HealthState.DEAD, DAY + timedelta(days=1), id="worse"),
    ],
)
def test_a_case_snoozed_until_worse_comes_back_only_on_a_worse_state(days, state, relapsed):
    case = make_case()
    manager = make_user(case.team, role="manager")
    snooze(case=case, version=1, until=None, until_worse=True, reason="", by=manager, **later(0))
    Standing.objects.update(state=state)
    assert night(days) == (1 if relapsed else 0)
    case.refresh_from_db()
    assert (case.snoozed_until_worse_than is None, case.relapsed_on) == (bool(relapsed), relapsed)


def test_a_snoozed_case_comes_back_on_its_day():
    case = make_case()
    manager = make_user(case.team, role="manager")
    until = DAY + timedelta(days=3)
    snooze(case=case, version=1, until=until, until_worse=False, reason="", by=manager, **later(0))
    assert [night(2), night(3), night(3)] == [0, 1, 0]
    case.refresh_from_db()
    assert (case.snoozed_until, case.relapsed_on) == (None, None)


@pytest.mark.parametrize(
    ("lowered_after", "night_after", "state", "left"),
    [
        pytest.param(1, 7, HealthState.STABLE, "open", id="gone for six days"),
        pytest.param(1, 8, HealthState.STABLE, "expired", id="gone for a week"),
        pytest.param(1, 8, HealthState.UNKNOWN, "open", id="gone, but nobody looks"),
        pytest.param(None, 60, HealthState.DORMANT, "open", id="still there"),
    ],
)
def test_an_undecided_case_ends_when_its_signals_are_gone(lowered_after, night_after, state, left):
    case = make_case()
    lowered = None if lowered_after is None else DAY + timedelta(days=lowered_after)
    Flag.objects.update(lowered_on=lowered)
    Standing.objects.update(state=state)
    night(night_after)
    case.refresh_from_db()
    assert case.state == left


def test_a_group_closed_elsewhere_needs_no_case():
    case = begun()
    Group.objects.filter(pk=case.group_id).update(closed_on=DAY)
    night(1)
    case.refresh_from_db()
    assert (case.state, case.outcome["code"]) == ("expired", "group_closed")


def test_the_number_of_statements_does_not_grow_with_the_cases(django_assert_max_num_queries):
    for _ in range(6):
        begun()
    with django_assert_max_num_queries(20):
        assert night(14) == 6


def test_the_map_of_the_night_judges_cases_after_it_has_opened_them():
    names = [stage.name for stage in STAGES]
    assert names.index("health") < names.index("cases") < names.index("outcomes")
    case = begun()
    outcomes = next(stage for stage in STAGES if stage.name == "outcomes")
    day = DAY + timedelta(days=14)
    assert outcomes.run([case.group_id + 1], day, day, later(14)["now"]) == 0
    assert outcomes.run([case.group_id], day, day, later(14)["now"]) == 1
