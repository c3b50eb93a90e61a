"""Who is told of a report, once: leaders by bell and mail, groups of staff by their robot."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
import typst
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from community_ops.notices import digest, gathering, robots
from community_ops.notices.robot_services import LARGEST_PICTURE_BYTES
from community_ops.notices.wording import sentence_of
from community_ops.reports import telling
from community_ops.reports.contents import message_lines
from community_ops.tests.report_making import MONDAY, SUNDAY, figures, make_week, size_of
from groups.models import Delivery, Notice, ReportKind, Robot, SharedReport
from groups.notices import choose_report_day, kinds_for
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import NightRun

WEEKLY, MONTHLY = ReportKind.WEEKLY, ReportKind.MONTHLY


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False) as world:
        yield world


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def manager(team):
    return make_user(team, "manager", display_name="Wanda", language="en", email="wanda@example.com")


def night_done(day):
    NightRun.objects.create(day=day, made_at=timezone.now(), done_at=timezone.now())


@pytest.mark.django_db
def test_who_leads_a_team_is_told_once_from_the_chosen_day_on(team, manager, _monday):
    make_group(team=team)
    operator, later = make_user(team), make_user(team, "manager")
    choose_report_day(later, 2)

    def told():
        gathering.gather(now=timezone.now())
        return sorted(Notice.objects.filter(kind="weekly").values_list("user", "key"))

    assert told() == []  # the night of the last day of the week is not done
    night_done(SUNDAY)
    first = [(manager.pk, "weekly-2026-W47")]
    assert told() == told() == first
    _monday.shift(timedelta(days=2))
    assert told() == told() == sorted([*first, (later.pk, "weekly-2026-W47")])
    _monday.shift(timedelta(days=5))  # the next Monday
    night_done(date(2026, 11, 29))
    assert (manager.pk, "weekly-2026-W48") in told()
    assert "weekly" in kinds_for(manager) and "weekly" not in kinds_for(operator)


@pytest.mark.django_db
def test_who_leads_a_team_is_told_of_the_month_while_it_is_news(team, manager, _monday):
    make_group(team=team)
    operator = make_user(team)

    def told():
        gathering.gather(now=timezone.now())
        return list(Notice.objects.filter(kind="monthly").order_by("pk").values_list("user", "key", "facts__name"))

    night_done(date(2026, 10, 31))
    assert told() == []  # the 23rd of November
    _monday.move_to("2026-12-01T10:00:00+08:00")
    assert told() == []  # the night of the last day of the month is not done
    night_done(date(2026, 11, 30))
    assert told() == told() == [(manager.pk, "monthly-2026-11", "2026-11")]
    assert "monthly" in kinds_for(manager) and "monthly" not in kinds_for(operator)
    notice = Notice.objects.get(kind="monthly")
    with override("en"):
        assert sentence_of(notice) == "The report of 2026-11 is there"


@pytest.mark.django_db
def test_it_comes_by_mail_with_a_number_where_that_was_chosen(team, manager, settings):
    settings.EMAIL_HOST = "mail.example"
    make_group(team=team)
    night_done(SUNDAY)
    gathering.gather(now=timezone.now())
    digest.compose(now=timezone.now())
    letter = Delivery.objects.get(user=manager)
    assert "2026-W47" in letter.body and letter.number in letter.body and not mail.outbox
    digest.compose(now=timezone.now())
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_a_robot_brings_it_once_a_week_from_its_day_on(team, manager, _monday):
    make_week(team, manager)
    boss = make_user(is_administrator=True)
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"
    made = {"service": "wecom", "address": address, "language": "en", "on_holidays": False, "by": boss}
    robot = robots.add_robot(name="East", team=team, weekly_on=1, now=timezone.now(), **made)
    robots.add_robot(name="Silent", team=None, now=timezone.now(), **made)
    night_done(SUNDAY)
    assert telling.tell_robots(now=timezone.now()) == 0  # Monday
    _monday.shift(timedelta(days=1))
    assert telling.tell_robots(now=timezone.now()) == 2 and telling.tell_robots(now=timezone.now()) == 0
    message, shown = Delivery.objects.order_by("pk")
    assert message.robot == robot and message.key == f"weekly-{robot.pk}-2026-W47" and message.picture is None
    assert shown.robot == robot and shown.key == f"weekly-{robot.pk}-2026-W47-picture"
    assert size_of(bytes(shown.picture))[0] == 1080 and len(shown.picture) < 1024**2
    assert (
        message.number in message.body
        and "1 case waits" in message.body
        and "/reports/weekly/?week=2026-11-16" in message.body
    )
    robots.report_on(robot, weekday=None, month_day=None, by=boss, now=timezone.now())
    _monday.shift(timedelta(days=7))
    night_done(date(2026, 11, 29))
    assert telling.tell_robots(now=timezone.now()) == 0
    assert Delivery.objects.count() == 2
    assert len(message_lines(figures(team))) == 5


@pytest.mark.django_db
def test_the_database_refuses_a_day_that_a_month_may_lack_and_a_page_of_no_group(team, manager):
    address = "https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a"
    made = {"language": "en", "on_holidays": True, "by": manager, "team": team, "now": timezone.now()}
    robot = robots.add_robot(name="East", service="dingtalk", address=address, **made)
    for day in (0, 29):
        with pytest.raises(IntegrityError, match="a robot reports on a day of each month"), transaction.atomic():
            Robot.objects.filter(pk=robot.pk).update(monthly_on=day)
    now = timezone.now()
    shared = {"first_day": SUNDAY, "contents": {}, "token": uuid4(), "made_at": now, "made_by": manager}
    for wrong in ({"kind": ReportKind.GROUP}, {"kind": ReportKind.WEEKLY, "group": make_group(team=team)}):
        with pytest.raises(IntegrityError, match="a report of one group names it"), transaction.atomic():
            SharedReport.objects.create(link_digest="0", expires_at=now + timedelta(days=1), **shared, **wrong)


@pytest.mark.django_db
def test_a_robot_brings_the_month_from_its_day_on(team, manager, _monday):
    make_week(team, manager)
    address = "https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a"
    made = {"language": "en", "on_holidays": True, "by": manager, "team": team, "now": timezone.now()}
    robot = robots.add_robot(name="East", service="dingtalk", address=address, monthly_on=3, **made)
    night_done(date(2026, 11, 29))
    _monday.move_to("2026-12-02T04:00:00Z")
    assert telling.tell_robots(now=timezone.now()) == 0  # before its day
    _monday.move_to("2026-12-03T04:00:00Z")
    assert telling.tell_robots(now=timezone.now()) == 0  # the last night of November is not done
    night_done(date(2026, 11, 30))
    assert telling.tell_robots(now=timezone.now()) == 1 and telling.tell_robots(now=timezone.now()) == 0
    told = Delivery.objects.get()
    assert told.key == f"monthly-{robot.pk}-2026-11" and "/reports/monthly/?month=2026-11" in told.body


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["not a picture", "too large"])
def test_a_report_without_a_picture_is_told_in_words(team, manager, _monday, monkeypatch, trouble):
    make_week(team, manager)
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"
    made = {"language": "en", "on_holidays": False, "by": manager, "team": team, "weekly_on": 0, "now": timezone.now()}
    robots.add_robot(name="East", service="wecom", address=address, **made)
    robots.add_robot(
        name="Far", service="dingtalk", address="https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a", **made
    )  # DingTalk takes none, and is never offered any
    night_done(SUNDAY)

    def fails(*args, **kwargs):
        if trouble == "too large":
            return bytes(LARGEST_PICTURE_BYTES + 1)
        raise typst.TypstError("no such font")

    monkeypatch.setattr(telling, "picture_of", fails)
    assert telling.tell_robots(now=timezone.now()) == 2 and telling.tell_robots(now=timezone.now()) == 0
    assert sorted(Delivery.objects.values_list("robot__name", "state", "problem")) == [
        ("East", "failed", "picture_not_made"), ("East", "todo", ""), ("Far", "todo", ""),
    ]  # fmt: skip
