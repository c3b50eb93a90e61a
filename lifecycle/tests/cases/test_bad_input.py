"""What people, platforms and clocks do to a case that nobody planned: each ends in a state that people understand."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry, Group
from groups.registration import close_group
from groups.tests.making import make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.working import confirm, do_step
from lifecycle.models import Case, CaseEvent, Flag, WecomGroup
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    REASON,
    later,
    make_case,
    make_decided,
    make_dying_group,
    silent,
    step_of_case,
    watched,
)

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in(client):
    def as_user(user):
        user.language = "en"
        user.save()
        client.force_login(user, backend=BACKEND)
        return client

    return as_user


def page_of(client, case):
    return client.get(reverse("case-page", args=[case.pk]))


def act_on(client, case, action, **fields):
    address = reverse("case-action", args=[case.pk, action])
    return client.post(address, {"version": Case.objects.get(pk=case.pk).version, "reason": REASON} | fields)


def test_of_two_managers_with_the_same_page_the_second_is_told_and_both_are_on_record(sign_in):
    group = make_dying_group()
    silent(group)
    case = make_case(group)
    first, second = (make_user(case.team, role="manager", display_name=name) for name in ("Wang Fang", "Zhao Lei"))
    sent = {"version": case.version, "reason": REASON}
    address = reverse("case-action", args=[case.pk, "dissolve"])
    sign_in(first).post(reverse("case-action", args=[case.pk, "revive"]), sent | {"playbook": "script"})
    answer = sign_in(second).post(address, sent | {"playbook": "dissolution", "knowingly": "on"})
    assert answer.status_code == 409 and "Wang Fang decided" in answer.text
    assert (Case.objects.get().remedy, Case.objects.get().plans) == ("revive", 1)
    tried = AuditEntry.objects.filter(verb__in=("case revive", "case dissolve came too late")).order_by("pk")
    assert [(entry.verb, entry.actor_id) for entry in tried] == [
        ("case revive", first.pk),
        ("case dissolve came too late", second.pk),
    ]


def test_an_owner_whose_account_is_closed_holds_nothing_up(sign_in):
    """Their case is handed over, their steps are worked by others, and another manager is the second person."""
    team = make_team()
    owner = make_user(team, display_name="Olga Left")
    decider, other = (make_user(team, role="manager") for _ in "ab")
    colleague = make_user(team)
    group = make_dying_group(team=team, owner=owner)
    silent(group)
    case = make_decided(make_case(group), "dissolve", by=decider)
    owner.is_active = False
    owner.save()
    assert case.owner == owner
    assert "confirm" not in {each["action"] for each in page_of(sign_in(decider), case).context["actions"]}
    client = sign_in(other)
    page = page_of(client, case)
    assert "Olga Left" in page.text and "confirm" in {each["action"] for each in page.context["actions"]}
    assert act_on(client, case, "confirm").status_code == 302
    hand_over = client.get(reverse("case-action", args=[case.pk, "assign"]))
    assert str(owner.pk) not in {str(value) for value, _ in hand_over.context["form"].fields["owner"].choices}
    assert act_on(client, case, "assign", owner=colleague.pk).status_code == 302
    step = step_of_case(case, "farewell")
    sign_in(colleague).post(reverse("case-step", args=[case.pk, step.pk]), {"evidence": "Posted at noon"})
    case.refresh_from_db()
    assert (case.owner, step_of_case(case, "farewell").done_by) == (colleague, colleague)


def test_a_group_that_wecom_tells_is_gone_ends_by_a_person(sign_in):
    """The case says so and leads to closing; nothing ends by itself, and once it is closed the night lets go."""
    case = make_decided(make_case(), "revive")
    WecomGroup.objects.create(chat_id="wr1", group=case.group, listed_at=NOW, dismissed_at=NOW)
    client = sign_in(case.decided_by)
    page = page_of(client, case)
    assert "WeCom tells that this group was dissolved there at 2026-11-02 11:00" in page.text
    assert reverse("group-close", args=[case.group_id]) in page.text
    evaluate_cases(DAY, now=NOW)
    assert Case.objects.get().state == "planned" and Group.objects.get().closed_on is None
    close_group(group=case.group, on=DAY, by=case.decided_by, now=NOW, reason=REASON)
    evaluate_cases(DAY, now=NOW)
    ended = Case.objects.get()
    assert (ended.state, ended.outcome["code"]) == ("expired", "group_closed")
    assert "dissolved there" not in page_of(client, ended).text


def test_data_that_would_have_changed_the_case_leave_its_history_and_say_so(sign_in):
    case = make_decided(make_case(), "revive")
    history = list(CaseEvent.objects.filter(case=case).values("kind", "at", "content"))
    client = sign_in(case.decided_by)
    assert page_of(client, case).context["withdrawn"] == []
    flag = Flag.objects.get()
    Flag.objects.filter(pk=flag.pk).update(lowered_on=DAY + timedelta(days=9))  # over in its time: nothing to say
    assert page_of(client, case).context["withdrawn"] == []
    Flag.objects.filter(pk=flag.pk).update(lowered_on=flag.raised_on)  # as judging anew withdraws it
    page = page_of(client, case)
    assert "Data that came in later take back what this case was opened for: Silence" in page.text
    assert list(CaseEvent.objects.filter(case=case).values("kind", "at", "content")) == history
    assert Case.objects.get().state == "planned"


@pytest.mark.parametrize("days", [-400, -1, 0, 60, 4000])
def test_a_clock_that_jumps_ends_no_group_and_brings_no_day_nearer(days):
    group = make_dying_group()
    silent(group)
    case = make_decided(make_case(group), "dissolve")
    do_step(
        case=case, task=step_of_case(case, "farewell"), evidence="Posted", count=None, by=case.decided_by, **later(0)
    )
    case = confirm(case=case, version=case.version, by=group.owner, **later(0))
    there = later(days)
    with time_machine.travel(there["now"], tick=False):
        evaluate_cases(there["on"], now=timezone.now())
    case.refresh_from_db()
    assert (case.state, case.ended_on, Group.objects.get().closed_on) == ("closing", None, None)
    assert case.due_on >= DAY + timedelta(days=7)
    watched(group, days=3)
    evaluate_cases(DAY + timedelta(days=3), now=later(3)["now"])  # and back again
    assert Case.objects.get().state == "closing"
