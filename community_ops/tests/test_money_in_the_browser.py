"""The pages of money in a real browser, and the beverage chain of the domain: hardly a word, many orders, a gain."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import (
    assert_accessible,
    assert_fits,
    expect_named_by_its_sentence,
    press,
    shoot,
    words,
)
from groups.existing_buyers import state_share
from groups.models import Group, LedgerLine, OrderImport, User
from groups.rules.spans import month_of, months_back
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from groups.tests.making_orders import bring_in, look_at, make_rule, order
from lifecycle import order_imports
from lifecycle.tests.cases.making import act

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "en", "light"),
    ("desktop", "zh-hans", "dark"),
]
CHINESE = re.compile("[㐀-鿿]")


@pytest.fixture
def chain() -> tuple[Group, User]:
    """A coupon group of a beverage chain: two messages a week, forty orders a day; and the categories to book on."""
    team = make_team(name="East")
    manager = make_user(team, "manager", display_name="Wang Fang")
    group = make_group(
        team=team, owner=manager, name="Tea house 3", layer="mass", opened_on=months_back(timezone.localdate(), 7),
        plan_monetization="repurchase", plan_activity_kind="transaction", plan_planned_revenue=Decimal(10000),
        plan_planned_cost=Decimal(1500), plan_planned_net=Decimal(2500), plan_planned_conversion=Decimal("0.08"),
    )  # fmt: skip
    make_category("labour", name="Community staff", priced_by="hour", default_price=Decimal(80))
    make_category("operations", name="Coupons")
    make_category("acquisition", name="Posters")
    today = timezone.localdate()
    for back in range(40):
        act(group, today - timedelta(days=back), messages=int(back % 4 == 0), orders=40, joins=1)
    return group, manager


def last_month() -> date:
    return months_back(timezone.localdate(), 1)


def fill(group: Group, manager: User) -> OrderImport:
    """Some months of money, orders of a shop with and without a group, and a file that waits."""
    staff, coupons = make_category("labour", name="Staff"), make_category("operations", name="Prizes")
    for back in range(4):
        month = months_back(timezone.localdate(), back)
        make_line(group, "12000.00", goods_cost=Decimal(7200), on=month)
        make_line(group, "800.00", category=staff, on=month)
        make_line(group, str(300 + 100 * back), category=coupons, on=month, note="Thursday draw")
    losing = make_group(
        team=group.team, owner=manager, name="Course B", layer="course", plan_monetization="paid_access"
    )
    make_line(losing, "1900.00", on=last_month())
    make_line(losing, "2600.00", category=staff, on=last_month())
    make_line(losing, "2600.00", category=staff, on=month_of(timezone.localdate()))
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA"), order("E2", 12.5, coupon="OTHER", shop_point="West lake"))
    state_share(
        group=group, from_month=last_month(), percent=Decimal(35), basis="70 of 200 receipts", token=uuid4(),
        by=manager, now=timezone.now(),
    )  # fmt: skip
    refusal = {"row": 4, "column": "amount", "value": "499.00…", "problem": "amount_not_final"}
    return look_at(group.team, order("E3", 8, coupon="TEA"), refusals=[refusal], rows_refused=1, by=manager)


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_fits_and_is_accessible(visit, chain, screen, language, theme):
    group, manager = chain
    waiting = fill(group, manager)
    month = f"period=custom&from={last_month():%Y-%m}&to={last_month():%Y-%m}"
    pages = {
        "pnl": f"{reverse('pnl-dashboard')}?{month}",
        "pnl-incremental": f"{reverse('pnl-dashboard')}?{month}&only=incremental",
        "pnl-groups": f"{reverse('pnl-groups')}?{month}",
        "pnl-units": f"{reverse('pnl-units')}?{month}",
        "group-money": reverse("group-money", args=[group.pk]),
        "group-lines": f"{reverse('group-lines', args=[group.pk])}?from={last_month()}&to={timezone.localdate()}",
        "group-orders": f"{reverse('group-orders', args=[group.pk])}?from=2026-01-01&to=2027-01-01",
        "order-list": reverse("order-list"),
        "order-new": reverse("order-new"),
        "order-import": reverse("order-import", args=[waiting.pk]),
        "orders-waiting": reverse("orders-waiting"),
        "attribution-rules": f"{reverse('attribution-rules')}?kind=coupon&pattern=OTHER",
    }
    page = visit("/me/", user=manager, screen=screen, language=language, theme=theme)
    for name, address in pages.items():
        page.goto(address)
        shoot(page, f"{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
        shown = words(page)
        if language == "en":
            assert not CHINESE.search(shown), page.url
        else:
            assert CHINESE.search(shown), page.url


def test_the_beverage_chain_is_entered_by_hand_and_earns(visit, chain):
    group, manager = chain
    ledger = reverse("group-ledger", args=[group.pk])
    page = visit(ledger, user=manager, screen="phone", language="en")
    on = last_month().isoformat()

    def enter(what: str, **fields: str) -> None:
        page.goto(ledger)
        page.get_by_label("What for").select_option(label=what)
        page.locator("details summary", has_text="Note, receipt, quantity").click()
        for name, value in ({"on": on} | fields).items():
            page.locator(f"#id_{name}").fill(value)
        press(page.get_by_role("button", name="Save"))
        page.locator(".alert").wait_for()

    enter("Revenue", amount="1.2万", goods_cost="7200")
    enter("Community staff", quantity="10")
    enter("Coupons", amount="300")
    page.goto(reverse("group-page", args=[group.pk]))
    press(page.get_by_role("link", name="Plan against actual, payback, unit economics"))
    shown = words(page)
    assert "Net contribution is ¥1,200.00 above plan; most of it is more revenue than planned: ¥2,000.00." in shown
    assert "Break-even of the last full month: ¥2,750.00 of revenue; it was ¥12,000.00." in shown
    assert "3,700.00" in shown
    assert_fits(page)
    assert_accessible(page)
    press(page.get_by_role("link", name="12,000.00").first)
    expect(page.locator("[data-total]")).to_have_text("¥12,000.00", use_inner_text=True)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{reverse('pnl-dashboard')}?period=custom&from={on[:7]}&to={on[:7]}")
    press(page.locator(".kpi a", has_text="¥3,700").first)
    expect(page.locator("tbody tr")).to_have_count(2)  # the group, and the total
    assert sum(line.amount for line in LedgerLine.objects.filter(kind="cost")) == 1100


def test_charts_have_a_sentence_and_a_table_and_do_without_javascript(visit, chain):
    group, manager = chain
    fill(group, manager)
    address = f"{reverse('pnl-dashboard')}?period=custom&from={last_month():%Y-%m}&to={last_month():%Y-%m}"
    page = visit(address, user=manager, screen="phone", language="en")
    for figure in page.locator("figure.chart").all():
        expect(figure.locator("figcaption")).to_have_text(re.compile(r"\d"))
        expect_named_by_its_sentence(figure)
        figure.get_by_role("button", name="Table").click()
        expect(figure.locator("table")).to_be_visible()
    plain = visit(address, user=manager, screen="phone", language="en", script=False)
    expect(plain.locator("figure.chart table").first).to_be_visible()
    expect(plain.locator("figure.chart table").filter(visible=False)).to_have_count(0)
    plain.get_by_label("Incremental only").check()
    press(plain.get_by_role("button", name="Show"))
    expect(plain.locator("main")).to_contain_text(
        "1 group with revenue has no share of existing buyers", use_inner_text=True
    )


def test_orders_are_looked_at_imported_and_claimed_on_a_phone(visit, chain, tmp_path):
    group, manager = chain
    file = tmp_path / "orders.csv"
    file.write_text(
        "订单号,订单实付金额,买家付款时间,优惠券码名称\nE1,30.00,2026-11-10,TEA\nE2,499.00（系统计算中…）,2026-11-10,TEA\n",
        encoding="gb18030",
    )
    page = visit(reverse("order-new"), user=manager, screen="phone", language="en")
    page.get_by_label("Shop system").select_option("youzan")
    page.locator("input[type=file]").set_input_files(file)
    press(page.get_by_role("button", name="Look at the file"))
    page.get_by_text("Waiting for a worker").wait_for()
    upload = OrderImport.objects.latest("pk")
    order_imports.work(upload.pk, now=timezone.now(), today=timezone.localdate())
    press(page.get_by_role("button", name="Import 1 order"))
    page.get_by_text("Waiting for a worker").wait_for()
    order_imports.work(upload.pk, now=timezone.now(), today=timezone.localdate())
    press(page.get_by_role("link", name="Orders without a group"))
    assert_fits(page)
    press(page.get_by_role("link", name="TEA"))
    page.locator("#id_group").select_option(label="Tea house 3")
    page.locator("#id_valid_from").fill("2026-11-01")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".alert")).to_contain_text("1 waiting order or refund was put down", use_inner_text=True)
    assert LedgerLine.objects.get().amount == 30
