"""Profit and loss of the fleet and of a group: figures trace to their lines, no percentage is false."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from community_ops.insights import unit_counts
from community_ops.insights.periods import months_to_choose, period_of
from community_ops.insights.pnl import is_fair
from groups.existing_buyers import state_share
from groups.fleet_money import Scope
from groups.models import AuditEntry, ExistingBuyers
from groups.rules.spans import Span, month_of, months_back
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from groups.tests.making_orders import bring_in, make_rule, order
from lifecycle.models import DailyActivity
from lifecycle.rules.counts import KNOWN
from lifecycle.tests.cases.making import act

TODAY = date(2026, 11, 25)


NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("asked", "today", "shown", "before"),
    [
        ({}, TODAY, ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        ({"today": "1"}, TODAY, ("2026-11-01", "2026-11-25"), ("2026-10-01", "2026-10-25")),
        ({"period": "7d"}, TODAY, ("2026-11-18", "2026-11-24"), ("2026-11-11", "2026-11-17")),
        ({"period": "30d"}, TODAY, ("2026-10-26", "2026-11-24"), ("2026-09-26", "2026-10-25")),
        ({}, date(2026, 11, 1), ("2026-11-01", "2026-11-01"), ("2026-10-01", "2026-10-01")),
        ({"today": "1"}, date(2026, 3, 31), ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (
            {"period": "custom", "from": "2026-10", "to": "2026-09"}, TODAY,
            ("2026-09-01", "2026-10-31"), ("2026-07-01", "2026-08-31"),
        ),
        (
            {"period": "custom", "from": "2026-11", "to": "2027-02"}, TODAY,
            ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24"),
        ),
        ({"period": "custom", "from": "2026-13"}, TODAY, ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        ({"period": "x"}, TODAY, ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
    ],
)  # fmt: skip
def test_the_period_and_what_it_is_compared_with(asked, today, shown, before):
    period = period_of(asked, today)
    assert (period.span, period.before) == (span(*shown), span(*before))
    assert period_of(period.query, today) == period


def test_a_period_is_at_most_three_years_long():
    assert period_of({"period": "custom", "from": "2001-01", "to": "2026-10"}, TODAY).span.first == date(2023, 11, 1)
    assert months_to_choose(date(2026, 9, 1), TODAY) == ["2026-11", "2026-10", "2026-09"]
    assert months_to_choose(None, TODAY) == ["2026-11"]
    assert len(months_to_choose(date(2001, 1, 1), TODAY)) == 36


@pytest.fixture
def company(client):
    """Last month of a team: one group earns, one loses; a foreign one does both better."""
    team = make_team(name="North")
    manager = make_user(team, "manager", language="en")
    month = months_back(timezone.localdate(), 1)
    earning = make_group(team=team, name="Tea house", layer="mass", plan_monetization="repurchase")
    losing = make_group(team=team, name="Course B", layer="course", plan_monetization="paid_access")
    foreign = make_group(name="Foreign group")
    make_line(earning, "10000.00", goods_cost=Decimal(6000), on=month)
    make_line(earning, "1500.00", category=make_category("labour"), on=month + timedelta(days=3))
    make_line(losing, "100.00", on=month)
    make_line(losing, "350.50", category=make_category("acquisition"), on=month)
    make_line(foreign, "777777.00", on=month)
    client.force_login(manager)
    return earning, losing, month


def of_month(name: str, month: date, **more: str) -> str:
    asked = {"period": "custom", "from": f"{month:%Y-%m}", "to": f"{month:%Y-%m}"} | more
    return f"{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in asked.items())}"


def cards(html: str) -> dict[str, tuple[str, str]]:
    """Value and address of each card."""
    found = re.findall(r'<span id="kpi-(\w+)">.*?kpi-value"><a href="([^"]+)"[^>]*>([^<]+)', html, re.S)
    return {slug: (value, address.replace("&amp;", "&")) for slug, address, value in found}


@pytest.mark.django_db
def test_every_figure_leads_to_groups_that_add_up_to_it(client, company):
    earning, losing, month = company
    page = client.get(of_month("pnl-dashboard", month)).content.decode()
    found = cards(page)
    assert {slug: value for slug, (value, _address) in found.items()} == {
        "revenue": "¥10.1K", "goods": "¥6,000", "acquisition": "¥351", "labour": "¥1,500", "operations": "¥0",
        "net_contribution": "≤ ¥2,250", "margin": "≤ 22.3%", "losing": "1",
    }  # fmt: skip
    every = client.get(found["revenue"][1])
    assert every.context["whole"].result.revenue == sum(row.result.revenue for row in every.context["rows"]) == 10100
    (only,) = client.get(found["losing"][1]).context["rows"]
    assert only.name == "Course B"
    assert "Foreign" not in page + every.content.decode()
    assert "at most what stands here" in page  # nobody stated the goods behind 100
    lines = client.get(f"{reverse('group-lines', args=[losing.pk])}?{every.context['span_query']}&what=acquisition")
    assert lines.context["total"] == only.result.acquisition == Decimal("350.50")


@pytest.mark.django_db
def test_slices_lead_to_their_groups(client, company):
    _earning, _losing, month = company
    page = client.get(of_month("pnl-dashboard", month)).content.decode()
    for word, name in (("layer=mass", "Tea house"), ("model=paid_access", "Course B")):
        address = re.search(rf'href="([^"]*{word}[^"]*)"', page)[1].replace("&amp;", "&")
        (row,) = client.get(address).context["rows"]
        assert row.name == name


@pytest.mark.django_db
def test_without_an_earlier_figure_no_percentage_is_made_up(client, company):
    earning, _losing, month = company
    page = client.get(of_month("pnl-dashboard", month)).content.decode()
    assert page.count("No earlier figure to compare") == 8
    make_line(earning, "50.00", category=make_category("operations"), on=months_back(month, 1))
    page = client.get(of_month("pnl-dashboard", month)).content.decode()
    assert page.count("It was 0, no comparison possible") == 4  # revenue, goods, acquisition, labour


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(client, company, django_assert_max_num_queries):
    earning, _losing, month = company
    for n in range(12):
        make_line(make_group(team=earning.team, name=f"G{n}"), "1.00", category=make_category(), on=month)
    for name, most in (("pnl-dashboard", 16), ("pnl-groups", 11), ("pnl-units", 11)):
        with django_assert_max_num_queries(most):
            assert client.get(of_month(name, month)).status_code == 200
    with django_assert_max_num_queries(22):
        client.get(reverse("group-money", args=[earning.pk]))


@pytest.mark.django_db
def test_incremental_only_says_how_many_groups_have_no_share(client, company):
    earning, _losing, month = company
    page = client.get(of_month("pnl-dashboard", month, only="incremental"))
    assert page.context["whole"].unstated == 2
    assert page.context["whole"].groups == 0
    state_share(
        group=earning, from_month=month, percent=Decimal(40), basis="receipts", token=uuid4(), by=None,
        now=timezone.now(),
    )  # fmt: skip
    page = client.get(of_month("pnl-dashboard", month, only="incremental"))
    assert page.context["whole"].result.revenue == 6000
    assert page.context["whole"].result.net == 6000 - 3600 - 1500
    assert "1 group with revenue has no share of existing buyers" in page.content.decode()
    rows = client.get(of_month("pnl-groups", month, only="incremental")).context["rows"]
    assert [row.name for row in rows] == ["Tea house"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["page=0", "page=99999", "page=x", "owner=٣", "model=%00", "layer=x", "team=999999"])
def test_words_that_mean_nothing_are_left_out(client, company, query):
    *_, month = company
    for name in ("pnl-dashboard", "pnl-groups", "pnl-units"):
        assert client.get(f"{of_month(name, month)}&{query}").status_code == 200


@pytest.mark.django_db
def test_a_team_without_lines_is_told_where_to_begin(client):
    client.force_login(make_user(make_team(), language="en"))
    assert "No ledger line yet" in client.get(reverse("pnl-dashboard")).content.decode()


@pytest.mark.parametrize(
    ("name", "value", "old", "fair"),
    [
        ("revenue", 1100, 100, True), ("revenue", 1101, 100, False), ("labour", 0, 100, True),
        ("labour", 5, None, True), ("net", 5, 4, False),
    ],
)  # fmt: skip
def test_what_may_be_told_in_percent(name, value, old, fair):
    assert is_fair(name, Decimal(value), None if old is None else Decimal(old)) is fair


# One group


@pytest.fixture
def group(client):
    team = make_team()
    group = make_group(
        team=team, owner=make_user(team, language="en"), plan_planned_revenue=Decimal(1000),
        plan_planned_cost=Decimal(200), plan_planned_net=Decimal(500), plan_planned_conversion=Decimal("0.08"),
    )  # fmt: skip
    client.force_login(group.owner)
    return group


@pytest.mark.django_db
def test_the_page_of_a_group_compares_with_the_plan_and_names_the_cause(client, group):
    month = months_back(timezone.localdate(), 1)
    make_line(group, "400.00", goods_cost=Decimal(120), on=month)
    make_line(group, "210.00", category=make_category("labour", name="Staff"), on=month)
    page = client.get(reverse("group-money", args=[group.pk]))
    html = page.content.decode()
    assert "Net contribution is ¥430.00 below plan; most of it is less revenue than planned: ¥600.00." in html
    assert "Break-even of the last full month: ¥300.00 of revenue; it was ¥400.00." in html
    assert "There was never anything to pay back: the balance of all lines is ¥70.00." in html
    figures = {row["planned"] if isinstance(row, dict) else row.planned for row in page.context["plan_lines"]}
    assert figures == {"¥1,000.00", "¥300.00", "¥200.00", "¥500.00", "8%"}


@pytest.mark.django_db
def test_every_figure_of_a_group_leads_to_lines_with_the_same_sum(client, group):
    month = months_back(timezone.localdate(), 1)
    make_line(group, "400.00", goods_cost=Decimal(120), on=month)
    make_line(group, "60.00", on=month)
    staff = make_category("labour", name="Staff")
    make_line(group, "210.25", category=staff, on=month)
    make_line(group, "9.00", category=make_category("labour", name="Other"), on=month)
    html = client.get(reverse("group-money", args=[group.pk])).content.decode()
    wanted = {"revenue": 460, "goods": 120, "acquisition": 0, "labour": Decimal("219.25"), "operations": 0}
    for part, total in wanted.items():
        address = re.search(rf'href="(/groups/\d+/lines/\?from={month}[^"]*what={part})"', html)[1]
        page = client.get(address.replace("&amp;", "&"))
        assert page.context["total"] == total, part
    address = re.search(rf'href="([^"]*category={staff.pk})"', html)[1].replace("&amp;", "&")
    assert client.get(address).context["total"] == Decimal("210.25")
    asked = parse_qs(urlsplit(address).query)
    assert asked["to"] == [timezone.localdate().isoformat()]
    assert client.get(reverse("group-lines", args=[group.pk])).context["total"] == 0  # this month


@pytest.mark.django_db
def test_a_share_is_stated_once_with_its_basis(client, group):
    address, month = reverse("group-money", args=[group.pk]), month_of(timezone.localdate())
    typed = {"percent": "35%", "from_month": month.isoformat(), "basis": "receipts of October", "token": str(uuid4())}
    for _ in range(2):
        assert client.post(address, typed).status_code == 302
    share = ExistingBuyers.objects.get()
    assert (share.percent, share.from_month, share.entered_by) == (35, month, group.owner)
    assert AuditEntry.objects.filter(verb="existing buyers stated").count() == 1
    for wrong, sentence in (
        ({"percent": "0.1"}, "Write it with the % sign"),
        ({"percent": "101"}, "between 0% and 100%"),
        ({"percent": ""}, "Enter the share of revenue"),
        ({"basis": " "}, "Say how the share was found"),
    ):
        answer = client.post(address, typed | {"token": str(uuid4())} | wrong)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert ExistingBuyers.objects.count() == 1


# What a unit costs


@pytest.mark.django_db
def test_unit_costs_count_only_groups_in_which_the_count_is_known(django_assert_num_queries):
    team = make_team()
    known, unknown = make_group(team=team, layer="mass"), make_group(team=team, layer="mass")
    day = date(2026, 11, 10)
    for group in (known, unknown):
        make_line(group, "900.00", on=day)
        make_line(group, "100.00", category=make_category("acquisition"), on=day)
        make_line(group, "50.00", category=make_category("operations"), on=day)
    for later, acting, joins, orders, members in ((0, [1, 2, 3], 4, 6, 300), (1, [3, 4, 5], 1, 0, 310)):
        act(known, day + timedelta(days=later), members=acting, joins=joins, orders=orders)
        days = DailyActivity.objects.filter(group_id=known.pk, day=day + timedelta(days=later))
        days.update(members=members, known=F("known") + KNOWN["members"])
    with django_assert_num_queries(1):
        whole, (layer,) = unit_counts.units_by(Scope([team.pk]), span("2026-11-01", "2026-11-30"), "layer")
    assert (whole.groups, whole.result.revenue) == (2, 1800)
    ratios = {name: (ratio.value, ratio.known) for name, ratio in layer.ratios.items()}
    assert ratios == {
        "per_join": (Decimal(20), 1), "per_active": (Decimal(30), 1), "per_order": (Decimal(25), 1),
        "per_member": (Decimal(900) / 310, 1),
    }  # fmt: skip
    make_rule(unknown, "TEA")
    bring_in(team, order("E1", coupon="TEA", paid_on=day, refund_cents=10_000), order("E2", coupon="TEA", paid_on=day))
    rows = {row.key: row for row in unit_counts.units_of_groups(Scope([team.pk]), NOVEMBER, 10)}
    assert rows[unknown.pk].ratios["per_order"].value == 75, "imported orders count where activity knows none"
    assert rows[unknown.pk].ratios["per_join"].value is None
    rows = unit_counts.units_of_groups(Scope([team.pk]), span("2026-11-01", "2026-11-30"), 10)
    assert {row.ratios["per_join"].value for row in rows} == {Decimal(20), None}
