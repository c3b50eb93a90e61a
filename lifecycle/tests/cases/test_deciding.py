"""Decisions: whose they are, what the rules refuse, and what two people at once leave behind."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from groups.models import AuditEntry
from groups.tests.making import make_team, make_user
from lifecycle.cases.deciding import Decision, add_note, assign, decide, propose, snooze
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.models import Case, CaseTask, Flag, HealthState, Standing
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    REASON,
    act,
    later,
    make_case,
    make_decided,
    make_dying_group,
    make_standing,
    silent,
)

pytestmark = pytest.mark.django_db
REVIVE = Decision(remedy="revive", reason=REASON, playbook="script")
DISSOLVE = Decision(remedy="dissolve", reason=REASON, playbook="dissolution", knowingly=True)


def lead(case):
    return make_user(case.team, role="manager")


def still_case(**fields):
    group = make_dying_group()
    silent(group)
    return make_case(group, **fields)


def moving_case(members: int, **fields):
    group = make_dying_group()
    act(group, DAY, messages=members, speakers=members, members=list(range(members)))
    return make_case(group, **fields)


def test_a_revival_is_planned_with_the_steps_of_its_playbook():
    case = make_case()
    manager = lead(case)
    moved = decide(case=case, version=1, decision=replace(REVIVE, budget=120), by=manager, **later(0))
    assert (moved.state, moved.remedy, moved.playbook, moved.plans, moved.version) == (
        "planned",
        "revive",
        "script",
        1,
        2,
    )
    steps = list(CaseTask.objects.filter(case=case).order_by("place").values_list("step", "due_on"))
    assert steps[0] == ("take_stock", DAY) and steps[-1] == ("check_day_7", DAY + timedelta(days=7))
    assert moved.outcome["before"]["people_28"] == 2
    event = moved.events.get(kind="revive")
    assert (event.by, event.content["reason"], event.content["recommended"]["remedy"]) == (manager, REASON, "revive")
    assert AuditEntry.objects.get(verb="case revive").reason == REASON


@pytest.mark.parametrize("remedy", ["revive", "migrate", "dissolve", "keep"])
def test_only_a_manager_of_the_team_decides(remedy):
    case = still_case()
    for nobody in (make_user(case.team), make_user(make_team(), role="manager")):
        with pytest.raises(PermissionDenied):
            make_decided(case, remedy, by=nobody)
    assert Case.objects.get().state == "open"


def test_an_administrator_decides_everywhere():
    assert make_decided(make_case(), "keep", by=make_user(is_administrator=True)).state == "kept"


def test_an_operator_proposes_and_nothing_moves():
    case = make_case()
    operator = make_user(case.team)
    stands = propose(case=case, version=1, decision=REVIVE, by=operator, **later(0))
    assert (stands.state, stands.remedy) == ("open", "")
    assert stands.events.get(kind="propose").content["playbook"] == "script"
    with pytest.raises(PermissionDenied):
        propose(case=stands, version=2, decision=REVIVE, by=make_user(make_team()), **later(0))


def code_of(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        pytest.param(replace(REVIVE, reason="too short"), "reason_too_short", id="nine characters"),
        pytest.param(replace(REVIVE, playbook="migration"), "playbook_unfit", id="playbook of another remedy"),
        pytest.param(Decision("migrate", REASON, "migration"), "no_new_theme", id="nowhere to go"),
        pytest.param(Decision("farewell", REASON, "farewell"), "mission_open", id="mission not complete"),
    ],
)
def test_what_is_refused(decision, code):
    case = make_case()
    assert code_of(lambda: decide(case=case, version=1, decision=decision, by=lead(case), **later(0))) == code
    assert Case.objects.get().state == "open" and not CaseTask.objects.exists()


def test_a_third_revival_is_refused():
    case = make_case(attempts=2)
    assert code_of(lambda: make_decided(case, "revive")) == "attempts_used_up"


@pytest.mark.parametrize(("members", "code"), [(5, "group_moves"), (4, None)])
def test_a_group_that_moves_is_not_dissolved(members, code):
    case = moving_case(members, attempts=1)
    if code:
        assert code_of(lambda: make_decided(case, "dissolve")) == code
    else:
        assert make_decided(case, "dissolve").state == "closing"


def test_a_group_that_nobody_counted_is_not_dissolved():
    case = make_case(attempts=2)
    assert code_of(lambda: make_decided(case, "dissolve")) == "group_moves"


def test_a_group_whose_members_moved_is_dissolved():
    case = make_decided(moving_case(9), "migrate")
    task = CaseTask.objects.get(case=case, step="count_arrived")
    CaseTask.objects.filter(pk=task.pk).update(done_at=NOW, done_by=case.decided_by, count=7)
    assert make_decided(case, "dissolve").state == "closing"


def test_dissolving_without_an_attempt_needs_a_second_look():
    case = moving_case(1)
    hasty = replace(DISSOLVE, knowingly=False)
    assert code_of(lambda: decide(case=case, version=1, decision=hasty, by=lead(case), **later(0))) == "nothing_tried"
    assert decide(case=case, version=1, decision=DISSOLVE, by=lead(case), **later(0)).state == "closing"


def test_a_still_group_and_one_that_was_tried_need_none():
    for case in (still_case(), moving_case(1, attempts=1)):
        assert make_decided(case, "dissolve", knowingly=False).state == "closing"


def test_a_second_decision_on_the_same_version_is_told_and_written_down():
    case = make_case()
    first, second = lead(case), lead(case)
    make_decided(case, "revive", by=first)
    with pytest.raises(CaseMovedOn):
        make_decided(case, "keep", by=second)
    assert Case.objects.get().remedy == "revive"
    late = AuditEntry.objects.get(verb="case keep came too late")
    assert (late.actor_id, late.before["remedy"], late.reason) == (second.pk, "revive", REASON)


@pytest.fixture
def days_deleted(transactional_db):
    """The daily tables are not Django's: they are emptied by hand after a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_daily")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("days_deleted")
def test_two_managers_at_once_one_wins_and_both_are_on_record():
    case = still_case()
    managers = {"revive": lead(case), "dissolve": lead(case)}
    start, ended = Barrier(2), {}

    def manager(remedy):
        try:
            start.wait()
            ended[remedy] = make_decided(case, remedy, by=managers[remedy]).remedy
        except CaseMovedOn:
            ended[remedy] = "too late"
        finally:
            connections.close_all()

    threads = [Thread(target=manager, args=[remedy]) for remedy in managers]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    (winner,) = [remedy for remedy, result in ended.items() if result == remedy]
    assert sorted(ended.values()) == sorted([winner, "too late"])
    stands = Case.objects.get()
    assert (stands.remedy, stands.decided_by) == (winner, managers[winner])
    assert set(stands.tasks.values_list("plan", flat=True)) == {1}
    (loser,) = set(managers) - {winner}
    verbs = dict(AuditEntry.objects.filter(verb__startswith="case ").values_list("verb", "actor_id"))
    assert verbs == {f"case {winner}": managers[winner].pk, f"case {loser} came too late": managers[loser].pk}


def test_keeping_ends_the_case_as_a_false_alarm():
    kept = make_decided(make_case(), "keep")
    assert (kept.state, kept.ended_on, kept.due_on, kept.tasks.count()) == ("kept", DAY, None, 0)


@pytest.mark.parametrize(
    ("until", "until_worse", "code"),
    [
        pytest.param(None, False, "snooze_without_end", id="no end"),
        pytest.param(DAY, False, "snooze_too_long", id="today"),
        pytest.param(DAY + timedelta(days=91), False, "snooze_too_long", id="a day too long"),
        pytest.param(DAY + timedelta(days=90), False, None, id="the longest"),
        pytest.param(None, True, None, id="until worse"),
    ],
)
def test_snoozing_has_an_end(until, until_worse, code):
    case = make_case()

    def put_aside():
        return snooze(case=case, version=1, until=until, until_worse=until_worse, reason="", by=lead(case), **later(0))

    if code:
        assert code_of(put_aside) == code
    else:
        stands = put_aside()
        assert (stands.state, stands.snoozed_until) == ("open", until)
        assert stands.snoozed_until_worse_than == (2 if until_worse else None)


def test_a_group_without_data_is_not_snoozed_until_worse():
    case = make_case()
    make_standing(case.group, state=HealthState.UNKNOWN)
    put_aside = {"until": None, "until_worse": True, "reason": "", "by": lead(case)} | later(0)
    assert code_of(lambda: snooze(case=case, version=1, **put_aside)) == "state_unknown"


def test_a_case_is_handed_to_a_member_of_its_team_only():
    case = make_case()
    colleague = make_user(case.team)
    assert assign(case=case, version=1, owner=colleague, by=lead(case), **later(0)).owner == colleague
    stranger = make_user(make_team())
    assert code_of(lambda: assign(case=case, version=2, owner=stranger, by=lead(case), **later(0))) == "not_of_the_team"


def test_a_note_is_added_by_anybody_of_the_team():
    case = make_case()
    add_note(case=case, text="Called two of them", by=make_user(case.team), now=NOW)
    assert case.events.get(kind="note").content == {"text": "Called two of them"}
    with pytest.raises(PermissionDenied):
        add_note(case=case, text="Hello", by=make_user(make_team()), now=NOW)


def test_a_case_never_changes_the_observed_state():
    case = still_case()
    before = list(Standing.objects.values()), list(Flag.objects.values())
    make_decided(case, "dissolve")
    assert (list(Standing.objects.values()), list(Flag.objects.values())) == before


@pytest.mark.parametrize(
    ("until", "worse_than", "waits"),
    [
        (None, None, True),
        (DAY, None, True),
        (DAY + timedelta(days=1), None, False),
        (None, 2, False),
        (DAY, 2, False),
    ],
)
def test_what_waits_for_triage_is_what_nobody_put_aside(until, worse_than, waits):
    make_case(snoozed_until=until, snoozed_until_worse_than=worse_than)
    assert Case.objects.to_triage(DAY).exists() == waits
