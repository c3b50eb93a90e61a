"""The ledger page and the cost categories: who may, what happens, what is refused."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.cost_categories import price_on
from groups.models import CostCategory, LedgerLine
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    team = make_team()
    return make_group(team=team, owner=make_user(team, language="en"))


@pytest.fixture
def page(client, group):
    client.force_login(group.owner)
    return reverse("group-ledger", args=[group.pk])


@pytest.fixture
def administrator(client):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    return user


def typed(**fields):
    return {"what": "revenue", "amount": "1.2万", "on": "2026-11-10", "token": str(uuid4())} | fields


def test_a_line_is_entered_once_however_often_it_is_sent(client, page):
    sent = typed(goods_cost="7200")
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    line = LedgerLine.objects.get()
    assert (line.amount, line.goods_cost) == (Decimal(12000), Decimal(7200))
    shown = client.get(page).content.decode()
    assert "12,000.00" in shown
    assert "4,800.00" in shown  # net of the month


def test_a_cost_is_entered_by_quantity_at_the_default_price(client, page):
    hourly = make_category("labour", priced_by="hour", default_price=Decimal(80))
    client.post(page, typed(what=str(hourly.pk), amount="", quantity="2.5"))
    assert LedgerLine.objects.get().amount == Decimal(200)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "-5"}, "Amount must be 0 or more"),
        ({"amount": "NaN"}, "Amount must be a number"),
        ({"what": ""}, "Select what it is for"),
        ({"on": "2999-01-01"}, "Date must not be after today"),
        ({"amount": "", "quantity": "2"}, "Enter the unit price"),
    ],
)
def test_what_cannot_be_entered_is_said(client, page, fields, sentence):
    answer = client.post(page, typed(**fields))
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) >= 2
    assert not LedgerLine.objects.exists()


def test_only_revenue_has_a_cost_of_goods(client, page):
    answer = client.post(page, typed(what=str(make_category().pk), goods_cost="5"))
    assert "Only revenue has a cost of goods" in answer.content.decode()


def test_an_archived_category_is_not_on_offer(client, page):
    """Also where the form was opened before: what to do is said, not the number of a category."""
    gone = make_category(archived_at="2026-01-01T00:00:00Z")
    answer = client.post(page, typed(what=str(gone.pk)))
    assert answer.status_code == 422
    assert "disabled meanwhile; select another one" in answer.text


def test_forged_fields_of_a_line_change_nothing_else(client, page, group):
    """Case 34: what the form does not ask for is not taken from the request."""
    other, stranger = make_group(), make_user()
    forged = {"team": other.team_id, "group": other.pk, "entered_by": stranger.pk, "currency": "USD", "kind": "cost"}
    forged |= {"allocation": "1", "reverses": "1", "entered_at": "2020-01-01", "id": "1", "_connector": "OR"}
    assert client.post(page, typed(amount="12") | forged).status_code == 302
    line = LedgerLine.objects.get()
    assert (line.team, line.group, line.kind, line.currency) == (group.team, group, "revenue", "CNY")
    assert line.entered_by != stranger and line.entered_at.year > 2020
    assert (line.allocation, line.reverses, line.refunds) == (None, None, None)


@pytest.mark.parametrize("name", ["note", "quantity", "goods_cost"])
def test_what_was_typed_in_the_folded_part_is_not_hidden_when_the_page_comes_back(client, page, name):
    assert '<details class="mb-3">' in client.get(page).text
    assert '<details class="mb-3" open>' in client.post(page, typed(amount="x", **{name: "1"})).text


def test_a_line_is_taken_back_and_only_once(client, page, group):
    line = make_line(group, "100.00")
    for _ in range(2):
        client.post(page, {"reverse": line.pk})
    assert LedgerLine.objects.count() == 2
    reversal = LedgerLine.objects.get(reverses=line)
    assert "cannot be taken back" in client.post(page, {"reverse": reversal.pk}, follow=True).content.decode()


@pytest.mark.parametrize("number", ["x", "", "0", "٣"])
def test_a_line_that_is_not_there_is_not_taken_back(client, page, number):
    assert client.post(page, {"reverse": number}).status_code == 404


def test_a_line_of_another_group_is_not_taken_back(client, page):
    line = make_line(make_group(), "100.00")
    assert client.post(page, {"reverse": line.pk}).status_code == 404
    assert LedgerLine.objects.count() == 1


def test_revenue_without_goods_cost_is_told(client, page, group):
    make_line(group, "100.00")
    assert "Nobody has stated the cost of the goods behind ¥100" in client.get(page).content.decode()


@pytest.mark.parametrize("role", ["operator", "manager"])
def test_only_administrators_keep_the_categories(client, role):
    client.force_login(make_user(make_team(), role=role))
    page = reverse("cost-categories")
    assert client.get(page).status_code == 403
    assert client.post(page, {"action": "save", "below": "labour", "name": "x", "priced_by": "hour"}).status_code == 403
    assert not CostCategory.objects.exists()


def test_categories_are_added_changed_disabled_and_enabled(client, administrator):
    page = reverse("cost-categories")
    sent = {"action": "save", "below": "labour", "name": "运营专员", "priced_by": "hour", "default_price": "80"}
    assert client.post(page, sent).status_code == 302
    category = CostCategory.objects.get()
    changed = sent | {"category": category.pk, "default_price": "90", "since": ""}
    assert client.post(page, changed).status_code == 302
    for action, archived in (("archive", True), ("archive", True), ("restore", False)):
        client.post(page, {"action": action, "category": category.pk})
        category.refresh_from_db()
        assert bool(category.archived_at) == archived
    assert price_on(category, timezone.localdate()) == 90


def test_a_name_in_use_is_refused_with_words(client, administrator):
    make_category("labour", name="Staff")
    answer = client.post(
        reverse("cost-categories"), {"action": "save", "below": "labour", "name": "Staff", "priced_by": "hour"}
    )
    assert answer.status_code == 422
    assert answer.content.decode().count("Another category in use has this name") >= 2


def test_the_page_says_how_many_lines_use_a_category(client, administrator, django_assert_num_queries):
    group = make_group()
    for _ in range(3):
        category = make_category()
        make_line(group, "1.00", category=category)
    make_line(group, "1.00", category=category)
    with django_assert_num_queries(4):  # session, user, uses, categories
        page = client.get(reverse("cost-categories")).content.decode()
    assert page.count("1 line") == 2
    assert "2 lines" in page
