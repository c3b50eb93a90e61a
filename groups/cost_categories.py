"""Writes the cost categories below the three roots. A category is put out of use, never deleted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from groups import audit
from groups.models import CostCategory, LedgerLine, User


class CategoryNameTaken(ValueError):
    """A category of that name is in use under the same root."""


class PricingFixedByUse(ValueError):
    """Lines were priced the old way: put the category out of use and add another."""


def add_category(
    *, root: str, name: str, priced_by: str, default_price: Decimal | None, by: User | None, now: datetime
) -> CostCategory:
    """Add a category that is at once offered in assessments and ledgers."""
    try:
        with transaction.atomic():
            category = CostCategory.objects.create(
                root=root, name=name, priced_by=priced_by, default_price=default_price
            )
            audit.record(verb="category added", thing=category, by=by, now=now, after=_told(category))
    except IntegrityError as refused:
        raise _taken(refused, name) from refused
    return category


def change_category(
    *,
    category: CostCategory,
    name: str,
    priced_by: str,
    default_price: Decimal | None,
    by: User | None,
    now: datetime,
) -> CostCategory:
    """Correct the name or set another price. Lines keep the price that they were entered with.

    Raises PricingFixedByUse when lines exist and the way of pricing would change.
    """
    try:
        with transaction.atomic():
            stands = CostCategory.objects.select_for_update().get(pk=category.pk)
            before = _told(stands)
            if priced_by != stands.priced_by and LedgerLine.objects.filter(category=stands).exists():
                raise PricingFixedByUse(stands.name)
            stands.name, stands.priced_by, stands.default_price = name, priced_by, default_price
            if _told(stands) == before:
                return stands
            stands.save(update_fields=["name", "priced_by", "default_price"])
            audit.record(verb="category changed", thing=stands, by=by, now=now, before=before, after=_told(stands))
    except IntegrityError as refused:
        raise _taken(refused, name) from refused
    return stands


@transaction.atomic
def archive_category(*, category: CostCategory, by: User | None, now: datetime) -> bool:
    """Offer the category no longer; its lines stay. False if it was out of use already."""
    if not CostCategory.objects.filter(pk=category.pk, archived_at=None).update(archived_at=now):
        return False
    audit.record(verb="category archived", thing=category, by=by, now=now)
    return True


def restore_category(*, category: CostCategory, by: User | None, now: datetime) -> bool:
    """Offer the category again. False if it is in use already; CategoryNameTaken if another took its name."""
    try:
        with transaction.atomic():
            archived = CostCategory.objects.filter(pk=category.pk).exclude(archived_at=None)
            if not archived.update(archived_at=None):
                return False
            audit.record(verb="category restored", thing=category, by=by, now=now)
    except IntegrityError as refused:
        raise _taken(refused, category.name) from refused
    return True


def _taken(refused: IntegrityError, name: str) -> Exception:
    return CategoryNameTaken(name) if "a live category name" in str(refused) else refused


def _told(category: CostCategory) -> dict[str, object]:
    return {
        "root": category.root,
        "name": category.name,
        "priced_by": category.priced_by,
        "default_price": None if category.default_price is None else str(category.default_price),
    }
