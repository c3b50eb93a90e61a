"""The doors of cases: who may, what happens, what is refused, and what the page says."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from groups.models import Group
from groups.tests.making import make_team, make_user
from lifecycle.models import Case, CaseTask, HealthState
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    REASON,
    act,
    make_case,
    make_decided,
    make_dying_group,
    silent,
    step_of_case,
)
from lifecycle.views.cases.actions import PAGES

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in(client):
    def as_user(user):
        user.language = user.language or "en"
        user.save()
        client.force_login(user, backend=BACKEND)
        return client

    return as_user


def lead(case):
    return make_user(case.team, role="manager")


def address(case, action="", **more):
    return reverse("case-action", args=[case.pk, action]) if action else reverse("case-page", args=[case.pk])


def sent(case, **fields):
    return {"version": case.version, "reason": REASON} | fields


def test_the_board_shows_each_case_in_its_column(sign_in):
    team = make_team()
    manager = make_user(team, role="manager")
    waiting, begun = (make_case(make_dying_group(team=team, name=name)) for name in ("Waiting", "Begun"))
    make_decided(begun, "revive", by=manager)
    make_case(make_dying_group(name="Foreign"))
    page = sign_in(manager).get(reverse("case-board"))
    columns = {key: [case.group.name for case in cards] for key, _, _, cards in page.context["board"]}
    assert columns == {"triage": ["Waiting"], "reviving": ["Begun"], "migrating": [], "closing": []}
    assert "Foreign" not in page.text and "Scripted activation 0/6" in page.text and "14 days left" in page.text
    assert address(waiting, "revive") in page.text


def test_an_operator_sees_the_board_without_the_menu_to_move(sign_in):
    case = make_case()
    page = sign_in(make_user(case.team)).get(reverse("case-board"))
    assert case.group.name in page.text and "Move to" not in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", 2), ("?cause=silence", 1), ("?cause=ad_overrun", 1), ("?cause=nonsense&owner=x", 2), ("?owner=999999", 0)],
)
def test_the_board_is_filtered_by_the_address(sign_in, query, shown):
    team = make_team()
    make_case(make_dying_group(team=team))
    make_case(make_dying_group(HealthState.AD_OVERRUN, "ad_overrun", team=team))
    page = sign_in(make_user(team)).get(reverse("case-board") + query)
    assert page.context["counts"]["triage"] == shown


def test_a_column_has_a_list_of_its_own(sign_in):
    case = make_case()
    Case.objects.update(snoozed_until=DAY + timedelta(days=9))
    client = sign_in(make_user(case.team))
    assert case.group.name in client.get(reverse("case-board") + "?column=snoozed").text
    assert case.group.name not in client.get(reverse("case-board") + "?column=triage").text


def test_the_board_asks_as_often_for_many_cases_as_for_few(sign_in, django_assert_max_num_queries):
    team = make_team()
    manager = make_user(team, role="manager")
    for _ in range(14):
        make_case(make_dying_group(team=team))
    client = sign_in(manager)
    with django_assert_max_num_queries(8):
        client.get(reverse("case-board"))
    with django_assert_max_num_queries(9):
        client.get(reverse("case-board") + "?column=triage")


def test_the_page_says_what_is_recommended_and_why(sign_in):
    group = make_dying_group()
    act(group, DAY, messages=9, speakers=9, members=list(range(9)))
    case = make_case(group)
    page = sign_in(lead(case)).get(address(case))
    assert "Recommendation: Revive first" in page.text
    assert "silence alone is not death; 3 answers would be a pulse" in page.text
    assert "9 members were active in the last 56 known days" in page.text
    assert "money does not speak here" in page.text


def test_an_end_that_members_stopped_asks_for_nothing_more(sign_in):
    group = make_dying_group()
    silent(group)
    case = make_decided(make_case(group), "dissolve")
    client = sign_in(lead(case))
    assert "its end has stopped" not in client.get(address(case)).text
    Case.objects.filter(pk=case.pk).update(state="evaluating")  # as the night leaves it
    page = client.get(address(case))
    assert "its end has stopped" in page.text and page.context["steps"] == []


def test_the_page_asks_a_fixed_number_of_times(sign_in, django_assert_max_num_queries):
    group = make_dying_group()
    silent(group)
    case = make_decided(make_case(group), "dissolve")
    client = sign_in(lead(case))
    with django_assert_max_num_queries(16):
        client.get(address(case))


def test_a_manager_decides_and_the_steps_appear(sign_in):
    case = make_case()
    client = sign_in(lead(case))
    assert "Scripted activation" in client.get(address(case, "revive")).text
    page = client.post(address(case, "revive"), sent(case, playbook="script", budget="1.2w"), follow=True)
    case.refresh_from_db()
    assert (case.state, case.budget) == ("planned", 12000)
    assert "Feel the pulse" in page.text and f"of all that we did in {case.group.name}" in page.text


@pytest.mark.parametrize(
    ("remedy", "typed", "said"),
    [
        ("revive", {"playbook": "red_packet", "budget": ""}, "A small red packet at 20:00. Whoever opens it"),
        ("revive", {"playbook": "red_packet", "budget": "150"}, "A small red packet at 20:00, ¥150 in all"),
        ("farewell", {"playbook": "farewell", "moves_to": ""}, "Whoever wants to go on: tell "),
    ],
    ids=["no budget", "a budget", "no next group"],
)
def test_a_text_to_copy_never_shows_a_gap(sign_in, remedy, typed, said):
    case = make_case(cause="mission_complete" if remedy == "farewell" else "silence")
    page = sign_in(lead(case)).post(address(case, remedy), sent(case, **typed), follow=True).text
    assert said in page
    assert not re.search(r"\$[a-z_]+", page)


def test_a_short_reason_is_an_error_beside_the_field(sign_in):
    case = make_case()
    page = sign_in(lead(case)).post(address(case, "keep"), sent(case, reason="because"))
    assert page.status_code == 422
    assert "<title>Error: " in page.text and 'href="#id_reason"' in page.text and "because" in page.text


@pytest.mark.parametrize("action", [action.value for action in PAGES])
def test_another_team_finds_nothing(sign_in, action):
    case = make_case()
    client = sign_in(make_user(make_team(), role="manager"))
    for answer in (
        client.get(address(case, action)),
        client.post(address(case, action), sent(case)),
        client.get(address(case)),
    ):
        assert answer.status_code == 404
    assert Case.objects.get().version == 1


def test_a_step_of_another_team_or_case_is_not_found(sign_in):
    case, other = make_decided(make_case(), "revive"), make_decided(make_case(), "revive")
    task = step_of_case(case, "take_stock")
    strangers = sign_in(make_user(make_team(), role="manager"))
    assert strangers.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "x"}).status_code == 404
    own = sign_in(lead(other))
    assert own.post(reverse("case-step", args=[other.pk, task.pk]), {"evidence": "x"}).status_code == 404
    assert not CaseTask.objects.exclude(done_at=None).exists()


@pytest.mark.parametrize("action", ["revive", "migrate", "dissolve", "keep", "snooze", "assign", "prove"])
def test_an_operator_is_refused_what_a_manager_decides(sign_in, action):
    case = make_case()
    client = sign_in(make_user(case.team))
    assert client.get(address(case, action)).status_code == 403
    assert client.post(address(case, action), sent(case)).status_code == 403
    assert action not in {button["action"] for button in client.get(address(case)).context["actions"]}


@pytest.mark.parametrize("word", ["expire", "time_up", "recovered", "work", "nonsense"])
def test_what_the_night_does_has_no_address(sign_in, word):
    case = make_case()
    assert sign_in(lead(case)).post(address(case, word), sent(case)).status_code == 404


def test_an_operator_proposes_and_the_manager_reads_it(sign_in):
    case = make_case()
    client = sign_in(make_user(case.team, display_name="Li Na"))
    client.post(address(case, "propose"), sent(case, remedy="migrate"))
    assert "Li Na proposes: Migrate" in sign_in(lead(case)).get(address(case)).text
    make_decided(Case.objects.get(), "keep")
    assert "proposes: Migrate" not in sign_in(lead(case)).get(address(case)).text


def test_a_decision_on_an_old_page_is_told_who_was_first(sign_in):
    case = make_case()
    first = make_user(case.team, role="manager", display_name="Wang Fang")
    make_decided(case, "revive", by=first)
    page = sign_in(lead(case)).post(address(case, "keep"), sent(case, reason="It is only the holiday week"))
    assert page.status_code == 409
    assert "Wang Fang decided" in page.text and REASON in page.text and "It is only the holiday week" in page.text
    assert Case.objects.get().remedy == "revive"


def test_dissolving_an_untried_group_is_interrupted_first(sign_in):
    group = make_dying_group()
    act(group, DAY, messages=1, speakers=1, members=[1])
    case = make_case(group)
    client = sign_in(lead(case))
    page = client.post(address(case, "dissolve"), sent(case, playbook="dissolution"))
    assert "Nobody has tried to revive this group yet" in page.text and Case.objects.get().state == "open"
    assert REASON in page.text and 'name="knowingly"' in page.text
    client.post(address(case, "dissolve"), sent(case, playbook="dissolution", knowingly="on"))
    assert Case.objects.get().state == "closing"


def test_a_group_that_moves_is_not_dissolved_and_the_page_says_why(sign_in):
    group = make_dying_group()
    act(group, DAY, messages=9, speakers=9, members=list(range(9)))
    case = make_case(group)
    page = sign_in(lead(case)).post(address(case, "dissolve"), sent(case, playbook="dissolution", knowingly="on"))
    assert page.status_code == 422 and "This group still moves (9 active members or more)" in page.text


@pytest.mark.parametrize(
    ("fields", "until", "worse"),
    [
        ({"until": "3"}, DAY + timedelta(days=3), None),
        ({"until": "worse"}, None, 2),
        ({"until": "day", "day": "2026年11月20日"}, DAY + timedelta(days=18), None),
        ({"until": "either", "day": "2026-11-20"}, DAY + timedelta(days=18), 2),
    ],
)
def test_a_case_is_snoozed(sign_in, fields, until, worse):
    case = make_case()
    sign_in(lead(case)).post(address(case, "snooze"), {"version": 1} | fields)
    case.refresh_from_db()
    assert (case.snoozed_until, case.snoozed_until_worse_than) == (until, worse)


@pytest.mark.parametrize("fields", [{}, {"until": "day"}, {"until": "either"}, {"until": "day", "day": "2027-11-20"}])
def test_a_snooze_without_a_good_day_is_refused(sign_in, fields):
    case = make_case()
    assert sign_in(lead(case)).post(address(case, "snooze"), {"version": 1} | fields).status_code == 422


def test_a_step_is_ticked_by_an_operator(sign_in):
    case = make_decided(make_case(), "revive")
    task = step_of_case(case, "pulse")
    client = sign_in(make_user(case.team))
    missing = client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": ""})
    assert missing.status_code == 422 and "Enter the number that was counted" in missing.text
    done = client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "Asked at 20:00", "count": "4"})
    assert done.status_code == 302
    page = client.get(address(case))
    assert "How many different members answered: " in page.text and "Asked at 20:00" in page.text
    again = client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "Again", "count": "5"})
    assert again.status_code == 409 and CaseTask.objects.get(pk=task.pk).count == 4


def test_a_whole_dissolution_by_its_pages(sign_in, client):
    group = make_dying_group()
    silent(group)
    case = make_case(group)
    manager = lead(case)
    sign_in(manager).post(address(case, "dissolve"), sent(case, playbook="dissolution"))
    page = client.get(address(case))
    assert f"{group.owner} agrees to the end" in page.text and "Post the goodbye" in page.context["next"][0]
    assert {button["action"] for button in page.context["actions"]} == {"keep"}  # the others would only be refused
    assert "Keep the group after all" in page.text and "False alarm" not in page.text
    assert "confirm" not in {button["action"] for button in client.get(address(case)).context["actions"]}
    assert "Post the first notice first" in client.get(address(case)).text
    for step in ("farewell", "notice_first", "notice_last", "archive"):
        task = step_of_case(Case.objects.get(), step)
        client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "Screenshot"})
    assert "Wait until 2026-11-05: members have 3 days between the two notices" in client.get(address(case)).text
    case.refresh_from_db()
    assert REASON in sign_in(group.owner).get(address(case, "confirm")).text
    client.post(address(case, "confirm"), {"version": case.version})
    page = client.get(address(case))
    assert "Agreed to the end" in page.text and "confirm" not in {each["action"] for each in page.context["actions"]}
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        sign_in(manager)
        task = step_of_case(Case.objects.get(), "notice_last")
        answer = client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "Screenshot"})
        assert answer.status_code == 302
    case.refresh_from_db()
    early = sign_in(manager).post(address(case, "soft_close"), {"version": case.version})
    assert early.status_code == 422 and "something is still missing" in early.text
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        sign_in(manager).post(address(case, "soft_close"), {"version": case.version})
        case.refresh_from_db()
        task = step_of_case(case, "mute")
        client.post(reverse("case-step", args=[case.pk, task.pk]), {"evidence": "Muted"})
    with time_machine.travel(NOW + timedelta(days=22), tick=False):
        page = sign_in(manager).get(address(case, "prove"))
        assert "This page cannot dissolve a group for you" in page.text and "0 recurring lines end" in page.text
        case.refresh_from_db()
        picture = SimpleUploadedFile("end.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
        said = {"version": case.version, "proof": "Shot 7", "lesson": "Earlier", "people": "keep", "token": uuid4()}
        client.post(address(case, "prove"), said | {"file": SimpleUploadedFile("end.svg", b"<svg/>")})
        assert Case.objects.get(pk=case.pk).state == "soft_closed"
        client.post(address(case, "prove"), said | {"file": picture})
        assert "Closing report" in client.get(address(case)).content.decode()
        case.refresh_from_db()
        assert case.state == "dissolved" and Group.objects.get(pk=group.pk).closed_on is not None
        page = client.get(address(case))
    assert "Shot 7" in page.text and page.context["actions"] == page.context["next"] == []
    assert page.text.index("Closing report") < page.text.index('id="steps"')  # what came of it stands first


@pytest.mark.parametrize(
    ("remedy", "fields", "said"),
    [
        ("", {}, "A manager of the team decides by 2026-11-16"),
        ("", {"snoozed_until_worse_than": 2}, "Nothing to do until the case is back from its snooze"),
        ("revive", {}, ", by 2026-11-02: Take stock"),
        ("revive", {"state": "evaluating"}, "The figures decide by 2026-11-16"),
        ("migrate", {"state": "evaluating"}, "A manager ends the case as migrated"),
        ("dissolve", {"state": "soft_closed"}, ", by 2026-11-09: Mute the group"),
    ],
)
def test_the_page_says_who_does_what_next(sign_in, remedy, fields, said):
    group = make_dying_group()
    silent(group)
    case = make_case(group)
    case = make_decided(case, remedy) if remedy else case
    Case.objects.filter(pk=case.pk).update(**fields)
    assert said in sign_in(make_user(case.team)).get(address(case)).context["next"][0]


def test_a_goodbye_names_where_members_can_go(sign_in):
    group = make_dying_group()
    silent(group)
    case = make_case(group)
    client = sign_in(lead(case))
    said = {"playbook": "dissolution", "knowingly": "on"}
    client.post(address(case, "dissolve"), sent(case, **said, moves_to="Winter readers"))
    assert "Winter readers is open to you" in client.get(address(case)).text


def test_a_migration_ends_with_its_people_told(sign_in):
    case = make_decided(make_case(), "migrate")
    CaseTask.objects.filter(case=case, step="invite").update(count=7, done_at=NOW, done_by=case.decided_by)
    Case.objects.filter(pk=case.pk).update(state="evaluating")
    client = sign_in(case.decided_by)
    told = "Invited 7, arrived --, active after 14 days --"
    assert told in client.get(address(case, "end_migrated")).text
    client.post(address(case, "end_migrated"), sent(case))
    page = client.get(address(case))
    assert told in page.text and "Who wanted to has moved" in page.text and "not measured" not in page.text


def test_an_action_that_is_over_says_so(sign_in):
    case = make_decided(make_case(), "keep")
    page = sign_in(lead(case)).get(address(case, "revive"))
    assert page.status_code == 409 and "The case has moved on" in page.text


def test_the_pages_have_no_inline_handlers_or_styles(sign_in):
    case = make_decided(make_case(), "revive")
    client = sign_in(lead(case))
    for page in (client.get(address(case)), client.get(reverse("case-board")), client.get(address(case, "migrate"))):
        assert " style=" not in page.text and " onclick=" not in page.text
