from datetime import date
from decimal import Decimal

import pytest

from groups.rules.profit_and_loss import MonthResult, months_through, priced, total_of

NOVEMBER = date(2026, 11, 1)


def test_net_is_revenue_less_goods_and_the_three_roots():
    result = MonthResult(
        month=NOVEMBER,
        revenue=Decimal("38400.00"),
        goods_cost=Decimal("23040.00"),
        acquisition=Decimal("3250.00"),
        labour=Decimal("6933.33"),
        operations=Decimal("1600.00"),
        lines=5,
    )
    assert (result.costs, result.net) == (Decimal("11783.33"), Decimal("3576.67"))
    assert result.goods_cost_is_known
    assert not result.is_empty


def test_revenue_without_goods_cost_is_told():
    assert not MonthResult(month=NOVEMBER, revenue_without_goods_cost=Decimal("0.01")).goods_cost_is_known


def test_the_total_adds_every_part():
    parts = {name: Decimal(place) for place, name in enumerate(("revenue", "goods_cost", "acquisition", "labour"), 1)}
    one = MonthResult(month=date(2026, 10, 1), lines=2, hours=Decimal("1.5"), **parts)
    total = total_of(NOVEMBER, [one, one, MonthResult(month=NOVEMBER)])
    assert (total.lines, total.hours, total.net) == (4, Decimal("3.0"), one.net * 2)


@pytest.mark.parametrize(
    ("last", "count", "expected"),
    [
        pytest.param(date(2026, 11, 22), 1, [NOVEMBER], id="this month"),
        pytest.param(date(2026, 2, 28), 3, [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)], id="over new year"),
    ],
)
def test_months_come_oldest_first(last, count, expected):
    assert months_through(last, count) == expected


@pytest.mark.parametrize(
    ("quantity", "price", "yuan"),
    [("20", "80", "1600.00"), ("0.5", "0.01", "0.01"), ("0.33", "0.01", "0.00"), ("1.5", "33.33", "50.00")],
)
def test_a_price_is_rounded_half_up_to_the_fen(quantity, price, yuan):
    assert priced(Decimal(quantity), Decimal(price)) == Decimal(yuan)
