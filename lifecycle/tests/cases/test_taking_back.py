"""Triage one case after the other, and a decision taken back moments after it was made."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from groups.tests.making import make_team, make_user
from groups.tests.making_money import make_line
from lifecycle.cases.deciding import add_note, snooze
from lifecycle.cases.moving import CaseMovedOn
from lifecycle.cases.opening import open_cases
from lifecycle.cases.taking_back import WITHIN, last_undoable, take_back
from lifecycle.cases.working import do_step
from lifecycle.models import Case, CaseTask, Flag
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    REASON,
    later,
    make_case,
    make_decided,
    make_dying_group,
    step_of_case,
)

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=9)
BACKEND = "community_ops.colleagues.ColleagueBackend"


def row(case: Case) -> dict:
    """All columns but the version, which never goes back."""
    return {key: value for key, value in Case.objects.values().get(pk=case.pk).items() if key != "version"}


def undo(case: Case, by, now=SOON) -> Case:
    event = case.events.order_by("-pk").first()
    return take_back(case=case, event_id=event.pk, by=by, now=now)


@pytest.mark.parametrize("remedy", ["revive", "migrate", "keep"])
def test_a_decision_taken_back_leaves_the_case_as_it_was(remedy):
    case = make_case(days_without_data=2)
    before = row(case)
    decided = make_decided(case, remedy)
    undo(decided, decided.decided_by)
    assert row(case) == before and not CaseTask.objects.exists()
    assert list(case.events.order_by("pk").values_list("kind", flat=True)) == ["signal", remedy, "undo"]


def test_a_snooze_is_taken_back():
    case = make_case()
    before, manager = row(case), make_user(case.team, role="manager")
    case = snooze(
        case=case, version=1, until=DAY + timedelta(days=3), until_worse=True, reason="", by=manager, **later(0)
    )
    undo(case, manager)
    assert row(case) == before


def test_what_cannot_be_taken_back():
    case = make_decided(make_case(), "revive")
    by = case.decided_by
    with pytest.raises(CaseMovedOn):
        undo(case, make_user(case.team, role="manager"))  # somebody else
    with pytest.raises(CaseMovedOn):
        undo(case, by, NOW + WITHIN + timedelta(seconds=1))  # too late
    add_note(case=case, text="Seen", by=by, now=NOW)
    with pytest.raises(CaseMovedOn):
        undo(case, by)  # something happened since
    worked = make_decided(make_case(), "revive")
    event = worked.events.get(kind="revive")
    task = step_of_case(worked, "take_stock")
    do_step(case=worked, task=task, evidence="x", count=None, by=worked.decided_by, **later(0))
    with pytest.raises(CaseMovedOn):
        take_back(case=worked, event_id=event.pk, by=worked.decided_by, now=SOON)
    worked.refresh_from_db()
    assert worked.state == "running"


def test_a_false_alarm_stays_where_the_group_has_another_case_by_now():
    kept = make_decided(make_case(), "keep")
    Flag.objects.filter(group=kept.group).update(cause="ad_overrun")  # another cause does not rest
    assert open_cases([kept.group_id], DAY, now=NOW) == 1
    with pytest.raises(CaseMovedOn):
        undo(kept, kept.decided_by)
    kept.refresh_from_db()
    assert kept.state == "kept"


def test_who_lost_the_right_does_not_take_back():
    case = make_decided(make_case(), "revive")
    case.decided_by.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        undo(case, case.decided_by)


def test_triage_goes_from_case_to_case_and_offers_the_way_back(client):
    team = make_team()
    manager = make_user(team, role="manager", language="en")
    first, second = make_case(make_dying_group(team=team)), make_case(make_dying_group(team=team))
    make_case()  # another team's
    address = reverse("case-board") + "?mode=triage"
    with time_machine.travel(NOW, tick=False):
        client.force_login(manager, backend=BACKEND)
        page = client.get(address)
        assert "Triage 1 of 2" in page.text and 'aria-keyshortcuts="1"' in page.text
        assert "Nothing is in the books of the group this month" in page.text
        make_line(first.group, "124.50", on=DAY)
        assert "Net contribution this month" in client.get(address).text
        assert "Triage 2 of 2" in client.get(f"{address}&case={second.pk}").text
        assert "Triage 1 of 2" in client.get(f"{address}&case={'9' * 5000}").text
        revive = reverse("case-action", args=[first.pk, "revive"]) + "?from=triage"
        sent = client.post(revive, {"version": first.version, "reason": REASON, "playbook": "script"})
        assert sent.url == address
        page = client.get(address)
        assert "Triage 1 of 1" in page.text and reverse("case-undo", args=[first.pk]) in page.text
        event = last_undoable(first, manager, NOW)
        client.post(reverse("case-undo", args=[first.pk]), {"event": event.pk})
        assert Case.objects.get(pk=first.pk).state == "open"
        assert client.post(reverse("case-undo", args=[first.pk]), {"event": "x"}).status_code == 409
        assert "Triage 1 of 2" in client.get(address).text
