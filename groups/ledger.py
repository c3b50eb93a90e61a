"""Writes what groups cost and earn. A line is never edited: a reversal takes it back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from groups import audit
from groups.models import CostCategory, Group, LedgerLine, User
from groups.rules.profit_and_loss import priced


class CategoryArchived(ValueError):
    """No new line is entered under a category that is out of use."""


class ReversalStands(ValueError):
    """A reversal is not itself reversed: enter the line again."""


@transaction.atomic
def enter_line(
    *,
    group: Group,
    kind: str,
    on: date,
    amount: Decimal | None = None,
    category: CostCategory | None = None,
    quantity: Decimal | None = None,
    unit_price: Decimal | None = None,
    goods_cost: Decimal | None = None,
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> LedgerLine:
    """Enter one line, yuan. Without `amount` it is quantity x unit price, or x the default price of the category.

    The token is made with the form: entering again with the same token returns the line that stands.
    """
    if category and category.archived_at:
        raise CategoryArchived(str(category))
    if amount is None:
        if quantity is None:
            raise ValueError("a line needs an amount or a quantity")
        unit_price = unit_price if unit_price is not None else category and category.default_price
        if unit_price is None:
            raise ValueError("a quantity needs a price")
        amount = priced(quantity, unit_price)
    line, made = LedgerLine.objects.get_or_create(
        token=token,
        team_id=group.team_id,
        group=group,
        defaults={
            "kind": kind,
            "on": on,
            "amount": amount,
            "category": category,
            "quantity": quantity,
            "unit_price": unit_price,
            "goods_cost": goods_cost,
            "note": note,
            "entered_at": now,
            "entered_by": by,
        },
    )
    if made:
        audit.record(verb="line entered", thing=group, by=by, now=now, after=_told(line))
    return line


@transaction.atomic
def reverse_line(*, line: LedgerLine, reason: str, by: User | None, now: datetime) -> LedgerLine:
    """Take a line back by one with the negative amount, in the month in which it stood. Twice makes one reversal."""
    if line.reverses_id:
        raise ReversalStands(str(line.pk))
    reversal, made = LedgerLine.objects.get_or_create(
        reverses=line,
        defaults={
            "team_id": line.team_id,
            "group_id": line.group_id,
            "kind": line.kind,
            "on": line.on,
            "amount": -line.amount,
            "category_id": line.category_id,
            "quantity": _negative(line.quantity),
            "unit_price": line.unit_price,
            "goods_cost": _negative(line.goods_cost),
            "currency": line.currency,
            "note": reason,
            "entered_at": now,
            "entered_by": by,
        },
    )
    if made:
        audit.record(verb="line reversed", thing=line.group, by=by, now=now, before=_told(line), reason=reason)
    return reversal


def _negative(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def _told(line: LedgerLine) -> dict[str, object]:
    return {
        "line": line.pk,
        "kind": line.kind,
        "on": line.on.isoformat(),
        "category": line.category_id,
        "amount": str(line.amount),
        "goods_cost": None if line.goods_cost is None else str(line.goods_cost),
    }
