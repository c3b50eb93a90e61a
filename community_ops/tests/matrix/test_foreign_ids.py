"""Case 32: an operator names things of another team elsewhere than in the path: nothing is told, nothing written.

The path is the matrix itself: strangers get 404 there. Each form is also sent with the own thing, and accepted.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community_ops.tests.digest import changed_tables, digest_of_tables
from groups.models import RegistryImport
from groups.tests.making_lists import worked, written
from groups.tests.making_models import make_model

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
        pytest.param("notices", "", id="notices"),
        pytest.param("case-board", "owner={owner}", id="cases by owner"),
        pytest.param("case-board", "owner={owner}&column=reviving", id="a column by owner"),
        pytest.param("health-dashboard", "team={team}", id="dashboard by team"),
        pytest.param("placement-calendar", "team={team}&month=2026-11", id="placements by team"),
        pytest.param("placement-new", "group={team}&partner={owner}", id="a placement filled in"),
        pytest.param("lifetimes", "team={team}", id="lifetimes by team"),
        pytest.param("group-list", "closed=all&fate=unknown&team={team}", id="groups by fate"),
        pytest.param("funnel", "team={team}", id="funnel by team"),
        pytest.param("funnel-moves", "team={team}&from=none", id="moves by team"),
        pytest.param("assessment-list", "q=Foreign&team={team}&owner={owner}", id="assessments"),
        pytest.param("ledger-entry", "", id="groups to enter a line for"),
        pytest.param("hours", "", id="people and groups of hours"),
        pytest.param("recurring-lines", "add=1", id="recurring lines"),
        pytest.param("allocation-list", "team={team}", id="shared costs"),
        pytest.param("ledger-months", "", id="months"),
        pytest.param("capacity", "team={team}", id="capacity by team"),
        pytest.param("coverage", "team={team}&owner={owner}&q=Foreign", id="coverage by team"),
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


def test_a_month_of_another_team_is_not_shown(world, operator):
    assert operator.get(f"{reverse('ledger-months')}?team={world.foreign.team.pk}").status_code == 404


def test_lines_hours_and_promises_are_not_entered_for_a_group_of_another_team(world, operator, browser_of):
    group, colleague = world.foreign.group.pk, world.foreign.operator.pk
    line = {"group": group, "what": "revenue", "amount": "5", "on": "2026-11-01", "token": str(uuid4())}
    assert_writes_nothing(lambda: operator.post(reverse("ledger-entry"), line), (422,))
    promise = line | {"rhythm": "monthly", "measure": "amount"}
    assert_writes_nothing(lambda: operator.post(reverse("recurring-lines"), promise), (422,))
    hours = line | {"person": colleague, "hours": "1"}
    assert_writes_nothing(lambda: browser_of("manager").post(reverse("hours"), hours), (422,))
    assert operator.post(reverse("ledger-entry"), line | {"group": world.own.group.pk}).status_code == 302


def test_a_cost_is_not_shared_over_another_team(world, browser_of):
    shared = {"team": world.foreign.team.pk, "amount": "5", "on": "2026-11-01", "basis": "equal"}
    shared |= {"category": world.own.allocation.category_id, "token": str(uuid4()), "action": "preview"}
    assert_writes_nothing(lambda: browser_of("manager").post(reverse("allocation-new"), shared), (422,))
    own = browser_of("manager").post(reverse("allocation-new"), shared | {"team": world.own.team.pk})
    assert own.status_code == 200


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


def test_groups_of_another_team_are_not_changed_in_bulk(world, operator):
    """Foreign ids are passed over; alone they are nothing to change."""
    typed = {"do": "layer", "apply": "1", "value": "vip", "pick": [world.foreign.group.pk]}
    for query in ("", f"?team={world.foreign.team.pk}", f"?owner={world.foreign.operator.pk}"):
        address = reverse("group-bulk") + query
        sent = typed | {"token": str(uuid4())}
        assert_writes_nothing(lambda address=address, sent=sent: operator.post(address, sent), (302,))
    both = typed | {"token": str(uuid4()), "pick": [world.foreign.group.pk, world.own.group.pk]}
    assert operator.post(reverse("group-bulk"), both).status_code == 302
    world.foreign.group.refresh_from_db()
    world.own.group.refresh_from_db()
    assert (world.foreign.group.layer, world.own.group.layer) == ("none", "vip")


def test_groups_are_not_given_to_a_person_of_another_team_in_bulk(world, operator):
    typed = {"do": "assign", "apply": "1", "pick": [world.own.group.pk], "token": str(uuid4())}
    typed["value"] = world.foreign.operator.pk
    assert_writes_nothing(lambda: operator.post(reverse("group-bulk"), typed), (422,))


@pytest.mark.parametrize("query", ["", "?team={team}", "?owner={owner}", "?q=Foreign", "?closed=all"])
def test_a_file_of_the_list_holds_nothing_of_another_team(world, operator, query):
    asked = query.format(team=world.foreign.team.pk, owner=world.foreign.operator.pk)
    answer = operator.post(reverse("group-export") + asked, {"type": "csv"})
    assert b"Foreign" not in b"".join(answer.streaming_content)


def test_a_list_is_not_imported_for_another_team(world, operator):
    file = SimpleUploadedFile("list.csv", b"name,team,opened on\nSmuggled,Foreign team,2026-06-01\n")
    typed = {"team": world.foreign.team.pk, "file": file}
    assert_writes_nothing(lambda: operator.post(reverse("registry-import-new"), typed), (422,))
    file.seek(0)
    answer = operator.post(reverse("registry-import-new"), {"team": world.own.team.pk, "file": file})
    upload = RegistryImport.objects.get(pk=int(answer.url.split("/")[-2]))
    operator.post(
        reverse("registry-import-columns", args=[worked(upload).pk]), {"column_0": "name", "column_1": "team"}
    )
    assert written(worked(upload), upload.uploaded_by).foreseen == {"refused": 1}
    assert not type(world.own.group).objects.filter(name="Smuggled").exists()


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


def test_a_plan_of_another_team_is_not_compared(world, operator):
    for ids in (world.foreign.decided.pk, f"{world.own.decided.pk},{world.foreign.decided.pk}"):
        address = f"{reverse('assessment-compare')}?ids={ids}"
        assert_writes_nothing(lambda address=address: operator.get(address), (404,))
    assert operator.get(f"{reverse('assessment-compare')}?ids={world.own.decided.pk}").status_code == 200


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


def test_a_placement_names_no_group_or_partner_of_another_team(world, operator):
    own, foreign = world.own.placement, world.foreign.placement
    typed = {"on": "2026-11-20", "paid_by": "placement", "price": "5", "token": str(uuid4())}
    for group, partner in (
        (own.group, foreign.partner),
        (foreign.group, own.partner),
        (foreign.group, foreign.partner),
    ):
        mixed = typed | {"group": group.pk, "partner": partner.pk}
        assert_writes_nothing(lambda mixed=mixed: operator.post(reverse("placement-new"), mixed), (422,))
    mine = typed | {"group": own.group_id, "partner": own.partner_id}
    assert operator.post(reverse("placement-new"), mine).status_code == 302


def test_a_partner_is_not_added_to_another_team(world, operator):
    typed = {"name": "Acme", "audience": ""}
    asked = typed | {"team": world.foreign.team.pk}
    assert_writes_nothing(lambda: operator.post(reverse("partner-list"), asked), (422,))
    assert operator.post(reverse("partner-list"), typed | {"team": world.own.team.pk}).status_code == 302


def test_a_model_of_another_group_is_not_ended(world, operator):
    address = reverse("group-model", args=[world.own.group.pk])
    theirs = make_model(world.foreign.group, "none", is_main=False)
    assert_writes_nothing(lambda: operator.post(address, {"end": theirs.pk}), (404,))


def test_people_do_not_move_to_a_group_of_another_team(world, operator):
    address = reverse("group-moves", args=[world.own.group.pk])
    world.foreign.group.layer = "vip"
    world.foreign.group.save()
    typed = {"target": world.foreign.group.pk, "people": "3", "on": "2026-11-20", "token": str(uuid4())}
    assert_writes_nothing(lambda: operator.post(address, typed), (422,))


def test_a_plan_names_no_person_of_another_team(world, operator):
    address = reverse("assessment-page", args=[world.own.draft.pk, "basics", "purpose"])
    typed = {"purpose": "business", "owner": world.foreign.operator.pk}
    assert operator.post(address, typed).status_code == 422
    assert operator.post(address, typed | {"owner": world.own.operator.pk}).status_code == 302
