"""From standing flags to cases: once per group, only for what is dying, never for what is unknown."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from groups.models import Plan
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.opening import open_cases
from lifecycle.models import Case, CaseEvent, Flag, HealthState, Standing
from lifecycle.tests.cases.making import DAY, NOW, act, make_case, make_dying_group, make_flag, make_standing, silent

pytestmark = pytest.mark.django_db


def opened(*groups, day=DAY):
    return open_cases([group.pk for group in groups], day, now=NOW)


@pytest.mark.parametrize(
    ("state", "cause", "severity", "opens"),
    [
        pytest.param(HealthState.DORMANT, "silence", 3, True, id="dormant"),
        pytest.param(HealthState.DEAD, "silence", 3, True, id="dead"),
        pytest.param(HealthState.AD_OVERRUN, "ad_overrun", 3, True, id="adverts"),
        pytest.param(HealthState.DECLINING, "fading", 3, False, id="declining, however severe"),
        pytest.param(HealthState.DORMANT, "silence", 2, False, id="a watch flag"),
        pytest.param(HealthState.UNKNOWN, "silence", 3, False, id="unknown"),
        pytest.param(HealthState.FORMING, "silence", 3, False, id="forming"),
    ],
)
def test_what_opens_a_case(state, cause, severity, opens):
    group = make_group()
    make_standing(group, state=state)
    make_flag(group, cause=cause, severity=severity)
    assert opened(group) == int(opens)


@pytest.mark.parametrize(
    ("told", "opens"),
    [
        pytest.param({"plan_lifespan": "bounded", "plan_ends_on": DAY - timedelta(days=3)}, 1, id="the plan ends"),
        pytest.param({"goal_met_on": DAY}, 1, id="the goal is met"),
        pytest.param({"goal_met_on": DAY + timedelta(days=1)}, 0, id="the goal is met tomorrow"),
        pytest.param({}, 0, id="neither"),
    ],
)
def test_a_met_mission_opens_a_farewell_where_the_plan_ended_or_the_goal_was_met(told, opens):
    group = make_dying_group(HealthState.MISSION_COMPLETE, "mission_complete", **told)
    assert opened(group) == opens
    if opens:
        assert Case.objects.get().recommended == "farewell"


@pytest.mark.parametrize(
    ("promised", "days", "opens"),
    [(None, 90, 0), (14, 13, 0), (14, 14, 1), (3, 14, 1), (30, 14, 0)],
    ids=["no promise", "a day too soon", "on the day", "long ago", "later"],
)
def test_declining_opens_a_case_after_the_days_of_the_plan(promised, days, opens):
    group = make_group()
    make_standing(group, state=HealthState.DECLINING, state_since=DAY - timedelta(days=days))
    make_flag(group, cause="fading", severity=2)
    Plan.objects.filter(group=group).update(at_risk_after_days=promised)
    assert open_cases([group.pk], DAY, now=NOW) == opens
    assert Case.objects.count() == opens
    evaluate_cases(DAY + timedelta(days=8), now=NOW)  # it does not end by itself while the group declines
    assert Case.objects.filter(ended_on=None).count() == opens


def test_while_nothing_is_offered_no_remedy_is_recommended():
    """Serve it first, then judge; once something was offered the order of remedies holds again."""
    group = make_dying_group()
    unserved = make_flag(group, cause="unserved", severity=2)
    opened(group)
    case = Case.objects.get()
    assert case.recommended == ""
    assert [reason["code"] for reason in case.recommendation["reasons"]] == ["unserved"]
    Flag.objects.filter(pk=unserved.pk).update(lowered_on=DAY)
    opened(group)
    case.refresh_from_db()
    assert case.recommended == "revive"


def test_a_closed_group_opens_nothing():
    group = make_dying_group(closed_on=DAY)
    assert opened(group) == 0


@pytest.mark.parametrize(
    ("raised", "lowered", "opens"),
    [
        pytest.param(DAY, None, 1, id="raised today"),
        pytest.param(DAY + timedelta(days=1), None, 0, id="raised tomorrow"),
        pytest.param(DAY - timedelta(days=9), DAY, 0, id="lowered today"),
        pytest.param(DAY - timedelta(days=9), DAY + timedelta(days=1), 1, id="lowered tomorrow"),
    ],
)
def test_flags_count_as_they_stood_on_the_day(raised, lowered, opens):
    group = make_group()
    make_standing(group)
    make_flag(group, raised_on=raised, lowered_on=lowered)
    assert opened(group) == opens


def test_a_second_run_changes_nothing():
    group = make_dying_group()
    assert (opened(group), opened(group)) == (1, 0)
    case = Case.objects.get()
    assert CaseEvent.objects.count() == 1
    assert (case.owner, case.cause, case.due_on) == (group.owner, "silence", DAY + timedelta(days=14))


def test_a_second_signal_adds_evidence_and_no_case():
    group = make_dying_group()
    opened(group)
    make_flag(group, cause="exodus", raised_on=DAY + timedelta(days=1), severity=2)
    assert opened(group, day=DAY + timedelta(days=1)) == 0
    assert [event.content["cause"] for event in Case.objects.get().events.order_by("pk")] == ["silence", "exodus"]


def test_a_group_without_data_for_a_day_keeps_its_case_and_opens_none():
    watched, unwatched = make_dying_group(), make_group()
    opened(watched)
    Standing.objects.update(state=HealthState.UNKNOWN)
    make_standing(unwatched, state=HealthState.UNKNOWN)
    make_flag(unwatched)
    assert opened(watched, unwatched, day=DAY + timedelta(days=1)) == 0
    assert Case.objects.get().group == watched


@pytest.mark.parametrize(
    ("state", "days_ago", "cause", "opens"),
    [
        pytest.param("recovered", 40, "silence", 0, id="immune: 13 of the days are the National Day"),
        pytest.param("recovered", 41, "silence", 1, id="immunity over"),
        pytest.param("migrated", 27, "silence", 0, id="just migrated"),
        pytest.param("kept", 89, "silence", 0, id="false alarm"),
        pytest.param("kept", 90, "silence", 1, id="false alarm long ago"),
        pytest.param("kept", 1, "ad_overrun", 1, id="false alarm about something else"),
        pytest.param("expired", 1, "silence", 1, id="settled by itself and back"),
    ],
)
def test_what_an_earlier_case_keeps_from_opening(state, days_ago, cause, opens):
    case = make_case()
    silent(case.group, 100)
    Case.objects.filter(pk=case.pk).update(state=state, cause=cause, ended_on=DAY - timedelta(days=days_ago))
    assert opened(case.group) == opens


@pytest.mark.parametrize(("observed", "opens"), [(27, 0), (28, 1)])  # until the eve of the National Day
def test_immunity_runs_in_observed_days(observed, opens):
    case = make_case()
    silent(case.group, observed, until=DAY - timedelta(days=40))
    Case.objects.filter(pk=case.pk).update(state="recovered", ended_on=DAY - timedelta(days=99))
    assert opened(case.group) == opens


@pytest.mark.parametrize(("undone", "opens"), [(True, 0), (False, 1)])
def test_a_dissolution_that_was_taken_back_is_left_in_peace_by_every_signal(undone, opens):
    case = make_case()
    outcome = {"undone": True} if undone else {}
    past = DAY - timedelta(days=5)
    Case.objects.filter(pk=case.pk).update(state="kept", cause="ad_overrun", outcome=outcome, ended_on=past)
    assert opened(case.group) == opens


@pytest.mark.parametrize(("days_ago", "relapses"), [(89, True), (90, False)])
def test_a_case_soon_after_another_is_a_relapse(days_ago, relapses):
    earlier = make_case()
    silent(earlier.group, 100)
    Case.objects.filter(pk=earlier.pk).update(state="recovered", ended_on=DAY - timedelta(days=days_ago))
    opened(earlier.group)
    case = Case.objects.get(state="open")
    assert (case.relapse_of, case.relapsed_on) == ((earlier, DAY) if relapses else (None, None))


def test_an_owner_gets_five_new_cases_a_night_the_worst_first():
    team = make_team()
    owner = make_user(team)
    groups = [make_dying_group(team=team, owner=owner) for _ in range(7)]
    for place, group in enumerate(groups):
        Flag.objects.filter(group=group).update(earliest_sign_on=DAY - timedelta(days=place))
    assert [opened(*groups), opened(*groups), opened(*groups, day=DAY + timedelta(days=1))] == [5, 0, 2]
    assert set(Case.objects.filter(opened_on=DAY).values_list("group", flat=True)) == {g.pk for g in groups[2:]}


def test_the_recommendation_is_made_and_follows_the_situation():
    group = make_dying_group()
    for place in range(6):
        act(group, DAY - timedelta(days=place * 9), messages=2, speakers=2, members=[place, place + 1])
    opened(group)
    case = Case.objects.get()
    assert (case.recommended, case.recommendation["reasons"][0]["code"]) == ("revive", "pulse_not_asked")
    Case.objects.update(attempts=2)
    opened(group, day=DAY + timedelta(days=1))
    case.refresh_from_db()
    enough = case.recommendation["reasons"][1]
    assert (case.recommended, enough["code"], enough["figures"]["active"]) == ("migrate", "enough_active", 7)


def test_a_group_that_surely_stands_still_may_be_dissolved():
    group = make_dying_group()
    silent(group)
    case = make_case(group, attempts=2)
    opened(group)
    case.refresh_from_db()
    assert case.recommended == "dissolve"


def test_the_number_of_statements_does_not_grow_with_the_groups(django_assert_max_num_queries):
    groups = [make_dying_group() for _ in range(8)]
    opened(*groups[:7])
    with django_assert_max_num_queries(13):
        opened(*groups)


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_open_one_case():
    groups = [make_dying_group() for _ in range(4)]
    start, counts = Barrier(2), []

    def night():
        try:
            start.wait()
            counts.append(opened(*groups))
        finally:
            connections.close_all()

    threads = [Thread(target=night) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sum(counts) == Case.objects.count() == CaseEvent.objects.count() == 4
    connection.close()
