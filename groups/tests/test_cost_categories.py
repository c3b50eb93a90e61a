from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups import cost_categories
from groups.cost_categories import CategoryNameTaken, PricingFixedByUse
from groups.economics import lines_by_category
from groups.models import AuditEntry, CostCategory
from groups.tests.making import make_group
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db


def add(name="广告投放", root="acquisition", priced_by="amount", price=None):
    return cost_categories.add_category(
        root=root, name=name, priced_by=priced_by, default_price=price, by=None, now=timezone.now()
    )


def change(category, **fields):
    stands = {"name": category.name, "priced_by": category.priced_by, "default_price": category.default_price}
    return cost_categories.change_category(category=category, by=None, now=timezone.now(), **stands | fields)


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
    assert change(category, default_price=Decimal("8.00")).default_price == Decimal("8.00")
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
