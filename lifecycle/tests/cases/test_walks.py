"""Whatever people and nights do, in whatever order: the case stays lawful."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.models import Group
from groups.tests.making import make_user
from lifecycle.cases.deciding import Decision, decide, snooze
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.opening import open_cases
from lifecycle.cases.working import confirm, do_step, end_by_hand, finish, prove, soft_close
from lifecycle.models import Case, CaseEvent, CaseTask, Standing
from lifecycle.rules.case_flow import TRANSITIONS, Action, State
from lifecycle.tests.cases.making import DAY, NOW, REASON, make_dying_group, silent

PLAYBOOK = {"revive": "script", "migrate": "migration", "dissolve": "dissolution", "farewell": "farewell", "keep": ""}
MOVES = (*PLAYBOOK, "step", "finish", "confirm", "soft_close", "prove", "end", "snooze", "wait", "night", "open")


class Company:
    """One group with its people, and a clock."""

    def __init__(self):
        self.group = make_dying_group()
        silent(self.group)
        self.manager = make_user(self.group.team, role="manager")
        self.days = 0
        self.open()

    @property
    def at(self):
        return {"now": NOW + timedelta(days=self.days, minutes=self.days), "on": DAY + timedelta(days=self.days)}

    def open(self):
        open_cases([self.group.pk], self.at["on"], now=self.at["now"])

    def night(self):
        evaluate_cases(self.at["on"], now=self.at["now"])

    def do(self, move):
        """One move; what the rules refuse changes nothing."""
        if move in ("open", "night"):
            return getattr(self, move)()
        if move == "wait":
            self.days += 7
            return None
        case = Case.objects.filter(group=self.group).order_by("-pk").first()
        who = {"by": self.manager} | self.at
        seen = {"case": case, "version": case.version} | who
        try:
            self._act(move, case, seen, who)
        except (CaseMovedOn, Refused):
            stands = Case.objects.get(pk=case.pk)
            assert (stands.state, stands.version) == (case.state, case.version)
        return None

    def _act(self, move, case, seen, who):
        if move in PLAYBOOK:
            decision = Decision(move, REASON, PLAYBOOK[move], moves_to="Autumn readers", knowingly=True)
            decide(decision=decision, **seen)
        elif move == "step":
            task = CaseTask.objects.filter(case=case, plan=case.plans, done_at=None).order_by("place").first()
            if task:
                do_step(case=case, task=task, evidence="Seen", count=0, **who)
        elif move == "end":
            remedy = Action.END_MIGRATED if case.remedy == "migrate" else Action.END_RECOVERED
            end_by_hand(action=remedy, reason=REASON, **seen)
        elif move == "confirm":
            confirm(**seen | {"by": self.group.owner})
        elif move == "prove":
            prove(proof="Screenshot", lesson="", **seen)
        elif move == "snooze":
            snooze(until=self.at["on"] + timedelta(days=3), until_worse=False, reason="", **seen)
        else:
            {"finish": finish, "soft_close": soft_close}[move](**seen)

    def stays_lawful(self):
        for case in Case.objects.filter(group=self.group):
            self._has_lawful_history(case)
            if case.state == State.DISSOLVED:
                agreed = CaseEvent.objects.filter(case=case, kind="confirm", at__gte=case.decided_at)
                assert agreed.exclude(by=case.decided_by).exists()
                notices = CaseTask.objects.filter(case=case, plan=case.plans, step__startswith="notice_")
                assert notices.exclude(done_at=None).exclude(evidence="").count() == 2
                assert case.ended_on - case.decided_at.date() >= timedelta(days=21)
                assert Group.objects.get(pk=self.group.pk).closed_on == case.ended_on
        ongoing = Case.objects.filter(ended_on=None).values("group").annotate(n=Count("pk"))
        assert all(row["n"] == 1 for row in ongoing)
        assert Case.objects.filter(attempts__gt=2).count() == 0

    def _has_lawful_history(self, case):
        """The events replay to the state, each along an arrow of the flow."""
        state = State.OPEN
        for event in case.events.order_by("pk"):
            if event.kind in ("signal", "woke", "note") or "state" not in event.content:
                continue
            assert TRANSITIONS[Action(event.kind)][state] == event.content["state"]
            state = State(event.content["state"])
        assert state == case.state


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(st.sampled_from(MOVES), min_size=4, max_size=30))
def test_any_walk_leaves_a_lawful_case(moves):
    with transaction.atomic():
        company = Company()
        standing = Standing.objects.values().get(group=company.group)
        for move in moves:
            company.do(move)
            company.stays_lawful()
        assert Standing.objects.values().get(group=company.group) == standing
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_walk_to_the_end_is_among_them():
    """The walks above would prove nothing if none of their moves could dissolve a group."""
    company = Company()
    for move in (
        "dissolve",
        *["step"] * 3,
        "wait",
        *["step"] * 3,
        "confirm",
        "wait",
        "soft_close",
        "step",
        "wait",
        "wait",
        "prove",
    ):
        company.do(move)
        company.stays_lawful()
    assert Case.objects.get().state == "dissolved"
