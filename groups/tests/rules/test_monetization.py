"""Revenue models as tables: what they hold, what they promise and what they warn of, on both sides of each line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.rules.monetization.flash_sale import FlashSale
from groups.rules.monetization.inputs import ModelFacts, Unfit, stored
from groups.rules.monetization.kinds import KINDS, inputs_of
from groups.rules.monetization.new_customer import NewCustomer
from groups.rules.monetization.none import NoModel
from groups.rules.monetization.paid_access import PaidAccess, months_after
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship

TODAY = date(2026, 11, 20)
FULL = [
    PaidAccess(price=Decimal("399.00"), months=2, payers=120, renewal=Decimal(20), refund=Decimal(4)),
    FlashSale(
        sells_from=date(2026, 11, 9),
        sells_until=date(2026, 11, 11),
        conversion=Decimal("12.5"),
        order_value=Decimal("96.00"),
        margin=Decimal(35),
    ),
    Repurchase(
        members=500, buyers=Decimal(8), orders=Decimal("1.5"), order_value=Decimal("240.00"), margin=Decimal(40),
        member_day=18,
    ),
    NewCustomer(trial_price=Decimal("9.90"), content_days=7, conversion=Decimal(15)),
    Sponsorship(paid_by="placement", price=Decimal("1800.00"), cap=2, audience="yes"),
    NoModel(budget_cap=Decimal("300.00")),
]  # fmt: skip


def facts(**fields):
    return ModelFacts(**{"today": TODAY, "from_on": date(2026, 11, 1)} | fields)


def codes(inputs, **fields):
    return [notice.code for notice in inputs.notices(facts(**fields))]


@pytest.mark.parametrize("inputs", FULL, ids=lambda each: each.KIND)
def test_what_is_stored_is_read_back_the_same(inputs):
    assert inputs_of(inputs.KIND, stored(inputs)) == inputs
    assert inputs_of(inputs.KIND, {}) == KINDS[inputs.KIND]()
    assert inputs.KPIS and inputs.LIFE


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        pytest.param("paid_access", {"price": "-0.01"}, "price", id="below zero"),
        pytest.param("paid_access", {"price": "NaN"}, "price", id="not a number"),
        pytest.param("paid_access", {"price": "x"}, "price", id="no number"),
        pytest.param("paid_access", {"months": 0}, "months", id="no month"),
        pytest.param("paid_access", {"months": 61}, "months", id="too many months"),
        pytest.param("paid_access", {"months": True}, "months", id="true is not one month"),
        pytest.param("paid_access", {"months": "2"}, "months", id="text is no number of months"),
        pytest.param("paid_access", {"renewal": "100.01"}, "renewal", id="more than all"),
        pytest.param("flash_sale", {"sells_from": "2026-13-01"}, "sells_from", id="no such day"),
        pytest.param(
            "flash_sale", {"sells_from": "2026-11-11", "sells_until": "2026-11-10"}, "sells_until", id="backwards"
        ),
        pytest.param("repurchase", {"member_day": 32}, "member_day", id="no such day of a month"),
        pytest.param("sponsorship", {"paid_by": "favour"}, "paid_by", id="unknown choice"),
        pytest.param("sponsorship", {"cap": 32}, "cap", id="more placements than days"),
        pytest.param("none", {"price": "5"}, "price", id="an input of another kind"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_name(kind, values, field):
    with pytest.raises(Unfit) as refused:
        inputs_of(kind, values)
    assert refused.value.name == field


@pytest.mark.parametrize(
    ("inputs", "members", "month"),
    [
        pytest.param(FULL[0], None, Decimal("22982.40"), id="399 x 120 / 2 less 4 % refunds"),
        pytest.param(PaidAccess(price=Decimal(399), months=2), None, None, id="payers unknown"),
        pytest.param(FULL[1], 400, Decimal("4800.00"), id="400 x 12.5 % x 96"),
        pytest.param(FULL[1], None, None, id="members unknown"),
        pytest.param(FULL[2], 9, Decimal("14400.00"), id="the plan's own members"),
        pytest.param(
            Repurchase(buyers=Decimal(10), order_value=Decimal(20)), 50, Decimal("100.00"), id="one order each"
        ),
        pytest.param(FULL[3], 100, Decimal("990.00"), id="trials"),
        pytest.param(FULL[4], None, Decimal("3600.00"), id="price x cap"),
        pytest.param(Sponsorship(paid_by="result", price=Decimal(9), cap=2), None, None, id="results not foreseen"),
    ],
)
def test_expected_revenue_of_a_month(inputs, members, month):
    assert inputs.expected(members)[0].month == month


def test_a_group_for_love_expects_nothing():
    assert FULL[5].expected(100) == ()


@pytest.mark.parametrize(
    ("orders", "adverts", "content_days", "warned"),
    [
        pytest.param(1, 0, 7, True, id="one order"),
        pytest.param(None, 1, 7, True, id="one advert, orders unknown"),
        pytest.param(0, 0, 7, False, id="nothing sold"),
        pytest.param(None, None, 7, False, id="nobody looked"),
        pytest.param(5, 5, None, False, id="no content days agreed"),
    ],
)
def test_selling_before_the_content_days_are_over(orders, adverts, content_days, warned):
    on_the_last = {"today": date(2026, 11, 7), "orders_early": orders, "adverts_early": adverts}
    found = codes(NewCustomer(content_days=content_days), **on_the_last)
    assert found == (["selling_early"] if warned else [])


@pytest.mark.parametrize(("today", "code"), [(date(2026, 11, 7), "selling_early"), (date(2026, 11, 8), "sold_early")])
def test_once_the_content_days_are_over_nobody_is_told_to_stop_until_then(today, code):
    assert codes(NewCustomer(content_days=7), orders_early=1, today=today) == [code]


def test_the_reason_says_when_selling_may_begin():
    notice = NewCustomer(content_days=7).notices(facts(orders_early=3, first_sold_on=date(2026, 11, 4)))[0]
    assert notice.figures["opens_on"] == date(2026, 11, 8)
    assert notice.figures["sold_on"] == date(2026, 11, 4)
    assert notice.figures["adverts"] is None


@pytest.mark.parametrize(
    ("placements", "cap", "of_plan", "warned"),
    [
        pytest.param(3, 2, None, True, id="one more"),
        pytest.param(2, 2, None, False, id="as many as agreed"),
        pytest.param(3, None, 2, True, id="the cap of the plan"),
        pytest.param(3, 3, 2, False, id="the model's own cap goes first"),
        pytest.param(31, None, None, False, id="no cap agreed"),
        pytest.param(1, 0, None, True, id="none allowed"),
    ],
)
def test_placements_above_the_cap(placements, cap, of_plan, warned):
    assert codes(Sponsorship(cap=cap), placements=placements, placements_cap=of_plan) == (
        ["over_cap"] if warned else []
    )


def test_an_audience_that_nobody_compared():
    assert codes(Sponsorship(audience="unknown")) == ["audience_unknown"]
    assert codes(Sponsorship(audience="roughly")) == []


@pytest.mark.parametrize(
    ("until", "ends_on", "warned"),
    [
        pytest.param(TODAY, None, False, id="the last day of the window"),
        pytest.param(TODAY - timedelta(days=1), None, True, id="the day after it"),
        pytest.param(None, TODAY - timedelta(days=1), True, id="the end of the plan"),
        pytest.param(TODAY, TODAY - timedelta(days=9), False, id="the window goes first"),
        pytest.param(None, None, False, id="no end known"),
    ],
)
def test_a_flash_group_past_its_end(until, ends_on, warned):
    assert codes(FlashSale(sells_until=until), ends_on=ends_on) == (["flash_past_end"] if warned else [])


@pytest.mark.parametrize(
    ("from_on", "months", "renewal_on", "due_on"),
    [
        pytest.param(date(2026, 10, 4), 2, None, date(2026, 12, 4), id="in 14 days"),
        pytest.param(date(2026, 10, 5), 2, None, None, id="in 15 days"),
        pytest.param(date(2026, 9, 13), 2, None, date(2026, 11, 13), id="seven days ago"),
        pytest.param(date(2026, 9, 12), 2, None, None, id="eight days ago"),
        pytest.param(date(2026, 11, 20), 1, None, None, id="begun today: nothing was paid for yet to end"),
        pytest.param(date(2025, 11, 25), 1, None, date(2026, 11, 25), id="the twelfth month"),
        pytest.param(date(2026, 1, 1), None, date(2026, 11, 30), date(2026, 11, 30), id="the day of the plan"),
        pytest.param(date(2026, 10, 5), 2, date(2026, 11, 21), None, id="months go before the plan"),
        pytest.param(date(2026, 1, 1), None, None, None, id="no day known"),
    ],
)
def test_renewal_is_due_near_the_day_that_payments_run_out(from_on, months, renewal_on, due_on):
    found = PaidAccess(months=months).notices(facts(from_on=from_on, renewal_on=renewal_on))
    assert [notice.figures["due_on"] for notice in found] == ([due_on] if due_on else [])


def test_a_month_later_is_the_last_day_where_there_is_no_such_day():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("cap", "costs", "revenue", "found"),
    [
        pytest.param(None, Decimal("0.01"), None, ["costs_without_model"], id="costs and no budget"),
        pytest.param(None, Decimal(0), None, [], id="no costs"),
        pytest.param(None, None, None, [], id="costs unknown"),
        pytest.param(None, Decimal(50), Decimal(50), [], id="covered"),
        pytest.param(Decimal(300), Decimal(300), None, [], id="within the budget"),
        pytest.param(Decimal(300), Decimal("300.01"), None, ["above_budget"], id="above it"),
        pytest.param(Decimal(300), Decimal(400), Decimal(100), [], id="revenue pays the rest"),
    ],
)
def test_costs_of_a_group_without_a_model(cap, costs, revenue, found):
    assert codes(NoModel(budget_cap=cap), costs_30=costs, revenue_30=revenue) == found


def test_repurchase_warns_of_nothing():
    assert codes(FULL[2], costs_30=Decimal(9), placements=9) == []
