"""The work on a case: steps with evidence, four eyes, and the way to a proof."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from groups.models import Group
from groups.tests.making import make_team, make_user
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.working import confirm, do_step, end_by_hand, finish, missing_to_close, prove, soft_close
from lifecycle.models import Case, CaseTask
from lifecycle.rules.case_flow import Action
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    later,
    make_case,
    make_decided,
    make_dying_group,
    silent,
    step_of_case,
)
from lifecycle.views.cases.content import text_fields

pytestmark = pytest.mark.django_db


def work(case, step, *, evidence="Seen in the group", count=None, by=None, days=0):
    task = step_of_case(case, step)
    person = by or make_user(case.team)
    return do_step(case=case, task=task, evidence=evidence, count=count, by=person, **later(days))


def test_the_first_step_begins_the_attempt():
    case = make_decided(make_case(), "revive")
    operator = make_user(case.team)
    work(case, "take_stock", by=operator, days=2)
    case.refresh_from_db()
    assert (case.state, case.attempts, case.attempt_began_on) == ("running", 1, DAY + timedelta(days=2))
    assert step_of_case(case, "take_stock").done_by == operator
    work(case, "real_question", evidence="", days=3)
    case.refresh_from_db()
    assert (case.state, case.attempts) == ("running", 1)


def test_a_migration_is_no_attempt_of_revival():
    case = make_decided(make_case(), "migrate")
    work(case, "list_active")
    case.refresh_from_db()
    assert (case.state, case.attempts) == ("running", 0)


@pytest.mark.parametrize(
    ("step", "evidence", "count", "code"),
    [
        pytest.param("take_stock", " ", None, "evidence_missing", id="no evidence"),
        pytest.param("pulse", "Asked at 20:00", None, "count_missing", id="no count"),
        pytest.param("pulse", "Asked at 20:00", 0, None, id="nobody answered"),
    ],
)
def test_a_step_wants_its_evidence(step, evidence, count, code):
    case = make_decided(make_case(), "revive")
    if code is None:
        assert work(case, step, evidence=evidence, count=count).count == 0
        return
    with pytest.raises(Refused) as refused:
        work(case, step, evidence=evidence, count=count)
    assert refused.value.code == code and not CaseTask.objects.exclude(done_at=None).exists()


def test_a_step_is_done_once():
    case = make_decided(make_case(), "revive")
    work(case, "take_stock")
    with pytest.raises(CaseMovedOn):
        work(case, "take_stock")


def test_a_step_of_another_team_stays_undone():
    case = make_decided(make_case(), "revive")
    with pytest.raises(PermissionDenied):
        work(case, "take_stock", by=make_user(make_team(), role="manager"))


def test_the_pulse_turns_the_recommendation():
    group = make_dying_group()
    silent(group)
    case = make_decided(make_case(group), "revive")
    work(case, "pulse", count=0)
    case.refresh_from_db()
    with pytest.raises(Refused) as refused:
        make_decided(case, "farewell")
    assert refused.value.code == "mission_open"
    assert make_decided(case, "dissolve").events.get(kind="dissolve").content["recommended"]["remedy"] == "dissolve"


def test_the_work_ends_early_and_is_then_judged():
    case = make_decided(make_case(), "revive")
    work(case, "take_stock")
    case.refresh_from_db()
    assert finish(case=case, version=case.version, by=make_user(case.team), **later(3)).state == "evaluating"


@pytest.mark.parametrize(
    ("remedy", "action", "state", "code"),
    [
        ("revive", Action.END_RECOVERED, "recovered", "by_hand"),
        ("migrate", Action.END_MIGRATED, "migrated", "moved"),
    ],
)
def test_a_manager_ends_a_case_by_hand_and_it_says_so(remedy, action, state, code):
    case = make_decided(make_case(), remedy)
    work(case, "take_stock" if remedy == "revive" else "list_active")
    case.refresh_from_db()
    ending = {"case": case, "version": case.version, "action": action, "reason": "They talk in the new group now"}
    with pytest.raises(PermissionDenied):
        end_by_hand(**ending, by=make_user(case.team), **later(9))
    ended = end_by_hand(**ending, by=case.decided_by, **later(9))
    assert (ended.state, ended.outcome["code"], ended.ended_on) == (state, code, DAY + timedelta(days=9))


def test_a_migration_ends_with_how_many_came_and_what_nobody_told_stays_unknown():
    case = make_decided(make_case(), "migrate")
    work(case, "list_active")
    work(case, "invite", count=7)
    work(case, "count_arrived", count=0)
    case.refresh_from_db()
    reason = "They talk in the new group now"
    ended = end_by_hand(
        case=case, version=case.version, action=Action.END_MIGRATED, reason=reason, by=case.decided_by, **later(9)
    )
    assert ended.outcome["moved"] == {"invited": 7, "arrived": 0, "active": None}


def closing_case(**fields):
    group = make_dying_group(**fields)
    silent(group)
    return make_decided(make_case(group), "dissolve")


def say_goodbye(case):
    for step, days in (("farewell", 0), ("notice_first", 0), ("notice_last", 3), ("archive", 3)):
        work(case, step, days=days)


def test_a_dissolution_from_the_decision_to_the_proof():
    case = closing_case()
    say_goodbye(case)
    case = confirm(case=case, version=case.version, by=case.group.owner, **later(1))
    case = soft_close(case=case, version=case.version, by=case.group.owner, **later(7))
    assert (case.state, case.due_on) == ("soft_closed", DAY + timedelta(days=21))
    work(case, "mute", days=7)
    ended = prove(
        case=case, version=case.version, proof="Screenshot 12", lesson="Ask first", by=case.decided_by, **later(21)
    )
    assert (ended.state, ended.outcome["proof"], ended.outcome["lesson"]) == ("dissolved", "Screenshot 12", "Ask first")
    assert Group.objects.get(pk=case.group_id).closed_on == DAY + timedelta(days=21)
    assert step_of_case(ended, "dissolve_on_platform").evidence == "Screenshot 12"


def test_a_dissolution_waits_for_notices_second_person_and_countdown():
    case = closing_case()
    assert missing_to_close(case, DAY) == ("steps_open", "not_confirmed", "countdown_runs")
    say_goodbye(case)
    case = confirm(case=case, version=case.version, by=case.group.owner, **later(1))
    with pytest.raises(Refused) as refused:
        soft_close(case=case, version=case.version, by=case.decided_by, **later(6))
    assert refused.value.figures["missing"] == ["countdown_runs"]
    case = soft_close(case=case, version=case.version, by=case.decided_by, **later(7))
    with pytest.raises(Refused) as refused:
        prove(case=case, version=case.version, proof="Done", lesson="", by=case.decided_by, **later(20))
    assert refused.value.figures["missing"] == ["steps_open", "countdown_runs"]
    assert Group.objects.get(pk=case.group_id).closed_on is None


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(None, 6, "notice_first_missing"), (0, 0, "notice_too_soon"), (0, 2, "notice_too_soon"), (0, 3, None),
     (5, 7, "notice_too_soon"), (5, 8, None)],
)  # fmt: skip
def test_members_have_days_between_the_two_notices(first, last, code):
    case = closing_case()
    if first is not None:
        work(case, "notice_first", days=first)
    if code is None:
        work(case, "notice_last", days=last)
        return
    with pytest.raises(Refused, match=code):
        work(case, "notice_last", days=last)
    assert step_of_case(case, "notice_last").done_at is None


def test_the_countdown_begins_when_the_goodbye_is_posted_and_its_notices_follow():
    case = closing_case()
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert text_fields(case)["last_day"] == (DAY + timedelta(days=12)).isoformat()  # never a day that is near
    work(case, "farewell", days=5)
    case.refresh_from_db()
    assert (case.state, case.state_since, case.due_on) == ("closing", DAY + timedelta(days=5), DAY + timedelta(days=12))
    assert step_of_case(case, "notice_first").due_on == DAY + timedelta(days=6)
    assert step_of_case(case, "dissolve_on_platform").due_on == DAY + timedelta(days=26)
    work(case, "archive", days=6)  # no other step begins it anew
    case.refresh_from_db()
    assert case.due_on == DAY + timedelta(days=12)
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        assert text_fields(case)["last_day"] == (DAY + timedelta(days=12)).isoformat()


def test_the_proof_has_its_own_form_and_is_never_empty():
    case = closing_case()
    with pytest.raises(Refused, match="step_has_its_own_form"):
        work(case, "dissolve_on_platform")
    with pytest.raises(Refused, match="evidence_missing"):
        prove(case=case, version=case.version, proof="  ", lesson="", by=case.decided_by, **later(30))


def test_the_decider_is_not_the_second_person():
    case = closing_case()
    with pytest.raises(Refused, match="second_person_needed"):
        confirm(case=case, version=case.version, by=case.decided_by, **later(1))
    with pytest.raises(PermissionDenied):
        confirm(case=case, version=case.version, by=make_user(make_team(), role="manager"), **later(1))


def test_another_manager_confirms_where_the_owner_has_left():
    case = closing_case()
    other = make_user(case.team, role="manager")
    with pytest.raises(Refused, match="second_person_needed"):
        confirm(case=case, version=case.version, by=other, **later(1))
    case.group.owner.is_active = False
    case.group.owner.save()
    assert confirm(case=case, version=case.version, by=other, **later(1)).state == "closing"


def test_a_confirmation_of_an_earlier_decision_does_not_count():
    case = closing_case()
    confirm(case=case, version=case.version, by=case.group.owner, **later(1))
    Case.objects.update(decided_at=later(2)["now"])
    case.refresh_from_db()
    assert "not_confirmed" in missing_to_close(case, DAY)


def test_a_dissolution_is_taken_back_by_keeping_the_group():
    case = closing_case()
    kept = make_decided(case, "keep")
    assert (kept.state, Group.objects.get(pk=case.group_id).closed_on) == ("kept", None)
