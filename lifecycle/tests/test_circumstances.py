"""Flags of owners who are away and of months that lose money: raised once, told anew, and lowered."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from groups.models import GroupCoOwner, MonthTurn, PersonSession
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.circumstances import judge_circumstances
from lifecycle.models import Flag

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def flags() -> list[tuple]:
    return list(Flag.objects.order_by("pk").values_list("group_id", "cause", "raised_on", "lowered_on"))


def seen(user, days_ago: int) -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai")) - timedelta(days=days_ago)
    PersonSession.objects.update_or_create(
        session_key=f"s{user.pk}", defaults={"user": user, "began_at": at, "seen_at": at}
    )


def close(team, month: date, turn: int = 1) -> None:
    kind = "closed" if turn % 2 else "reopened"
    MonthTurn.objects.create(team=team, month=month, turn=turn, kind=kind, reason="so", net=0, at=timezone.now())


def test_an_owner_out_of_use_is_told_until_somebody_looks_after_the_group(django_assert_num_queries):
    group = make_group()
    group.owner.is_active = False
    group.owner.save()
    make_group(team=group.team)
    assert judge_circumstances([group.pk], DAY) == 1
    assert judge_circumstances([group.pk], DAY) == 0
    assert flags() == [(group.pk, "owner_absent", DAY, None)]
    assert Flag.objects.get().evidence == {"unseen_days": None}
    helper = make_user(group.team)
    seen(helper, 1)
    GroupCoOwner.objects.create(group=group, user=helper)
    with django_assert_num_queries(4):
        judge_circumstances([group.pk], DAY + timedelta(days=1))
    assert flags() == [(group.pk, "owner_absent", DAY, DAY + timedelta(days=1))]


def test_a_long_absence_is_told_with_its_days_and_ends_when_somebody_is_back():
    groups = [make_group() for _ in range(3)]
    seen(groups[0].owner, 40)
    seen(groups[1].owner, 10)  # and nobody knows of the third
    ids = [group.pk for group in groups]
    judge_circumstances(ids, DAY)
    assert flags() == [(groups[0].pk, "owner_absent", DAY, None)]
    flag = Flag.objects.get()
    assert (flag.evidence["unseen_days"], flag.earliest_sign_on) == (40, date(2026, 10, 12))
    judge_circumstances(ids, DAY + timedelta(days=1))
    assert Flag.objects.get().evidence["unseen_days"] == 41
    seen(groups[0].owner, 0)
    judge_circumstances(ids, DAY + timedelta(days=1))
    assert Flag.objects.get().lowered_on == DAY + timedelta(days=1)


def test_two_closed_months_below_zero_are_told_and_one_above_ends_it():
    team = make_team()
    loser, earner, open_one = [make_group(team=team) for _ in range(3)]
    ads = make_category()
    for month in (9, 10):
        make_line(loser, "300", category=ads, on=date(2026, month, 5))
        make_line(loser, "120.50", on=date(2026, month, 6))
        make_line(earner, "300", on=date(2026, month, 6))
    make_line(open_one, "5", category=ads, on=date(2026, 11, 6))
    make_line(open_one, "5", category=ads, on=date(2026, 10, 6))
    ids = [loser.pk, earner.pk, open_one.pk]
    judge_circumstances(ids, DAY)
    assert flags() == []  # nothing is closed yet
    close(team, date(2026, 9, 1))
    close(team, date(2026, 10, 1))
    judge_circumstances(ids, DAY)
    assert flags() == [(loser.pk, "losing_money", DAY, None)]
    flag = Flag.objects.get()
    assert (Decimal(flag.evidence["net"]), flag.evidence["losing_months"]) == (Decimal("-359.00"), 2)
    assert flag.earliest_sign_on == date(2026, 9, 1)
    close(team, date(2026, 10, 1), turn=2)
    judge_circumstances(ids, DAY)
    assert Flag.objects.get().lowered_on is None  # one losing month keeps it
    make_line(loser, "900", on=date(2026, 10, 7))
    close(team, date(2026, 10, 1), turn=3)
    judge_circumstances(ids, DAY + timedelta(days=2))
    assert Flag.objects.get().lowered_on == DAY + timedelta(days=2)


def test_months_in_which_nothing_was_entered_take_nothing_back():
    team = make_team()
    loser, ads = make_group(team=team), make_category()
    for month in (5, 6):
        make_line(loser, "300", category=ads, on=date(2026, month, 5))
        close(team, date(2026, month, 1))
    judge_circumstances([loser.pk], date(2026, 7, 10))
    told = Flag.objects.get().evidence
    for month in (7, 8, 9, 10):
        close(team, date(2026, month, 1))
    judge_circumstances([loser.pk], DAY)
    flag = Flag.objects.get()
    assert (flag.lowered_on, flag.evidence) == (None, told)


def test_a_group_that_closed_is_flagged_no_longer():
    group = make_group()
    group.owner.is_active = False
    group.owner.save()
    judge_circumstances([group.pk], DAY)
    group.closed_on = DAY + timedelta(days=1)
    group.save()
    judge_circumstances([group.pk], DAY + timedelta(days=1))
    assert Flag.objects.get().lowered_on == DAY + timedelta(days=1)
