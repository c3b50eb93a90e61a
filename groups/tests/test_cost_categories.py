from datetime import date, datetime, time, timedelta
from decimal import Decimal
from threading import Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from groups import cost_categories, ledger
from groups.cost_categories import BelowItself, CategoryNameTaken, PriceInThePast, PricingFixedByUse, price_on
from groups.economics import lines_by_category
from groups.models import AuditEntry, CategoryPrice, CostCategory
from groups.tests.making import make_group
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)


def add(name="广告投放", root="acquisition", priced_by="amount", price=None):
    return cost_categories.add_category(
        root=root, name=name, priced_by=priced_by, default_price=price, by=None, now=timezone.now()
    )


def change(category, **fields):
    stands = {"name": category.name, "priced_by": category.priced_by, "parent": category.parent}
    return cost_categories.change_category(category=category, by=None, now=timezone.now(), **stands | fields)


def price(category, amount, since=TODAY, now=None):
    amount = None if amount is None else Decimal(amount)
    return cost_categories.set_price(category=category, price=amount, since=since, by=None, now=now or noon(TODAY))


def noon(day):
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


def test_a_live_name_is_used_once_per_root():
    add()
    add(root="operations")
    with pytest.raises(CategoryNameTaken):
        add()
    assert AuditEntry.objects.count() == 2


def test_a_used_category_keeps_its_way_of_pricing_but_takes_a_new_price():
    category = make_category(priced_by="amount")
    make_line(make_group(), "5.00", category=category)
    with pytest.raises(PricingFixedByUse):
        change(category, priced_by="hour")
    assert price(category, "8.00")
    assert price_on(category, TODAY) == Decimal("8.00")
    assert lines_by_category() == {category.pk: 1}


def test_saving_a_category_unchanged_writes_nothing():
    change(make_category())
    assert not AuditEntry.objects.exists()


def test_archiving_and_restoring_happen_once_each():
    category, now = add(), timezone.now()
    assert cost_categories.archive_category(category=category, by=None, now=now)
    assert not cost_categories.archive_category(category=category, by=None, now=now)
    assert cost_categories.restore_category(category=category, by=None, now=now)
    assert not cost_categories.restore_category(category=category, by=None, now=now)
    verbs = ["category added", "category archived", "category restored"]
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == verbs


def test_a_category_is_not_restored_beside_its_successor():
    old = add()
    cost_categories.archive_category(category=old, by=None, now=timezone.now())
    add()
    with pytest.raises(CategoryNameTaken):
        cost_categories.restore_category(category=old, by=None, now=timezone.now())


def test_a_category_with_lines_is_not_deleted():
    category = make_category()
    make_line(make_group(), "5.00", category=category)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM groups_costcategory WHERE id = %s", [category.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert CostCategory.objects.count() == 1


def test_the_database_refuses_a_negative_default_price():
    with pytest.raises(IntegrityError, match="a default price is not negative"), transaction.atomic():
        make_category(default_price=Decimal(-1))


def spans_of(category):
    return [(row.price, row.valid.lower, row.valid.upper) for row in category.prices.order_by("valid")]


def test_the_first_price_holds_for_every_day_and_the_next_from_its_day():
    category, later = add(price=Decimal(80)), TODAY + timedelta(days=6)
    assert price(category, 90, since=later)
    assert not price(category, 90, since=later)
    assert spans_of(category) == [(80, None, later), (90, later, None)]
    assert price_on(category, later - timedelta(days=1)) == 80
    assert price_on(category, later) == 90
    assert AuditEntry.objects.filter(verb="category priced").count() == 1


def test_a_price_is_put_between_replaced_and_ended():
    category, week = add(price=Decimal(80)), timedelta(days=7)
    price(category, 100, since=TODAY + 2 * week)
    price(category, 90, since=TODAY + week)
    assert spans_of(category)[1] == (90, TODAY + week, TODAY + 2 * week)
    price(category, 95, since=TODAY + week)
    assert [amount for amount, *_days in spans_of(category)] == [80, 95, 100]
    price(category, None, since=TODAY + 2 * week)
    assert price_on(category, TODAY + 2 * week) is None
    assert price_on(category, TODAY + 2 * week - timedelta(days=1)) == 95


def test_a_price_of_yesterday_is_refused():
    category = add(price=Decimal(80))
    with pytest.raises(PriceInThePast):
        price(category, 90, since=TODAY - timedelta(days=1))
    assert spans_of(category) == [(80, None, None)]


def test_case_56_a_rate_changed_within_the_month_prices_each_day_by_its_own():
    """Lines entered before and after the change, for days before and after it; what was entered stays."""
    category, group = add(root="labour", priced_by="hour", price=Decimal(80)), make_group()
    changes_on = date(2026, 11, 16)

    def enter(day):
        return ledger.enter_line(
            group=group, kind="cost", category=category, on=day, quantity=Decimal(10), token=uuid4(), by=None,
            now=timezone.now(),
        )  # fmt: skip

    early = enter(date(2026, 11, 15))
    price(category, 90, since=changes_on, now=noon(date(2026, 11, 12)))
    early.refresh_from_db()
    assert (early.amount, early.unit_price) == (800, 80)
    assert [enter(day).amount for day in (date(2026, 11, 14), date(2026, 11, 15), changes_on)] == [800, 800, 900]


@pytest.mark.parametrize(
    ("valid", "price", "constraint"),
    [
        pytest.param((date(2026, 5, 1), None), 1, "a category has one price on a day", id="case 57: two prices a day"),
        pytest.param((date(2026, 1, 1), date(2026, 1, 1)), 1, "a price holds for a day at least", id="no day"),
        pytest.param((date(2026, 1, 1), date(2026, 2, 1)), -1, "a default price is not negative", id="negative"),
        pytest.param((date(2026, 1, 1), date(2026, 2, 1)), "NaN", "a default price is not negative", id="no number"),
    ],
)
def test_the_database_refuses_prices_that_cannot_be(valid, price, constraint):
    category = make_category()
    CategoryPrice.objects.create(
        category=category, price=2, valid=DateRange(date(2026, 3, 1), None), set_at=timezone.now()
    )
    columns = "category_id, price, valid, set_at"
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO groups_categoryprice ({columns}) VALUES (%s, %s, daterange(%s, %s), now())",
            [category.pk, price, *valid],
        )


def test_categories_lie_below_one_another_to_any_depth():
    above = add()
    for depth in range(5):
        above = cost_categories.add_category(
            root="acquisition", name=f"Level {depth}", priced_by="amount", default_price=None, parent=above, by=None,
            now=timezone.now(),
        )  # fmt: skip
    top = CostCategory.objects.get(name="广告投放")
    with pytest.raises(BelowItself):
        change(top, parent=above)
    with pytest.raises(BelowItself):
        change(top, parent=top)
    with pytest.raises(BelowItself):
        change(top, parent=add(root="operations"))
    top.refresh_from_db()
    assert top.parent is None


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle():
    """The second waits for the first to commit, and then sees it."""
    first, second, ended = add("A"), add("B"), []

    def move():
        try:
            change(second, parent=first)
            ended.append("moved")
        except BelowItself:
            ended.append("refused")
        finally:
            connections.close_all()

    thread = Thread(target=move)
    with transaction.atomic():
        change(first, parent=second)
        thread.start()
        thread.join(0.5)
        assert not ended
    thread.join()
    assert ended == ["refused"]
    assert CostCategory.objects.filter(parent=None).count() == 1
