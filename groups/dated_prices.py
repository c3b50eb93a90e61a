"""Lets a price take over from a day, in any table of prices with a span of days. What was before stays as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model, QuerySet

from groups.rules.price_spans import Span, take_over

ALWAYS = DateRange(None, None)


def let_take_over(prices: QuerySet, fresh: Model, *, price: Decimal | None, since: date) -> None:
    """Inside a transaction that holds the lock of what is priced: `price` holds from `since` until the next planned.

    `prices` are the rows that stand, `fresh` is an unsaved row of the same table without price and span. None ends the
    price that holds, so that there is none from that day on.
    """
    rows = list(prices.order_by("valid"))
    found = take_over([Span(row.valid.lower, row.valid.upper) for row in rows], since)
    if found.gone is not None:
        rows[found.gone].delete()
    if found.cut is not None:
        row = rows[found.cut]
        row.valid = DateRange(row.valid.lower, since)
        row.save(update_fields=["valid"])
    if price is not None:
        fresh.price, fresh.valid = price, DateRange(found.new.lower, found.new.upper)
        fresh.save()
