"""The pages of months, refunds, recurring lines and the quick entry: who may, what happens, what is refused."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import ledger, months
from groups.cost_categories import price_on
from groups.models import CostCategory, LedgerLine, MissedDue, MonthTurn, RecurringLine
from groups.rules.months import month_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line, make_recurring

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    team = make_team()
    return make_group(team=team, owner=make_user(team, language="en"))


@pytest.fixture
def operator(client, group):
    client.force_login(group.owner)
    return group.owner


@pytest.fixture
def manager(client, group):
    user = make_user(group.team, "manager", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    return user


def today():
    return timezone.localdate()


def last_month():
    return month_of(month_of(today()) - timedelta(days=1))


def close(team):
    months.close_month(team=team, month=last_month(), by=None, now=timezone.now())


def text_of(answer):
    return answer.content.decode()


# The quick entry


def line(group, **fields):
    return {"group": group.pk, "what": "revenue", "amount": "88", "on": str(today()), "token": str(uuid4())} | fields


def test_the_entry_remembers_the_group_and_what_for(client, operator, group):
    category = make_category(name="Prizes")
    other = make_group(team=group.team, owner=operator)
    assert client.post(reverse("ledger-entry"), line(other, what=str(category.pk))).status_code == 302
    form = client.get(reverse("ledger-entry")).context["form"]
    assert (form["group"].value(), form["what"].value()) == (other.pk, category.pk)
    named = client.get(f"{reverse('ledger-entry')}?group={group.pk}").context["form"]
    assert named["group"].value() == group.pk


def test_a_group_of_another_team_takes_no_line(client, operator):
    foreign = make_group()
    answer = client.post(reverse("ledger-entry"), line(foreign))
    assert answer.status_code == 422
    assert "Select the group" in text_of(answer)
    assert client.get(f"{reverse('ledger-entry')}?group={foreign.pk}").status_code == 404
    assert not LedgerLine.objects.exists()


def test_the_entry_costs_as_many_statements_for_many_groups_as_for_few(
    client, operator, group, django_assert_num_queries
):
    for _ in range(12):
        make_line(make_group(team=group.team), "5.00", by=operator)
    with django_assert_num_queries(7):  # session, user, teams, last line, groups, categories, own lines
        client.get(reverse("ledger-entry"))


def test_a_line_of_a_closed_month_is_kept_on_the_page_and_offered_for_today(client, operator, group):
    close(group.team)
    sent = line(group, on=str(last_month()), note="Late")
    answer = client.post(reverse("ledger-entry"), sent)
    assert answer.status_code == 422
    assert text_of(answer).count(f"{last_month():%Y-%m} is closed") >= 2
    assert 'value="Late"' in text_of(answer) and 'name="today"' in text_of(answer)
    assert client.post(reverse("ledger-entry"), sent | {"today": "1"}).status_code == 302
    assert LedgerLine.objects.get().on == today()


@pytest.mark.parametrize(
    ("typed", "echo"),
    [
        ("1.2w", "Read as ¥12,000"),
        ("１２０００", "Read as ¥12,000"),
        ("12000", ""),
        ("1.2.3", ""),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_an_amount_is_read_back(client, operator, typed, echo):
    assert text_of(client.get(reverse("amount-echo"), {"amount": typed})) == echo


@pytest.mark.parametrize(
    "typed", ["NaN", "Infinity", "1e400", "1_000", "٣", "-0", "0.005", "1,23", "10000000000000000", "--", "¥"]
)
def test_case_55_bad_amounts_are_said_and_never_stored(client, operator, group, typed):
    answer = client.post(reverse("ledger-entry"), line(group, amount=typed))
    assert answer.status_code == 422
    assert answer.context["form"]["amount"].value() == typed
    assert not LedgerLine.objects.exists()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("１２３．４５", "123.45"), ("1,234.5", "1234.50"), ("0", "0"), ("1.2万", "12000"), ("¥ 88", "88")],
)
def test_case_55_good_amounts_are_stored_as_they_were_meant(client, operator, group, typed, amount):
    assert client.post(reverse("ledger-entry"), line(group, amount=typed)).status_code == 302
    assert LedgerLine.objects.get().amount == Decimal(amount)


# Refunds


def refund(sale, **fields):
    return {"amount": "30", "on": str(today()), "token": str(uuid4())} | fields


def test_a_refund_is_entered_once_and_no_more_than_is_left(client, operator, group):
    sale = make_line(group, "100.00", goods_cost=Decimal(60))
    page = reverse("line-refund", args=[group.pk, sale.pk])
    sent = refund(sale, goods_returned="on")
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    row = LedgerLine.objects.get(refunds=sale)
    assert (row.amount, row.goods_cost) == (-30, -18)
    answer = client.post(page, refund(sale, amount="70.01"))
    assert answer.status_code == 422
    assert "Only ¥70 of this line is left" in text_of(answer)
    assert "refunded ¥30.00" in text_of(client.get(reverse("group-ledger", args=[group.pk])))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "0"}, "Enter the amount"),
        ({"on": "2026-01-01"}, "A refund is not before the sale"),
        ({"on": "2999-01-01"}, "Date must not be after today"),
    ],
)
def test_what_is_not_refunded_is_said(client, operator, group, fields, sentence):
    sale = make_line(group, "100.00")
    answer = client.post(reverse("line-refund", args=[group.pk, sale.pk]), refund(sale, **fields))
    assert answer.status_code == 422
    assert text_of(answer).count(sentence) >= 2
    assert LedgerLine.objects.count() == 1


def test_only_a_sale_of_the_own_group_has_a_refund_page(client, operator, group):
    cost = make_line(group, "5.00", category=make_category())
    reversal = ledger.reverse_line(line=make_line(group, "5.00"), reason="", by=None, now=timezone.now())
    foreign = make_line(make_group(), "5.00")
    for row in (cost, reversal, foreign):
        assert client.get(reverse("line-refund", args=[group.pk, row.pk])).status_code == 404


def test_what_is_not_taken_back_is_said(client, operator, group):
    sale = make_line(group, "100.00")
    client.post(reverse("line-refund", args=[group.pk, sale.pk]), refund(sale))
    page = reverse("group-ledger", args=[group.pk])
    assert "take its refunds back first" in text_of(client.post(page, {"reverse": sale.pk}, follow=True))


def test_a_correction_of_a_closed_month_says_where_it_stands(client, operator, group):
    late = make_line(group, "100.00", on=last_month())
    close(group.team)
    page = reverse("group-ledger", args=[group.pk])
    answer = client.post(page, {"reverse": late.pk}, follow=True)
    assert f"on {today()} because its month is closed" in text_of(answer)
    assert f"(line of {last_month()})" in text_of(answer)


# Months


def test_managers_close_and_reopen_and_operators_look(client, group, operator):
    page = reverse("ledger-months")
    sent = {"team": group.team.pk, "month": f"{last_month():%Y-%m}"}
    assert client.get(page).status_code == 200
    assert client.post(page, sent).status_code == 403
    client.force_login(make_user(group.team, "manager", language="en"))
    for _ in range(2):
        assert "is closed; corrections" in text_of(client.post(page, sent, follow=True))
    assert "Say why" in text_of(client.post(page, sent | {"action": "reopen", "reason": " "}, follow=True))
    client.post(page, sent | {"action": "reopen", "reason": "Late invoice"})
    assert list(MonthTurn.objects.values_list("kind", "reason")) == [("closed", ""), ("reopened", "Late invoice")]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "1999-01", "x", "٢٠٢٦-01"])
def test_a_month_that_is_none_is_refused(client, manager, group, month):
    assert client.post(reverse("ledger-months"), {"team": group.team.pk, "month": month}).status_code == 400


def test_the_running_month_and_a_foreign_team_are_not_closed(client, manager, group):
    page = reverse("ledger-months")
    answer = client.post(page, {"team": group.team.pk, "month": f"{today():%Y-%m}"}, follow=True)
    assert "is not over yet" in text_of(answer)
    assert client.post(page, {"team": make_team().pk, "month": f"{last_month():%Y-%m}"}).status_code == 404
    assert not MonthTurn.objects.exists()


# Recurring lines


def promise(group):
    return {
        "group": group.pk, "what": str(make_category().pk), "rhythm": "monthly", "measure": "amount", "amount": "200",
        "on": str(today()), "token": str(uuid4()),
    }  # fmt: skip


def test_a_recurring_line_is_added_once_paused_and_ended(client, operator, group):
    page, sent = reverse("recurring-lines"), promise(group)
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    row = RecurringLine.objects.get()
    for action, sentence in (("pause", "Paused"), ("go_on", "Goes on"), ("end", "Ended")):
        assert sentence in text_of(client.post(page, {"line": row.pk, "action": action}, follow=True))
    row.refresh_from_db()
    assert row.ended_at
    assert client.post(page, {"line": make_recurring().pk, "action": "end"}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Enter the amount"),
        ({"measure": "quantity"}, "Enter the quantity"),
        ({"measure": "members"}, "Enter the unit price"),
        ({"on": "2020-01-01"}, "Date must be within a year of today"),
        ({"ends_on": "2020-01-01"}, "The last day is not before the first"),
        ({"what": ""}, "Select what it is for"),
        ({"group": ""}, "Select the group"),
    ],
)
def test_what_does_not_come_back_is_said(client, operator, group, fields, sentence):
    answer = client.post(reverse("recurring-lines"), promise(group) | fields)
    assert answer.status_code == 422
    assert text_of(answer).count(sentence) >= 2
    assert not RecurringLine.objects.exists()


def test_what_could_not_be_entered_is_shown_with_its_reason(client, operator, group):
    row = make_recurring(group)
    MissedDue.objects.create(
        recurring=row, team=group.team, due_on=today(), why="members_unknown", noticed_at=timezone.now()
    )
    shown = text_of(client.get(f"{reverse('recurring-lines')}?group={group.pk}"))
    assert "Members unknown on that day" in shown
    assert client.get(f"{reverse('recurring-lines')}?group={make_group().pk}").status_code == 404


# Categories


def category(**fields):
    return {"action": "save", "below": "labour", "name": "Staff", "priced_by": "hour", "default_price": "80"} | fields


def test_a_category_is_put_below_another_and_not_below_itself(client, administrator):
    page = reverse("cost-categories")
    client.post(page, category())
    top = CostCategory.objects.get()
    client.post(page, category(name="Night shift", below=top.pk))
    below = CostCategory.objects.get(parent=top)
    assert below.root == "labour"
    assert "Level 2:" in text_of(client.get(page))
    answer = client.post(page, category(category=top.pk, below=below.pk))
    assert answer.status_code == 422
    assert client.get(f"{page}?q=night").context["roots"][0]["rows"][0][0] == top


def test_a_price_of_a_later_day_is_shown_beside_that_of_today(client, administrator):
    page, week = reverse("cost-categories"), today() + timedelta(days=7)
    client.post(page, category())
    row = CostCategory.objects.get()
    client.post(page, category(category=row.pk, default_price="90", since=str(week)))
    assert (price_on(row, today()), price_on(row, week)) == (80, 90)
    assert f"¥90.00 from {week}" in text_of(client.get(page))
    answer = client.post(page, category(category=row.pk, since=str(today() - timedelta(days=1))))
    assert answer.status_code == 422
    assert "A price starts today or later" in text_of(answer)
