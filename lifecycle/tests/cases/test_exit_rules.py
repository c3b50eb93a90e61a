"""The exit rule of a plan is what its case obeys: how long it tries, how long it waits, and who agrees to the end."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from groups.models import Team
from groups.tests.making import make_team, make_user
from lifecycle.cases.clocks import count_days
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.moving import Refused
from lifecycle.cases.working import confirm, do_step, may_confirm, soft_close
from lifecycle.models import Case, CaseTask
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    later,
    make_case,
    make_decided,
    make_dying_group,
    read_health,
    silent,
    step_of_case,
    watched,
)
from lifecycle.views.cases.clock import clock_of_case

pytestmark = pytest.mark.django_db


def days_left(case: Case) -> int:
    return (case.due_on - DAY).days


def begun(**plan) -> Case:
    """A revival whose first step was done on DAY."""
    case = make_decided(make_case(make_dying_group(**plan)), "revive")
    watched(case.group)
    task = step_of_case(case, "take_stock")
    do_step(case=case, task=task, evidence="Seen", count=None, by=make_user(case.team), **later(0))
    case.refresh_from_db()
    return case


def closing(**plan) -> Case:
    group = make_dying_group(**plan)
    silent(group)
    return make_decided(make_case(group), "dissolve")


@pytest.mark.parametrize(("planned", "days"), [(None, 14), (3, 3), (30, 30)])
def test_an_attempt_lasts_as_long_as_the_plan_says(planned, days):
    case = begun(plan_revive_for_days=planned)
    assert days_left(case) == days
    assert max(CaseTask.objects.filter(case=case).values_list("due_on", flat=True)) == DAY + timedelta(min(days, 7))
    evaluate_cases(DAY + timedelta(days - 1), now=NOW)
    case.refresh_from_db()
    assert (case.state, case.days_counted) == ("running", days - 1)
    evaluate_cases(DAY + timedelta(days), now=NOW)
    case.refresh_from_db()
    assert (case.state, days_left(case)) == ("evaluating", max(days + 14, 21))


@pytest.mark.parametrize(("planned", "over"), [(None, 28), (3, 21), (20, 34)])
def test_an_attempt_is_judged_when_its_days_are_over(planned, over):
    """Never before it can have had two checks: a short attempt gets as long as those need."""
    case = begun(plan_revive_for_days=planned)
    Case.objects.filter(pk=case.pk).update(state="evaluating")
    read_health(case.group, DAY + timedelta(1), [2000] * (over - 1))
    evaluate_cases(DAY + timedelta(over - 1), now=NOW)
    assert Case.objects.get().state == "evaluating"
    read_health(case.group, DAY + timedelta(over), [2000])
    evaluate_cases(DAY + timedelta(over), now=NOW)
    assert Case.objects.get().state == "open"


@pytest.mark.parametrize(("planned", "days"), [(None, 14), (3, 3), (40, 40)])
def test_a_muted_group_waits_for_movement_as_long_as_the_plan_says(planned, days):
    case = closing(plan_dissolve_after_days=planned)
    assert days_left(case) == 7, "members are told the same days before, whatever the plan says"
    assert step_of_case(case, "dissolve_on_platform").due_on == DAY + timedelta(7 + days)
    CaseTask.objects.filter(case=case).exclude(step="dissolve_on_platform").update(
        done_at=NOW, done_by=case.decided_by, evidence="Seen"
    )
    confirm(case=case, version=case.version, by=case.group.owner, **later(1))
    case.refresh_from_db()
    muted = soft_close(case=case, version=case.version, by=case.decided_by, **later(7))
    assert days_left(muted) == 7 + days
    watched(case.group, 8 + days)
    count_days(Case.objects.all(), DAY + timedelta(8))
    muted.refresh_from_db()
    assert (days_left(muted), clock_of_case(muted)["counted"]) == (7 + days, f"已计 1 天，共 {days} 天")


def people(case: Case) -> dict:
    """Who might agree to the end; `above` manages the team over that of the group."""
    top = make_team()
    Team.objects.filter(pk=case.team_id).update(parent=top)
    return {
        "owner": case.group.owner,
        "operator": make_user(case.team),
        "manager": make_user(case.team, role="manager"),
        "above": make_user(top, role="manager"),
        "decider": case.decided_by,
        "stranger": make_user(make_team(), role="manager"),
    }


@pytest.mark.parametrize(
    ("named", "active", "may"),
    [
        pytest.param(None, True, {"owner"}, id="the plan names nobody"),
        pytest.param("operator", True, {"operator"}, id="somebody of the team"),
        pytest.param("above", True, {"above"}, id="who manages a team above"),
        pytest.param("decider", True, {"owner"}, id="who decided it"),
        pytest.param("operator", False, {"owner"}, id="somebody whose account is closed"),
        pytest.param("stranger", True, {"owner"}, id="somebody who works elsewhere now"),
    ],
)
def test_whom_the_plan_names_agrees_to_the_end(named, active, may):
    case = closing()
    who = people(case)
    if named:
        case.group.plans.update(dissolution_approver=who[named])
        type(who[named]).objects.filter(pk=who[named].pk).update(is_active=active)
    allowed = {name for name, person in who.items() if may_confirm(case, type(person).objects.get(pk=person.pk))}
    assert allowed == may


def test_who_else_wants_to_agree_is_told_whose_word_counts():
    case = closing()
    who = people(case)
    case.group.plans.update(dissolution_approver=who["above"])
    with pytest.raises(Refused) as refused:
        confirm(case=case, version=case.version, by=who["owner"], **later(1))
    assert (refused.value.code, refused.value.figures) == ("approver_needed", {"person": str(who["above"])})
    assert confirm(case=case, version=case.version, by=who["above"], **later(1)).state == "closing"


@pytest.mark.parametrize(
    ("at", "said"),
    [("13:00", "Nothing is posted to the members then"), ("22:00", "hold now: post to the members after them")],
)
def test_the_page_says_what_the_plan_says(client, at, said):
    group = make_dying_group(plan_quiet_from=time(21), plan_quiet_to=time(9), plan_revive_for_days=10)
    case = make_decided(make_case(group), "revive")
    client.force_login(make_user(case.team, language="en"), backend="community_ops.colleagues.ColleagueBackend")
    with time_machine.travel(f"2026-11-02T{at}:00+08:00", tick=False):
        page = client.get(reverse("case-page", args=[case.pk])).text
    assert said in page and "21:00–09:00" in page
    assert "An attempt to revive it lasts 10 days" in page
