"""Case 32: an operator names things of another team elsewhere than in the path: nothing is told, nothing written.

The path is the matrix itself: strangers get 404 there. Each form is also sent with the own thing, and accepted.
"""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community_ops.tests.digest import changed_tables, digest_of_tables

pytestmark = pytest.mark.django_db

PLAN = {
    "version": 0,
    "monetization": "repurchase",
    "activity_kind": "conversation",
    "lifespan": "lasting",
    "starts_on": "2026-11-01",
}
FACTS = {"platform": "wecom", "name": "Made by hand", "layer": "none", "opened_on": "2026-11-01"}


@pytest.fixture
def operator(browser_of):
    return browser_of("operator")


def assert_writes_nothing(send, codes):
    before = digest_of_tables()
    answer = send()
    assert answer.status_code in codes
    assert changed_tables(before, digest_of_tables()) == set()
    return answer


@pytest.mark.parametrize(
    ("name", "query"),
    [
        pytest.param("group-list", "team={team}", id="groups by team"),
        pytest.param("group-list", "owner={owner}", id="groups by owner"),
        pytest.param("group-list", "q=Foreign", id="groups by search"),
        pytest.param("group-list", "after=Foreign&sort=name", id="groups by cursor"),
        pytest.param("case-board", "owner={owner}", id="cases by owner"),
        pytest.param("case-board", "owner={owner}&column=reviving", id="a column by owner"),
        pytest.param("health-dashboard", "team={team}", id="dashboard by team"),
        pytest.param("assessment-list", "q=Foreign&team={team}&owner={owner}", id="assessments"),
        pytest.param("import-list", "before=999999999&team={team}", id="imports"),
    ],
)
def test_a_filter_shows_nothing_of_another_team(world, operator, name, query):
    asked = query.format(team=world.foreign.team.pk, owner=world.foreign.operator.pk)
    page = operator.get(f"{reverse(name)}?{asked}")
    assert page.status_code in (200, 400)
    told = page.content.decode().replace("q=Foreign", "").replace('value="Foreign"', "")
    for thing in ("Foreign group", "Foreign plan", "Foreign.csv", "Foreign operator", "Foreign team"):
        assert thing not in told


def test_a_header_of_htmx_opens_nothing(world, operator):
    address = reverse("import-page", args=[world.foreign.upload.pk])
    for headers in ({"hx-request": "true"}, {"hx-request": "true", "hx-boosted": "true"}, {"hx-target": "progress"}):
        assert operator.get(address, headers=headers).status_code == 404


def test_a_group_is_not_registered_for_another_team(world, operator):
    for team, owner in (
        (world.foreign.team, world.foreign.operator),
        (world.foreign.team, world.own.operator),
        (world.own.team, world.foreign.operator),
    ):
        typed = FACTS | PLAN | {"team": team.pk, "owner": owner.pk}
        assert_writes_nothing(lambda typed=typed: operator.post(reverse("group-new"), typed), (422,))
    typed = FACTS | PLAN | {"team": world.own.team.pk, "owner": world.own.operator.pk}
    assert operator.post(reverse("group-new"), typed).status_code == 302


def test_a_group_is_not_given_to_a_person_or_team_of_another_team(world, operator):
    address = reverse("group-edit", args=[world.own.group.pk])
    typed = FACTS | {"part": "facts", "version": world.own.group.version, "owner": world.foreign.operator.pk}
    assert_writes_nothing(lambda: operator.post(address, typed), (422,))
    moved = typed | {"owner": world.own.operator.pk, "team": world.foreign.team.pk, "team_id": world.foreign.team.pk}
    assert operator.post(address, moved).status_code == 302
    world.own.group.refresh_from_db()
    assert world.own.group.team_id == world.own.team.pk


def test_a_line_of_another_group_is_not_taken_back(world, operator):
    address = reverse("group-ledger", args=[world.own.group.pk])
    assert_writes_nothing(lambda: operator.post(address, {"reverse": world.foreign.line.pk, "reason": "x"}), (404,))
    assert operator.post(address, {"reverse": world.own.line.pk, "reason": "x"}).status_code == 302


def test_a_step_of_another_case_is_not_done(world, operator):
    address = reverse("case-step", args=[world.own.case.pk, world.foreign.step.pk])
    assert_writes_nothing(lambda: operator.post(address, {"evidence": "done"}), (404,))


def test_a_case_is_not_given_to_a_person_of_another_team(world, browser_of):
    address = reverse("case-action", args=[world.own.case.pk, "assign"])
    typed = {"version": world.own.case.version, "owner": world.foreign.operator.pk, "reason": "holiday"}
    assert_writes_nothing(lambda: browser_of("manager").post(address, typed), (422,))
    assert browser_of("manager").post(address, typed | {"owner": world.own.manager.pk}).status_code == 302


def test_a_condition_of_another_verdict_is_not_changed(world, operator):
    address = reverse("verdict-condition", args=[world.own.decided.pk, world.foreign.condition])
    assert_writes_nothing(lambda: operator.post(address, {"state": "done"}), (404,))


def test_a_condition_is_not_given_to_a_person_of_another_team(world, operator):
    address = reverse("verdict-condition", args=[world.own.decided.pk, world.own.condition])
    form = f"condition-{world.own.condition}"
    typed = {f"{form}-state": "open", f"{form}-due_on": "2026-12-24", f"{form}-owner": world.foreign.operator.pk}
    assert_writes_nothing(lambda: operator.post(address, typed), (422,))
    assert operator.post(address, typed | {f"{form}-owner": world.own.manager.pk}).status_code == 302


def test_a_file_is_not_uploaded_for_another_team(world, operator):
    def send(team):
        file = SimpleUploadedFile("days.csv", b"group,date,messages\nA,2026-06-01,3\n")
        return operator.post(reverse("import-new"), {"team": team.pk, "platform": "wecom", "file": file})

    assert_writes_nothing(lambda: send(world.foreign.team), (400,))
    assert send(world.own.team).status_code == 302


def test_an_assessment_is_not_started_for_another_team(world, operator):
    operator.post(reverse("assessment-new"), {"team": world.foreign.team.pk})
    assert not type(world.own.draft).objects.filter(team=world.foreign.team, created_by=world.own.operator).exists(), (
        "it is started for the own team, or not at all"
    )


def test_a_plan_names_no_person_of_another_team(world, operator):
    address = reverse("assessment-page", args=[world.own.draft.pk, "basics", "purpose"])
    typed = {"purpose": "business", "owner": world.foreign.operator.pk}
    assert operator.post(address, typed).status_code == 422
    assert operator.post(address, typed | {"owner": world.own.operator.pk}).status_code == 302
