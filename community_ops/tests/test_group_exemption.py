"""Exempting a group: who may, for how long, that no case opens meanwhile, and managers are asked at its end."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from community_ops.notices import gathering
from community_ops.notices.wording import address_of, sentence_of
from groups.models import AuditEntry, Notice
from groups.tests.making import make_team, make_user
from lifecycle.cases.opening import open_cases
from lifecycle.exempting import ExemptAlready, end_exemption, exempt
from lifecycle.models import Case, Exemption
from lifecycle.tests.cases.making import DAY, NOW, make_dying_group

pytestmark = pytest.mark.django_db
WHY = "Customers of the highest level"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


@pytest.fixture
def group():
    return make_dying_group(team=make_team(), name="Gold members")


@pytest.fixture
def manager(group):
    return make_user(group.team, "manager", language="en")


def made(group, manager, days=30, on=DAY):
    return exempt(group=group, until_day=DAY + timedelta(days=days), reason=WHY, by=manager, now=NOW, on=on)


def opens(group, days=0):
    return bool(open_cases([group.pk], DAY + timedelta(days=days), now=NOW))


@pytest.mark.parametrize(("day", "opened"), [(0, False), (30, False), (31, True)])
def test_no_case_opens_until_the_exemption_is_over(group, manager, day, opened):
    made(group, manager)
    assert opens(group, day) is opened


def test_a_case_opens_where_it_was_taken_back_and_for_any_other_group(group, manager):
    exemption = made(group, manager)
    other = make_dying_group(team=group.team)
    assert opens(other) and not opens(group)
    assert end_exemption(exemption=exemption, reason="They left us", by=manager, now=NOW)
    assert not end_exemption(exemption=exemption, reason="Again", by=manager, now=NOW)
    assert opens(group) and Case.objects.count() == 2
    assert [each.verb for each in AuditEntry.objects.filter(object_id=group.pk).order_by("id")][-2:] == [
        "group exempted",
        "exemption taken back",
    ]


def test_a_group_is_exempt_once_at_a_time(group, manager):
    made(group, manager)
    with pytest.raises(ExemptAlready):
        made(group, manager)


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("2027-04-30", WHY, None),
        ("2027-05-01", WHY, "Enter a day within the next 179 days"),
        ("2026-11-01", WHY, "Enter a day within the next 179 days"),
        ("2026-12-01", "", "Say why no case should open for the group"),
    ],
    ids=["the longest", "too long", "over", "no reason"],
)
def test_a_manager_exempts_a_group_on_its_page_and_takes_it_back(client, group, manager, until, reason, said):
    client.force_login(manager)
    address = reverse("group-exemption", args=[group.pk])
    answer = client.post(address, {"do": "exempt", "until_day": until, "reason": reason})
    assert (answer.status_code, Exemption.objects.count()) == ((422, 0) if said else (302, 1))
    if said:
        assert said in answer.text
        return
    page = client.get(reverse("group-page", args=[group.pk])).text
    assert f"Exempt until {until} ({WHY}, {manager}): no case opens" in page and address in page
    assert client.post(address, {"do": "withdraw", "reason": "They left us"}).status_code == 302
    assert Exemption.objects.get().taken_back_by == manager
    assert client.post(address, {"do": "withdraw", "reason": "Again"}, follow=True).text.count("stands otherwise") == 1


def test_whoever_does_not_lead_the_team_exempts_nothing(client, group):
    client.force_login(group.owner)
    address = reverse("group-exemption", args=[group.pk])
    assert client.post(address, {"do": "exempt", "until_day": "2026-12-01", "reason": WHY}).status_code == 403
    assert address not in client.get(reverse("group-page", args=[group.pk])).text and not Exemption.objects.exists()


@pytest.mark.parametrize(("days", "told"), [(8, False), (7, True), (-3, True)], ids=["later", "a week before", "over"])
def test_managers_are_asked_before_an_exemption_ends(group, manager, days, told):
    made(group, manager, days=days, on=DAY - timedelta(days=20))
    gathering.gather(now=NOW)
    notices = Notice.objects.filter(key__startswith="exempt-")
    assert {each.user_id for each in notices} == ({manager.pk} if told else set())
    if told:
        ends = DAY + timedelta(days=days)
        told_now = f"The exemption of Gold members ends on {ends}. Let cases open again, or exempt it anew"
        assert sentence_of(notices[0]) == told_now
        assert address_of(notices[0]) == reverse("group-exemption", args=[group.pk])
