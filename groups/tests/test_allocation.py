"""A shared cost: parts that add up, once per token, taken back as a whole."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import Sum
from django.utils import timezone

from groups import allocation, ledger, months
from groups.models import Allocation, AuditEntry, LedgerLine
from groups.rules.allocation import NothingToGoBy
from groups.tests.making import make_group, make_team
from groups.tests.making_money import make_allocation, make_category

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def team():
    return make_team()


def three(team):
    return [make_group(team=team) for _ in range(3)]


def take_back(made):
    return allocation.take_back(allocation=made, reason="wrong", by=None, now=timezone.now())


def test_parts_add_up_and_a_group_of_which_nothing_is_known_has_none(team):
    first, second, unknown = three(team)
    made = make_allocation(team, {first: "1", second: "2", unknown: None}, "100.00")
    lines = {line.group_id: line.amount for line in made.lines.all()}
    assert lines == {first.pk: Decimal("33.33"), second.pk: Decimal("66.67")}
    assert made.parts[2] == {"group": unknown.pk, "weight": None, "amount": None}
    assert AuditEntry.objects.filter(verb="cost allocated").count() == 1


def test_the_same_token_gives_the_same_result(team):
    groups, token, category = three(team), uuid4(), make_category()
    made = make_allocation(team, dict.fromkeys(groups, "1"), token=token, category=category)
    again = make_allocation(team, {groups[0]: "1"}, token=token, category=category)
    assert again == made
    assert (Allocation.objects.count(), LedgerLine.objects.count()) == (1, 3)


def test_the_whole_is_taken_back_once_to_zero(team):
    groups = three(team)
    made = make_allocation(team, dict.fromkeys(groups, "1"), "100.00")
    assert [take_back(made), take_back(made)] == [True, False]
    sums = LedgerLine.objects.values("group").annotate(total=Sum("amount"))
    assert [row["total"] for row in sums] == [0, 0, 0]
    assert AuditEntry.objects.filter(verb="allocation taken back").count() == 1


def test_one_part_is_not_taken_back_alone(team):
    made = make_allocation(team, dict.fromkeys(three(team), "1"))
    with pytest.raises(ledger.PartOfAllocation):
        ledger.reverse_line(line=made.lines.first(), reason="", by=None, now=timezone.now())


def test_a_closed_month_takes_no_shared_cost_and_gives_it_back_in_the_open_one(team):
    groups = three(team)
    made = make_allocation(team, dict.fromkeys(groups, "1"), on=date(2026, 10, 31), now=NOW)
    months.close_month(team=team, month=date(2026, 10, 1), by=None, now=NOW)
    with pytest.raises(months.MonthClosed):
        make_allocation(team, dict.fromkeys(groups, "1"), on=date(2026, 10, 31))
    allocation.take_back(allocation=made, reason="", by=None, now=NOW)
    assert set(LedgerLine.objects.exclude(reverses=None).values_list("on", flat=True)) == {date(2026, 11, 25)}


def test_what_is_not_shared(team):
    groups = three(team)
    with pytest.raises(NothingToGoBy):
        make_allocation(team, {groups[0]: None, groups[1]: "0"})
    with pytest.raises(ledger.CategoryArchived):
        make_allocation(team, {groups[0]: "1"}, category=make_category(archived_at=timezone.now()))
    with pytest.raises(ValueError, match="do not add up"), transaction.atomic():
        make_allocation(team, {groups[0]: "1"}, parts=[allocation.Part(groups[0].pk, Decimal(1), Decimal(99))])
    assert not Allocation.objects.exists()


def test_case_57_the_database_refuses_what_cannot_be(team):
    made = make_allocation(team, dict.fromkeys(three(team), "1"))
    line = made.lines.first()
    line.pk = None
    with pytest.raises(IntegrityError, match="gives a group one part"), transaction.atomic():
        line.save()
    with pytest.raises(IntegrityError, match="a shared cost is positive"), transaction.atomic():
        Allocation.objects.update(total=0)


def test_sharing_costs_as_many_statements_for_many_groups_as_for_few(team, django_assert_num_queries):
    groups = [make_group(team=team) for _ in range(30)]
    category = make_category()
    with django_assert_num_queries(11):
        make_allocation(team, dict.fromkeys(groups, "1"), category=category)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_entered_once():
    team = make_team()
    groups, token, category = three(team), uuid4(), make_category()
    start, ended = Barrier(2), []

    def enter():
        try:
            start.wait()
            ended.append(make_allocation(team, dict.fromkeys(groups, "1"), token=token, category=category).pk)
        finally:
            connections.close_all()

    threads = [Thread(target=enter) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(ended) == 2
    assert len(set(ended)) == 1
    assert LedgerLine.objects.count() == 3
