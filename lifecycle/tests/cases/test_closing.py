"""The end of a group: own words, proof, costs, the last result, forgetting people, and taking the end back."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from groups.models import Group, GroupFile, GroupFileContent, RecurringLine
from groups.rules.file_kinds import FileNotTaken
from groups.tests.making import make_user
from lifecycle.cases.closing import forget_people, restore
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.opening import open_cases
from lifecycle.cases.working import ProofFile, confirm, do_step, prove, soft_close, write_text
from lifecycle.models import ActingMembers, Case, CaseTask, HealthState
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    REASON,
    act,
    later,
    make_case,
    make_decided,
    make_dying_group,
    make_flag,
    silent,
    step_of_case,
)

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
END = 22


def ready_to_prove(remedy: str = "dissolve", group: Group | None = None) -> Case:
    """A case on the last day of its soft close, everything done but the proof."""
    group = group or make_dying_group()
    silent(group)
    case = make_decided(make_case(group), remedy)
    worker = make_user(case.team)
    for task in case.tasks.exclude(step__in=("mute", "dissolve_on_platform")).order_by("place"):
        day = {"notice_last": 4}.get(task.step, min(task.place - 1, 1))  # the goodbye on the first day
        do_step(case=case, task=task, evidence="Seen", count=None, by=worker, **later(day))
    case = confirm(case=case, version=case.version, by=case.group.owner, **later(1))
    case = soft_close(case=case, version=case.version, by=worker, **later(7))
    do_step(case=case, task=step_of_case(case, "mute"), evidence="Seen", count=None, by=worker, **later(7))
    case.refresh_from_db()
    return case


def dissolved(case: Case | None = None, **more) -> Case:
    case = case or ready_to_prove()
    said = {"proof": "Empty list", "lesson": "Earlier", "by": case.decided_by} | later(END) | more
    return prove(case=case, version=case.version, **said)


def test_own_words_take_the_place_of_a_text_until_the_step_is_done():
    still = make_dying_group()
    silent(still)
    case = make_decided(make_case(still), "dissolve")
    task, by = step_of_case(case, "farewell"), make_user(case.team)
    write_text(case=case, task=task, text="  Thank you $group {{ x }}  ", by=by, now=NOW)
    task.refresh_from_db()
    assert task.text == "Thank you $group {{ x }}"
    assert case.events.get(kind="text").content["step"] == "farewell"
    do_step(case=case, task=task, evidence="Posted", count=None, by=by, **later(0))
    with pytest.raises(CaseMovedOn):
        write_text(case=case, task=task, text="Too late", by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        write_text(case=case, task=step_of_case(case, "notice_last"), text="No", by=make_user(), now=NOW)


def test_the_proof_is_kept_encrypted_and_costs_end():
    case = ready_to_prove()
    RecurringLine.objects.create(
        team=case.team,
        group=case.group,
        kind="revenue",
        rhythm="monthly",
        measure="amount",
        amount=Decimal(99),
        starts_on=DAY,
        next_due_on=DAY + timedelta(days=40),
        token=uuid4(),
        made_at=NOW,
    )
    ended = dissolved(case, people="forget", file=ProofFile("end.png", PICTURE, uuid4()))
    kept = GroupFile.objects.get(pk=ended.outcome["proof_file"])
    assert PICTURE not in bytes(GroupFileContent.objects.get(file=kept).sealed)
    assert (ended.outcome["ended_costs"], ended.outcome["people"], ended.outcome["result"]) == (1, "forget", {})
    assert RecurringLine.objects.get().ended_at is not None
    assert Group.objects.get().closed_on == ended.ended_on


def test_a_file_that_is_not_what_it_says_ends_nothing():
    case = ready_to_prove()
    with pytest.raises(FileNotTaken):
        dissolved(case, file=ProofFile("end.png", b"<script>", uuid4()))
    case.refresh_from_db()
    assert (case.state, GroupFile.objects.count(), Group.objects.get().closed_on) == ("soft_closed", 0, None)


def test_a_mission_that_was_met_has_its_own_ending(client):
    ends = {"plan_lifespan": "bounded", "plan_ends_on": DAY - timedelta(days=3)}
    group = make_dying_group(HealthState.MISSION_COMPLETE, "mission_complete", **ends)
    ended = dissolved(ready_to_prove("farewell", group))
    assert ended.outcome["code"] == "completed"
    with time_machine.travel(later(END)["now"], tick=False):
        client.force_login(ended.decided_by, backend="community_ops.colleagues.ColleagueBackend")
        page = client.get(reverse("case-page", args=[ended.pk])).content.decode()
    assert reverse("assessment-new") in page and reverse("case-restore", args=[ended.pk]) in page


def test_people_are_forgotten_when_the_group_can_come_back_no_more():
    kept, forgotten = ready_to_prove(), ready_to_prove()
    for case in (kept, forgotten):
        act(case.group, DAY + timedelta(days=1), members=[1, 2], messages=2)
    dissolved(kept, people="keep")
    dissolved(forgotten, people="forget")
    last = DAY + timedelta(days=END + 30)
    assert [forget_people(last), forget_people(last + timedelta(days=1))] == [0, 1]
    assert forget_people(last + timedelta(days=2)) == 0
    assert list(ActingMembers.objects.values_list("group_id", flat=True)) == [kept.group_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(messages) FROM lifecycle_daily WHERE group_id = %s", [forgotten.group_id])
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize(("days", "restored"), [(30, True), (31, False)])
def test_the_end_is_taken_back_within_thirty_days(days, restored):
    case = dissolved()
    at = later(END + days)
    if not restored:
        with pytest.raises(CaseMovedOn):
            restore(case=case, reason=REASON, by=case.decided_by, **at)
        return
    restore(case=case, reason=REASON, by=case.decided_by, **at)
    case.refresh_from_db()
    assert (case.state, case.outcome["undone"], case.group.closed_on) == ("dissolved", True, None)
    assert case.events.get(kind="restored").content == {"reason": REASON}
    with pytest.raises(CaseMovedOn):
        restore(case=case, reason=REASON, by=case.decided_by, **at)
    make_flag(case.group, cause="exodus")
    assert open_cases([case.group_id], at["on"], now=NOW) == 0  # left in peace


def test_who_may_take_the_end_back():
    case = dissolved()
    with pytest.raises(PermissionDenied):
        restore(case=case, reason=REASON, by=make_user(case.team), **later(END))
    with pytest.raises(Refused):
        restore(case=case, reason="short", by=case.decided_by, **later(END))


def test_a_case_with_everything_done_still_has_its_last_step_open():
    """The page never says that the group is dissolved before somebody has done it."""
    case = ready_to_prove()
    assert list(CaseTask.objects.filter(case=case, done_at=None).values_list("step", flat=True)) == [
        "dissolve_on_platform"
    ]
