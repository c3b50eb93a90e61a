"""The daily mail asks little however many people wait, leaves nothing waiting for ever, and keeps quiet on days off."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from community_ops.notices import delivering, digest, gathering, quiet
from community_ops.tests.telling import MORNING, SHANGHAI, dying, made
from groups.models import Delivery, Membership, Notice, NoticeKind, QuietHours, Robot, User
from groups.notices import Ways, choose, inbox
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_HOST = "mail.example"
    settings.SITE_URL = "https://ops.example"


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def owner(team):
    return made(make_user(team), "owner@example.com")


def notice_for(user, team, n=0, **fields):
    fields = {"to_digest": True, "made_at": MORNING} | fields
    facts = {"group": f"Group {n}", "cause": "silence", "score": 4200}
    return Notice.objects.create(user=user, team=team, kind="dying", key=f"k{n}", facts=facts, **fields)


@pytest.mark.parametrize("people", [1, 50])
def test_the_digest_takes_as_many_queries_for_fifty_people_as_for_one(team, people, django_assert_num_queries):
    for n in range(people):
        user = made(make_user(team), f"p{n}@example.com")
        notice_for(user, team)
        QuietHours.objects.create(user=user)
    with django_assert_num_queries(10):
        assert digest.compose(now=MORNING) == people


@pytest.mark.parametrize("people", [1, 50])
def test_a_minute_after_the_digest_costs_three_queries_though_new_notices_wait(team, people, django_assert_num_queries):
    for n in range(people):
        notice_for(made(make_user(team), f"p{n}@example.com"), team)
    digest.compose(now=MORNING)
    for user in User.objects.all():
        notice_for(user, team, 1)
    with django_assert_num_queries(3):  # who waits, which daily mails were made, robots
        assert digest.compose(now=MORNING + timedelta(minutes=1)) == 0
    assert digest.compose(now=MORNING + timedelta(days=1)) == people


def test_everybody_gets_their_own_notices_in_their_own_language(team, owner):
    other = made(make_user(team), "other@example.com")
    User.objects.filter(pk=other.pk).update(language="zh-hans")
    notice_for(owner, team, 1)
    notice_for(other, team, 2)
    digest.compose(now=MORNING)
    delivering.deliver(2, now=MORNING)
    told = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Group 1" in told["owner@example.com"]
    assert "To hear less" in told["owner@example.com"]
    assert "Group 2" in told["other@example.com"]
    assert "To hear less" not in told["other@example.com"]
    assert "Group 1" not in told["other@example.com"]


def test_what_its_person_does_not_see_any_more_does_not_wait_for_ever(team, owner):
    notice_for(owner, team)
    Membership.objects.all().delete()
    assert digest.compose(now=MORNING) == 0
    assert not Notice.objects.filter(to_digest=True).exists()


def test_who_leads_a_team_above_or_is_an_administrator_is_sent_what_they_see(team):
    below = make_team(parent=team)
    above = made(make_user(team, role="manager"), "above@example.com")
    boss = made(make_user(is_administrator=True), "boss@example.com")
    beside = made(make_user(make_team(), role="manager"), "beside@example.com")
    for user in (above, boss, beside):
        notice_for(user, below)
    assert digest.compose(now=MORNING) == 2
    assert not Delivery.objects.filter(user=beside).exists()


@pytest.mark.parametrize("gone", [{"email": ""}, {"is_active": False}])
def test_old_news_of_who_cannot_be_sent_to_is_let_go(team, owner, gone):
    notice_for(owner, team)
    User.objects.filter(pk=owner.pk).update(**gone)
    assert digest.compose(now=MORNING) == 0
    assert digest.let_go(now=MORNING + timedelta(13)) == 0
    assert digest.let_go(now=MORNING + timedelta(15)) == 1
    User.objects.update(email="late@example.com", is_active=True)
    assert digest.compose(now=MORNING + timedelta(15)) == 0


def test_what_waits_longer_than_news_is_not_sent(team, owner):
    notice_for(owner, team, made_at=MORNING - timedelta(15))
    assert digest.compose(now=MORNING) == 0


def test_a_long_name_with_a_line_end_neither_breaks_the_subject_nor_what_comes_after(team, owner):
    notice_for(owner, team)
    Notice.objects.update(facts={"group": "Long\nname " * 40, "cause": "silence", "score": 4200})
    digest.compose(now=MORNING)
    assert delivering.deliver(2, now=MORNING) == 1
    assert len(mail.outbox[0].subject) == 200


def test_a_team_without_an_active_manager_is_led_from_the_nearest_team_above(team, owner):
    top = make_user(team, role="manager")
    middle = make_team(parent=team)
    near = make_user(middle, role="manager")
    low = make_team(parent=make_team(parent=middle))
    make_user(low, role="manager", is_active=False)
    make_user(make_team(parent=middle), role="manager")
    make_user(is_administrator=True)
    dying(low, owner)
    gathering.gather(now=MORNING)
    assert set(Notice.objects.values_list("user", flat=True)) == {owner.pk, near.pk}
    User.objects.filter(pk=near.pk).update(is_active=False)
    Notice.objects.all().delete()
    gathering.gather(now=MORNING)
    assert set(Notice.objects.values_list("user", flat=True)) == {owner.pk, top.pk}


def test_a_team_that_nobody_leads_is_led_by_administrators_of_its_kind(team, owner):
    boss = make_user(is_administrator=True)
    make_user(is_administrator=True, is_demo=True)
    make_user(is_administrator=True, is_active=False)
    dying(team, owner)
    gathering.gather(now=MORNING)
    assert set(Notice.objects.values_list("user", flat=True)) == {owner.pk, boss.pk}


def test_mark_all_as_read_silences_the_bell_also_of_teams_that_were_left(team, owner):
    other = make_team()
    notice_for(owner, other, 1)
    notice_for(owner, team, 2)
    client = Client()
    client.force_login(owner)
    assert "bell-count" in client.get(reverse("notices")).content.decode()
    client.post(reverse("notices"))
    assert "bell-count" not in client.get(reverse("notices")).content.decode()
    assert not Notice.objects.filter(read_at=None).exists()


def test_the_inbox_is_read_page_by_page_and_back(team, owner, django_assert_num_queries):
    for n in range(120):
        notice_for(owner, team, n)
    client = Client()
    client.force_login(owner)
    client.get(reverse("notices"))
    pages, address = [], reverse("notices")
    for _n in range(3):
        with django_assert_num_queries(5):  # session, account with bell, teams, keys of the page, its rows
            answer = client.get(address)
        pages.append([each.pk for _day, rows in answer.context["days"] for each, _sentence in rows])
        address = f"{reverse('notices')}?after={answer.context['page'].after}"
    assert not answer.context["page"].after
    assert sum(pages, []) == list(inbox(owner).order_by("-pk").values_list("pk", flat=True))
    back = client.get(f"{reverse('notices')}?before={answer.context['page'].before}")
    assert [each.pk for _day, rows in back.context["days"] for each, _sentence in rows] == pages[1]
    assert client.get(reverse("notices") + "?after=nonsense").status_code == 200


DAYS = {
    "workday": (datetime(2026, 11, 25), False),
    "weekend": (datetime(2026, 11, 28), True),
    "national day": (datetime(2026, 10, 1), True),
    "workday beside a festival": (datetime(2026, 10, 9), False),
    "make-up Saturday": (datetime(2026, 10, 10), False),
}


@pytest.mark.parametrize(("day", "off"), DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("chosen", [True, False])
def test_people_and_robots_are_quiet_on_days_off_as_they_chose(day, off, chosen):
    local = datetime.combine(day, time(9, 30), SHANGHAI)
    assert quiet.is_quiet(QuietHours(on_holidays=chosen), local) is (off and chosen)
    assert quiet.robot_is_quiet(Robot(on_holidays=chosen), local) is (off and not chosen)


@pytest.mark.parametrize(
    ("begin", "end", "at", "silent"),
    [
        (21, 9, time(8, 59), True), (21, 9, time(9), False), (21, 9, time(20, 59), False), (21, 9, time(21), True),
        (1, 9, time(0, 59), False), (1, 9, time(1), True), (9, 9, time(9), False),
    ],
)  # fmt: skip
def test_quiet_hours_hold_their_first_minute_and_not_their_last(begin, end, at, silent):
    hours = QuietHours(begin=time(begin), end=time(end))
    assert quiet.is_quiet(hours, datetime.combine(MORNING.date(), at, SHANGHAI)) is silent


def test_a_mail_at_once_of_the_night_comes_when_it_is_over(team, owner):
    choose(owner, {NoticeKind.DYING: Ways(by_mail=True)})
    dying(team, owner)
    gathering.gather(now=MORNING.replace(hour=22))
    assert digest.compose(now=MORNING.replace(hour=22)) == 0
    assert digest.compose(now=MORNING + timedelta(days=1)) == 1


def test_a_case_that_waits_is_told_to_its_owner_twice_and_to_the_leader_once_it_is_late(team, owner):
    leader = make_user(team, role="manager")
    low = make_team(parent=team)
    dying(low, owner)  # due in 14 days
    for days in range(20):
        gathering.gather(now=MORNING + timedelta(days))
    told = Notice.objects.filter(kind="waiting").order_by("made_at", "user_id")
    assert [(each.user_id, (each.made_at - MORNING).days) for each in told] == [
        (owner.pk, 7),
        (owner.pk, 13),
        (leader.pk, 15),
    ]
