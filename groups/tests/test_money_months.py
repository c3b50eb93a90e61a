"""The months of money: in step with the ledger whatever happens to it, and added up by every dimension."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from groups import ledger
from groups.fleet_money import Scope, months_of, rows_of, totals_of, whole_of
from groups.models import ExistingBuyers, LedgerLine, MoneyMonth, TeamMoneyMonth
from groups.money_check import differences, make_anew
from groups.rules.spans import Span
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))


def month_row(group, month=date(2026, 11, 1)):
    return MoneyMonth.objects.get(group=group, month=month)


@pytest.mark.django_db
def test_a_line_is_in_its_month_at_once():
    group = make_group()
    hourly = make_category("labour", priced_by="hour", default_price=Decimal(80))
    make_line(group, "100.00", goods_cost=Decimal("60.00"))
    make_line(group, "20.00")
    make_line(group, None, quantity=Decimal("2.5"), category=hourly)
    make_line(group, "7.00", category=make_category("labour"), quantity=Decimal(9))
    make_line(group, "3.00", category=make_category("acquisition"), on=date(2026, 10, 31))
    row = month_row(group)
    assert (row.revenue, row.goods_cost, row.revenue_without_goods_cost) == (120, 60, 20)
    assert (row.acquisition, row.labour, row.operations, row.hours, row.lines) == (0, 207, 0, Decimal("2.5"), 4)
    assert month_row(group, date(2026, 10, 1)).acquisition == 3
    assert row.team_id == group.team_id
    assert differences() == []


@pytest.mark.django_db
def test_a_reversal_leaves_the_amounts_and_counts_as_a_line():
    group = make_group()
    line = make_line(group, "100.00", goods_cost=Decimal("60.00"))
    for _ in range(2):
        ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())
    row = month_row(group)
    assert (row.revenue, row.goods_cost, row.lines) == (0, 0, 2)


@pytest.mark.django_db
def test_what_is_done_to_lines_by_hand_is_followed():
    group, other = make_group(), make_group()
    line = make_line(group, "5.00")
    make_line(other, "1.00")
    LedgerLine.objects.filter(pk=line.pk).update(amount=Decimal("8.00"), on=date(2026, 9, 3))
    assert month_row(group, date(2026, 9, 1)).revenue == 8
    assert not MoneyMonth.objects.filter(group=group, month=date(2026, 11, 1)).exists()
    LedgerLine.objects.filter(group=group).delete()
    assert list(MoneyMonth.objects.values_list("group_id", flat=True)) == [other.pk]
    assert list(TeamMoneyMonth.objects.values_list("team_id", flat=True)) == [other.team_id]
    assert differences() == []


@pytest.mark.django_db
def test_a_refused_line_leaves_its_month_alone():
    group = make_group()
    make_line(group, "5.00")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_line(group, "6.00")
        raise ZeroDivisionError
    assert month_row(group).revenue == 5


@pytest.mark.django_db
def test_a_difference_is_told_and_mended(capsys):
    group = make_group()
    make_line(group, "5.00")
    call_command("check_money")
    MoneyMonth.objects.filter(group=group).update(revenue=Decimal("5.01"))
    (found,) = differences()
    assert (found.number, found.name, found.ledger, found.month_says) == (
        group.pk, "revenue", Decimal("5.00"), Decimal("5.01"),
    )  # fmt: skip
    with pytest.raises(CommandError, match="1 figures differ"):
        call_command("check_money")
    call_command("check_money", mend=True)
    assert differences() == []
    MoneyMonth.objects.filter(group=group).delete()
    TeamMoneyMonth.objects.update(labour=Decimal("0.07"))
    assert {(each.key, each.month_says) for each in differences()} == {
        ("group_id", None), ("team_id", Decimal("0.07")),
    }  # fmt: skip
    make_anew()
    assert month_row(group).team_id == group.team_id


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_nothing_and_do_not_block_one_another_for_good():
    """Statements of many lines, their groups in opposite orders: without ordered keys PostgreSQL ends them."""
    teams = [make_team(), make_team()]
    groups = [make_group(team=teams[n % 2]) for n in range(6)]
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def write(turn: int) -> None:
        try:
            start.wait(120)
            for _ in range(15):
                order = groups if turn % 2 else groups[::-1]
                with transaction.atomic():
                    LedgerLine.objects.bulk_create(
                        [
                            LedgerLine(
                                team_id=group.team_id, group=group, kind="revenue", on=date(2026, 11, 1 + month),
                                amount=Decimal("0.01"), token=uuid4(), entered_at=timezone.now(),
                            )
                            for group in order for month in (3, 2, 1)
                        ]
                    )  # fmt: skip
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert [month_row(group).revenue for group in groups] == [Decimal("1.80")] * 6
    assert differences() == []


amounts = st.decimals(min_value=0, max_value=10**9, places=2)
happenings = st.lists(
    st.tuples(
        st.sampled_from(["revenue", "acquisition", "labour", "operations"]),
        amounts,
        st.none() | amounts,
        st.integers(0, 400),
        st.booleans(),
        st.integers(0, 1),
    ),
    max_size=20,
)


class InStep(TestCase):
    @settings(max_examples=30)
    @given(lines=happenings, first=st.integers(0, 400), length=st.integers(0, 200))
    def test_months_and_spans_add_up_to_the_lines(self, lines, first, length):
        """Case 59 for money: what pages sum by month equals the lines, whatever came late."""
        team = make_team()
        groups = [make_group(team=team), make_group(team=team)]
        categories = {root: make_category(root) for root in ("acquisition", "labour", "operations")}
        span = Span(date.fromordinal(739000 + first), date.fromordinal(739000 + first + length))
        net = {group.pk: Decimal(0) for group in groups}
        for what, amount, goods_cost, day, taken_back, which in lines:
            earned = what == "revenue"
            line = make_line(
                groups[which],
                amount,
                category=categories.get(what),
                goods_cost=goods_cost if earned else None,
                on=date.fromordinal(739000 + day),
            )
            if taken_back:
                ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())
            elif span.first <= line.on <= span.last:
                net[groups[which].pk] += (amount - (goods_cost or 0)) if earned else -amount
        assert differences() == []
        totals = totals_of(Scope([team.pk]), span)
        assert totals.whole.result.net == sum(net.values())
        assert whole_of(Scope([team.pk]), span) == totals.whole
        rows = {row.group_id: row.result.net for row in rows_of(Scope([team.pk]), span, limit=10)}
        assert {pk: rows.get(pk, 0) for pk in net} == net


@pytest.fixture
def fleet():
    """Two teams, three groups: one loses, one earns, one is of another team."""
    north, south = make_team(name="North"), make_team(name="South")
    owner = make_user(north)
    losing = make_group(team=north, owner=owner, layer="mass", plan_monetization="repurchase")
    earning = make_group(team=north, owner=owner, layer="vip", plan_monetization="paid_access")
    foreign = make_group(team=south)
    make_line(losing, "100.00", goods_cost=Decimal("40.00"))
    make_line(losing, "90.00", category=make_category("labour"))
    make_line(earning, "500.00", goods_cost=Decimal(0))
    make_line(foreign, "7.00")
    return north, losing, earning, foreign


@pytest.mark.django_db
def test_totals_by_every_dimension(fleet, django_assert_num_queries):
    north, losing, earning, _foreign = fleet
    with django_assert_num_queries(1):
        totals = totals_of(Scope([north.pk]), NOVEMBER)
    assert (totals.whole.groups, totals.whole.losing, totals.whole.result.net) == (2, 1, Decimal(470))
    assert {key: each.result.net for key, each in totals.slices["model"].items()} == {
        "repurchase": Decimal(-30), "paid_access": Decimal(500),
    }  # fmt: skip
    assert list(totals.slices["layer"]) == ["mass", "vip"]  # the weakest first
    assert totals.slices["owner"][losing.owner_id].groups == 2
    assert totals.slices["team"][north.pk].result.revenue == 600
    with django_assert_num_queries(1):
        (only,) = rows_of(Scope([north.pk]), NOVEMBER, losing=True, limit=10)
    assert (only.group_id, only.owner, only.result.net) == (losing.pk, str(losing.owner), Decimal(-30))
    narrowed = Scope([north.pk], narrowed={"layer": "vip", "model": "paid_access", "owner": losing.owner_id})
    assert [row.group_id for row in rows_of(narrowed, NOVEMBER, limit=10)] == [earning.pk]
    assert totals_of(narrowed, NOVEMBER).whole.result.revenue == 500


@pytest.mark.django_db
def test_a_trend_has_every_month(fleet, django_assert_num_queries):
    north, losing, *_ = fleet
    make_line(losing, "1.00", on=date(2026, 9, 30))
    make_line(losing, "2.00", on=date(2026, 11, 20))
    with django_assert_num_queries(1):
        trend = months_of(Scope([north.pk]), date(2026, 11, 19), 3)
    assert [(month.month, month.revenue) for month in trend] == [
        (date(2026, 9, 1), 1), (date(2026, 10, 1), 0), (date(2026, 11, 1), 600),
    ]  # fmt: skip
    assert trend[1].is_empty


@pytest.mark.django_db
@pytest.mark.parametrize("first", [date(2026, 11, 1), date(2026, 10, 30), date(2026, 11, 5), date(2026, 9, 1)])
def test_days_after_the_span_do_not_count(fleet, first):
    north, losing, _earning, _foreign = fleet
    later = make_group(team=north)
    for group in (losing, later):
        make_line(group, "50.00", on=date(2026, 11, 20))
        make_line(group, "3.00", category=make_category(), on=date(2026, 11, 21))
    span = Span(first, date(2026, 11, 19))
    whole = totals_of(Scope([north.pk]), span).whole
    assert (whole.groups, whole.result.revenue, whole.result.operations) == (2, 600, 0)
    assert later.pk not in {row.group_id for row in rows_of(Scope([north.pk]), span, limit=10)}


def state_share(group, month, percent):
    ExistingBuyers.objects.create(
        group=group, team_id=group.team_id, from_month=month, percent=percent, basis="survey", token=uuid4(),
        entered_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_incremental_part_leaves_out_what_is_not_known(fleet):
    north, losing, earning, _foreign = fleet
    scope = Scope([north.pk], incremental=True)
    state_share(losing, date(2026, 12, 1), 90)  # not yet
    state_share(earning, date(2026, 8, 1), 10)
    state_share(earning, date(2026, 11, 1), 30)
    state_share(earning, date(2026, 11, 1), 25)  # entered last: holds
    whole = totals_of(scope, NOVEMBER).whole
    assert (whole.groups, whole.unstated, whole.result.revenue, whole.result.labour) == (1, 1, Decimal(375), 0)
    state_share(losing, date(2026, 11, 1), 50)
    whole = totals_of(scope, NOVEMBER).whole
    assert (whole.groups, whole.unstated, whole.losing) == (2, 0, 1)
    assert whole.result.net == Decimal(375) + 50 - 20 - 90


@pytest.mark.django_db
def test_the_share_of_existing_buyers_is_a_percentage_of_a_month_with_a_basis():
    group = make_group()
    for columns in (
        {"percent": 101, "month": date(2026, 11, 1), "basis": "x"},
        {"percent": 1, "month": date(2026, 11, 2), "basis": "x"},
        {"percent": 1, "month": date(2026, 11, 1), "basis": ""},
    ):
        with pytest.raises(Exception, match="a share of existing buyers"), transaction.atomic():
            ExistingBuyers.objects.create(
                group=group, team_id=group.team_id, from_month=columns["month"], percent=columns["percent"],
                basis=columns["basis"], token=uuid4(), entered_at=timezone.now(),
            )  # fmt: skip
