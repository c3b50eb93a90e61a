"""Profit and loss: exact sums, in one statement, and the SQL of lists against the arithmetic of the rule."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from groups import economics, ledger
from groups.models import Group, LedgerLine
from groups.money_of_spans import net_of_lines
from groups.rules.profit_and_loss import Net
from groups.tests.making import make_group
from groups.tests.making_money import make_category, make_line

LAST = date(2026, 11, 22)


@pytest.mark.django_db
def test_lines_fall_into_their_month_and_root(django_assert_num_queries):
    group, other = make_group(), make_group()
    make_line(group, "3000.00", goods_cost=Decimal("1200.00"), on=date(2026, 10, 31))
    make_line(group, "200.00", on=date(2026, 11, 1))
    hourly = make_category("labour", priced_by="hour", default_price=Decimal(80))
    make_line(group, None, quantity=Decimal("2.5"), category=hourly)
    make_line(group, "50.00", category=make_category("acquisition"))
    make_line(group, "7.77", category=make_category("operations"))
    make_line(group, "999.00", on=date(2026, 11, 23))  # after the last day
    with django_assert_num_queries(1):
        found = economics.profit_and_loss([group.pk, other.pk], LAST, months=2)
    october, november = found[group.pk]
    assert (october.revenue, october.net, october.goods_cost_is_known) == (Decimal(3000), Decimal(1800), True)
    assert (november.labour, november.hours) == (Decimal(200), Decimal("2.5"))
    assert november.net == Decimal("-57.77")
    assert november.revenue_without_goods_cost == Decimal(200)
    assert [month.is_empty for month in found[other.pk]] == [True, True]


@pytest.mark.django_db
def test_a_reversed_line_leaves_no_trace_in_the_sums():
    group = make_group()
    line = make_line(group, "100.00", goods_cost=Decimal("60.00"))
    ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())
    (month,) = economics.profit_and_loss([group.pk], LAST, months=1)[group.pk]
    assert (month.revenue, month.goods_cost, month.net, month.lines) == (0, 0, 0, 2)
    assert economics.net_by_group([group.pk], date(2026, 11, 1), LAST) == {group.pk: Net(Decimal(0))}


@pytest.mark.django_db
def test_a_net_without_all_goods_costs_is_an_upper_bound():
    group, other, empty = make_group(), make_group(), make_group()
    make_line(group, "100.00", goods_cost=Decimal("60.00"))
    make_line(other, "50.00")
    ids, span = [group.pk, other.pk, empty.pk], (date(2026, 11, 1), LAST)
    assert economics.net_by_group(ids, *span) == {group.pk: Net(Decimal(40)), other.pk: Net(Decimal(50), exact=False)}
    teams = [group.team_id, other.team_id, empty.team_id]
    groups = Group.objects.filter(pk__in=ids)
    assert economics.net_of_groups(groups, teams, *span) == Net(Decimal(90), exact=False)
    assert economics.net_of_groups(groups.exclude(pk=other.pk), teams, *span) == Net(Decimal(40))
    assert economics.net_of_groups(Group.objects.filter(pk=empty.pk), teams, *span) is None


@pytest.mark.django_db
def test_groups_below_zero_are_the_losing_ones():
    losing, even, foreign = make_group(), make_group(), make_group()
    teams = [losing.team_id, even.team_id]
    make_line(foreign, "0.01", category=make_category())
    make_line(losing, "0.01", category=make_category())
    make_line(even, "5.00", category=make_category())
    make_line(even, "5.00")
    assert list(Group.objects.filter(pk__in=economics.losing_groups(teams, date(2026, 11, 1), LAST))) == [losing]


amounts = st.decimals(min_value=0, max_value=10**9, places=2)
lines = st.lists(
    st.tuples(
        st.sampled_from(["revenue", "acquisition", "labour", "operations"]),
        amounts,
        st.none() | amounts,  # goods cost
        st.integers(0, 59),  # days before the last day
        st.booleans(),  # taken back
    ),
    max_size=25,
)


class ExactSums(TestCase):
    @settings(max_examples=40)
    @given(lines=lines)
    def test_the_statement_adds_to_the_fen_what_the_rows_say(self, lines):
        group = make_group()
        categories = {root: make_category(root) for root in ("acquisition", "labour", "operations")}
        expected = Decimal(0)
        for what, amount, goods_cost, days_ago, taken_back in lines:
            earned = what == "revenue"
            line = ledger.enter_line(
                group=group,
                kind="revenue" if earned else "cost",
                category=categories.get(what),
                on=date.fromordinal(LAST.toordinal() - days_ago),
                amount=amount,
                goods_cost=goods_cost if earned else None,
                token=uuid4(),
                by=None,
                now=timezone.now(),
            )
            if taken_back:
                ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())
            else:
                expected += (amount - (goods_cost or 0)) if earned else -amount
        months = economics.profit_and_loss([group.pk], LAST, months=3)[group.pk]
        assert sum(month.net for month in months) == expected
        assert sum(month.lines for month in months) == LedgerLine.objects.filter(group=group).count()
        assert LedgerLine.objects.filter(group=group).aggregate(net=net_of_lines())["net"] == expected
        net = economics.net_by_group([group.pk], months[0].month, LAST)
        assert net.get(group.pk, Net(Decimal(0))).amount == expected
