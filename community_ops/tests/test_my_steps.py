"""The page of a person's steps: what stands on it for whom, its parts, and steps done and opened again from it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.models import Condition, Review
from assessments.tests.making import make_assessment
from community_ops.my_steps.open_steps import A_PAGE, Kind, When, open_steps, when_of
from community_ops.tests.fleet_making import MORNING
from community_ops.tests.test_home import make_verdict
from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.moving import CaseMovedOn
from lifecycle.cases.unticking import untick
from lifecycle.cases.working import do_step
from lifecycle.models import Case, CaseTask, HealthState, Treatment
from lifecycle.tests.cases.making import make_case, make_decided, make_dying_group, silent, step_of_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
TODAY = date(2026, 11, 22)


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


def make_condition(team, owner, due_in=0, **fields):
    verdict = make_verdict(
        make_assessment(team, owner or make_user(team)), "conditional", findings=[{"code": "C16", "figures": {}}]
    )
    due_on = TODAY + timedelta(days=due_in)
    return Condition.objects.create(
        verdict=verdict, team=team, place=1, code="C16", owner=owner, due_on=due_on, **fields
    )


def make_reviewed(team, owner, due_in=0):
    """A group whose review falls due so many days from today."""
    opened_on = TODAY - timedelta(days=30 - due_in)
    return make_group(team=team, owner=owner, opened_on=opened_on, plan_review_every_days=30)


def make_plan(team, owner, remedy="revive", **group):
    return make_decided(make_case(make_dying_group(team=team, owner=owner, **group)), remedy)


def make_end(team, owner):
    """The plan of a dissolution of a group in which nothing moved for two months."""
    group = make_dying_group(HealthState.DEAD, team=team, owner=owner)
    silent(group)
    return make_decided(make_case(group), "dissolve")


def done(client, kind, pk, query="", **sent):
    return client.post(reverse("my-step-done", args=[kind, pk]) + query, sent)


def undone(client, kind, pk):
    return client.post(reverse("my-step-undo", args=[kind, pk]))


@pytest.mark.parametrize(
    ("in_days", "part"),
    [(-1, When.LATE), (0, When.TODAY), (1, When.WEEK), (7, When.WEEK), (8, When.LATER)],
)
def test_a_day_lies_in_one_part(team, operator, in_days, part):
    make_condition(team, operator, in_days)
    assert when_of(TODAY + timedelta(days=in_days), TODAY) is part
    counts = open_steps(operator, TODAY).counts
    assert {each for each, count in counts.items() if count} == {part}
    assert [len(open_steps(operator, TODAY, when=each).steps) for each in When] == list(counts.values())


def test_everything_that_is_due_for_a_person_and_nothing_else(team, operator, manager):
    colleague, stranger = make_user(team), make_user(make_team(), "manager")
    case = make_plan(team, operator)
    condition, group = make_condition(team, operator, 3), make_reviewed(team, operator, 7)
    make_reviewed(team, operator, 8)  # no step yet
    make_condition(team, colleague)
    make_plan(team, colleague)
    found = open_steps(operator, TODAY)
    steps = {(Kind.CASE, task.pk, task.due_on) for task in case.tasks.all()}
    assert set(found.steps) == steps | {
        (Kind.CONDITION, condition.pk, condition.due_on),
        (Kind.REVIEW, group.pk, TODAY + timedelta(days=7)),
    }
    assert [day for _kind, _pk, day in found.steps] == sorted(day for _kind, _pk, day in found.steps)
    assert open_steps(manager, TODAY).steps == []
    assert sum(open_steps(manager, TODAY, of_team=True).counts.values()) == len(found.steps) + 1 + case.tasks.count()
    assert open_steps(stranger, TODAY, of_team=True).steps == []
    assert open_steps(operator, TODAY, of_team=True).steps == found.steps  # who leads nothing sees the own ones


def test_steps_of_one_day_count_each(team, operator):
    make_condition(team, operator, 3)
    make_condition(team, operator, 3)
    group = make_reviewed(team, operator)
    for days in (60, 27):  # reviewed twice, and due once
        day = TODAY - timedelta(days=days)
        Review.objects.create(
            group=group, team=team, due_on=day, held_on=day, figures=[], serves="yes", decision="keep", token=uuid4(),
            created_at=timezone.now(), created_by=operator,
        )  # fmt: skip
    assert open_steps(operator, TODAY).counts[When.WEEK] == 3


def test_who_is_in_no_team_has_no_steps():
    assert sum(open_steps(make_user(), TODAY).counts.values()) == 0


def test_what_is_over_is_no_step(team, operator):
    case = make_plan(team, operator)
    make_decided(case, "migrate")  # the steps of the first plan are not worked any more
    assert {CaseTask.objects.get(pk=pk).plan for _kind, pk, _day in open_steps(operator, TODAY).steps} == {2}
    Case.objects.update(state="expired", ended_on=TODAY)
    condition = make_condition(team, operator)
    make_verdict(condition.verdict.assessment, "go")
    assert open_steps(operator, TODAY).steps == []


def test_the_page_in_parts_and_pages_with_as_many_queries_for_many(
    client, team, operator, django_assert_max_num_queries
):
    client.force_login(operator)
    make_plan(team, operator)
    make_condition(team, operator, 3)
    make_reviewed(team, operator, -3)
    address = reverse("my-steps")
    client.get(address)
    with django_assert_max_num_queries(12):
        assert len(client.get(address).context["rows"]) == 8
    for _number in range(4):
        make_plan(team, operator)
        make_condition(team, operator, -1)
        make_reviewed(team, operator)
    with django_assert_max_num_queries(12):
        answer = client.get(address)
    assert len(answer.context["rows"]) == A_PAGE and answer.context["total"] == 40
    assert answer.context["listing"].pages == 2
    assert client.get(address + "?page=999999").context["listing"].page == 2
    assert client.get(address + "?page=999999999").context["listing"].page == 1
    for part, _label, count, query in answer.context["views"]:
        assert client.get(address + query).context["total"] == 40, part
        assert sum(row.when == part for row in client.get(address + query).context["rows"]) == min(count, A_PAGE)


def test_a_step_is_done_from_the_list_and_opened_again(client, team, operator):
    case = make_plan(team, operator)
    before = Case.objects.values().get(pk=case.pk)
    task = step_of_case(case, "take_stock")
    client.force_login(operator)
    page = done(client, "case", task.pk, "?due=late")
    assert page.status_code == 422 and "There is 1 problem" in page.text and 'step-form" open' in page.text
    answer = done(client, "case", task.pk, "?due=late&evil=1", evidence="Seen 12 of them")
    assert answer.url == reverse("my-steps") + "?due=late"
    task.refresh_from_db()
    assert (task.evidence, task.done_by, Case.objects.get(pk=case.pk).state) == ("Seen 12 of them", operator, "running")
    page = client.get(reverse("my-steps")).text
    assert "Done just now" in page and reverse("my-step-undo", args=["case", task.pk]) in page
    assert undone(client, "case", task.pk).status_code == 302
    after = Case.objects.values().get(pk=case.pk)
    assert after | {"version": 0} == before | {"version": 0} and not Treatment.objects.exists()
    task.refresh_from_db()
    assert (task.done_at, task.done_by, task.evidence, task.count) == (None, None, "", None)
    assert list(case.events.order_by("pk").values_list("kind", flat=True))[-2:] == ["work", "unticked"]
    assert AuditEntry.objects.filter(verb="case step undone", object_id=case.pk).count() == 1
    assert undone(client, "case", task.pk).status_code == 409
    assert done(client, "case", task.pk, evidence="Once more").status_code == 302
    assert Case.objects.get(pk=case.pk).attempts == 1


def test_only_what_one_ticked_oneself_a_moment_ago_is_opened_again(team, operator):
    case, now = make_plan(team, operator), timezone.now()
    ticked = {"evidence": "Seen", "count": None, "on": TODAY}
    first, second = step_of_case(case, "take_stock"), step_of_case(case, "real_question")
    do_step(case=case, task=first, by=operator, now=now, **ticked)
    do_step(case=case, task=second, by=operator, now=now, **ticked)
    for by, when in ((make_user(team), now), (operator, now + timedelta(minutes=6))):
        with pytest.raises(CaseMovedOn):
            untick(case=case, task=second, by=by, now=when)
    untick(case=case, task=first, by=operator, now=now)
    assert Case.objects.get(pk=case.pk).state == "running"  # the plan goes on: another step of it is done


@pytest.mark.parametrize(("state", "works"), [("closing", True), ("soft_closed", False)])
def test_a_step_that_the_case_went_on_from_stays_done(team, operator, state, works):
    case = make_end(team, operator)
    task = step_of_case(case, "farewell")
    do_step(case=case, task=task, evidence="Posted", count=None, by=operator, now=timezone.now(), on=TODAY)
    Case.objects.filter(pk=case.pk).update(state=state)
    if works:
        untick(case=case, task=task, by=operator, now=timezone.now())
    else:
        with pytest.raises(CaseMovedOn):
            untick(case=case, task=task, by=operator, now=timezone.now())


def test_a_condition_is_met_with_a_note_and_opened_again(client, team, operator):
    condition = make_condition(team, operator, state="doing")
    client.force_login(operator)
    assert done(client, "condition", condition.pk, note="Two people hired").status_code == 302
    condition.refresh_from_db()
    assert (condition.state, condition.note, condition.done_by) == ("done", "Two people hired", operator)
    assert undone(client, "condition", condition.pk).status_code == 302
    condition.refresh_from_db()
    assert (condition.state, condition.note, condition.done_by) == ("doing", "", None)
    undone(client, "condition", condition.pk)  # too late: nothing happens
    assert done(client, "condition", condition.pk, note="x\0").status_code == 422


def test_steps_of_other_teams_do_not_exist(client, operator):
    foreign = make_team()
    case, condition = make_plan(foreign, make_user(foreign)), make_condition(foreign, make_user(foreign))
    client.force_login(operator)
    task = step_of_case(case, "take_stock")
    for kind, pk in (("case", task.pk), ("condition", condition.pk), ("review", 1), ("else", 1)):
        assert done(client, kind, pk, evidence="Mine").status_code == 404
        assert undone(client, kind, pk).status_code == 404


def test_the_last_step_of_an_end_leads_a_manager_to_its_proof(client, team, operator, manager):
    case = make_end(team, operator)
    client.force_login(operator)
    last = step_of_case(case, "dissolve_on_platform")
    assert done(client, "case", last.pk, evidence="Gone").status_code == 404
    proof = reverse("case-action", args=[case.pk, "prove"])
    assert proof not in client.get(reverse("my-steps")).text
    Case.objects.filter(pk=case.pk).update(state="soft_closed")
    assert proof not in client.get(reverse("my-steps")).text
    client.force_login(manager)
    assert proof in client.get(reverse("my-steps") + "?whose=team").text
