"""Writes the cost categories below the three roots. A category is put out of use, never deleted."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from groups import audit
from groups.dated_prices import ALWAYS, let_take_over
from groups.models import CategoryPrice, CostCategory, LedgerLine, User


class CategoryNameTaken(ValueError):
    """A category of that name is in use under the same root."""


class PricingFixedByUse(ValueError):
    """Lines were priced the old way: put the category out of use and add another."""


class BelowItself(ValueError):
    """A category cannot lie below itself or below another root."""


class PriceInThePast(ValueError):
    """A price takes over today or later: lines of past days keep what they were entered with."""


REFUSALS = {
    "a live category name is used once per root": CategoryNameTaken,
    "a category is not below itself": BelowItself,
    "a category lies below its own root": BelowItself,
}


def add_category(
    *,
    root: str,
    name: str,
    priced_by: str,
    default_price: Decimal | None,
    parent: CostCategory | None = None,
    by: User | None,
    now: datetime,
) -> CostCategory:
    """Add a category that is at once offered in assessments and ledgers. Its first price holds for every day."""
    try:
        with transaction.atomic():
            category = CostCategory.objects.create(root=root, name=name, priced_by=priced_by, parent=parent)
            if default_price is not None:
                CategoryPrice.objects.create(
                    category=category, price=default_price, valid=ALWAYS, set_at=now, set_by=by
                )
            told = _told(category) | {"default_price": _text(default_price)}
            audit.record(verb="category added", thing=category, by=by, now=now, after=told)
    except IntegrityError as refused:
        raise _refusal(refused, name) from refused
    return category


def change_category(
    *,
    category: CostCategory,
    name: str,
    priced_by: str,
    parent: CostCategory | None = None,
    by: User | None,
    now: datetime,
) -> CostCategory:
    """Correct the name, the way of pricing or the place in the tree. Lines keep what they were entered with.

    Raises PricingFixedByUse when lines exist and the way of pricing would change.
    """
    try:
        with transaction.atomic():
            stands = CostCategory.objects.select_for_update(no_key=True).get(pk=category.pk)
            before = _told(stands)
            if priced_by != stands.priced_by and LedgerLine.objects.filter(category=stands).exists():
                raise PricingFixedByUse(stands.name)
            stands.name, stands.priced_by, stands.parent = name, priced_by, parent
            if _told(stands) == before:
                return stands
            stands.save(update_fields=["name", "priced_by", "parent"])
            audit.record(verb="category changed", thing=stands, by=by, now=now, before=before, after=_told(stands))
    except IntegrityError as refused:
        raise _refusal(refused, name) from refused
    return stands


@transaction.atomic
def set_price(*, category: CostCategory, price: Decimal | None, since: date, by: User | None, now: datetime) -> bool:
    """Let another default price, yuan a unit, take over from a day; None = no default price from then on.

    False if that price holds then already. Raises PriceInThePast for a day before today.
    """
    if since < timezone.localdate(now):
        raise PriceInThePast(since.isoformat())
    CostCategory.objects.select_for_update(no_key=True).get(pk=category.pk)
    before = price_on(category, since)
    if price == before:
        return False
    fresh = CategoryPrice(category=category, set_at=now, set_by=by)
    let_take_over(CategoryPrice.objects.filter(category=category), fresh, price=price, since=since)
    audit.record(
        verb="category priced",
        thing=category,
        by=by,
        now=now,
        before={"default_price": _text(before)},
        after={"default_price": _text(price), "since": since.isoformat()},
    )
    return True


def price_on(category: CostCategory, day: date) -> Decimal | None:
    """The default price of the category on a day, yuan a unit."""
    return CategoryPrice.objects.filter(category=category, valid__contains=day).values_list("price", flat=True).first()


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
        raise _refusal(refused, category.name) from refused
    return True


def _refusal(refused: IntegrityError, name: str) -> Exception:
    """What the database meant by refusing; its own error where we do not know."""
    known = [refusal for constraint, refusal in REFUSALS.items() if constraint in str(refused)]
    return known[0](name) if known else refused


def _text(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _told(category: CostCategory) -> dict[str, object]:
    return {
        "root": category.root,
        "name": category.name,
        "priced_by": category.priced_by,
        "parent": category.parent_id,
    }
