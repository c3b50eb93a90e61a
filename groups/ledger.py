"""Writes what groups cost and earn. A line is never edited: a reversal takes it back, a refund gives money back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from groups import audit, cost_categories, months
from groups.models import CostCategory, Group, LedgerLine, User
from groups.rules.months import month_of
from groups.rules.profit_and_loss import priced
from groups.rules.refunds import goods_of_refund, left_to_refund

ZERO = Decimal("0.00")


class CategoryArchived(ValueError):
    """No new line is entered under a category that is out of use."""


class ReversalStands(ValueError):
    """A reversal is not itself reversed: enter the line again."""


class PriceUnknown(ValueError):
    """A quantity was given, but neither a price nor a default price of that day."""


class LineRefunded(ValueError):
    """The line was refunded: take the refunds back first."""


class NothingToRefund(ValueError):
    """Only revenue that stands is refunded; a refund is not."""


class MoreThanEarned(ValueError):
    """A refund gives back no more than is left of its line; `left` is that amount."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(str(left))
        self.left = left


class PartOfAllocation(ValueError):
    """A part of a shared cost is taken back with the whole."""


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
    **origin: Any,
) -> LedgerLine:
    """Enter one line, yuan. Without `amount` it is quantity x unit price, or x the default price of that day.

    The token is made with the form: entering again with the same token returns the line that stands. `origin` names
    the recurring line that it comes from. Raises CategoryArchived, PriceUnknown, months.MonthClosed.
    """
    stands = LedgerLine.objects.filter(token=token, group=group).first()
    if stands:
        return stands
    amount, unit_price = _worth(amount, category, quantity, unit_price, on)
    months.hold_open(group.team_id, on)
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
        }
        | origin,
    )
    if made:
        audit.record(verb="line entered", thing=group, by=by, now=now, after=_told(line))
    return line


@transaction.atomic
def enter_lines(*, group: Group, lines: Sequence[dict[str, Any]], by: User | None, now: datetime) -> list[LedgerLine]:
    """Enter many lines of a group, all or none, in a handful of statements; returns those that were not there yet.

    Each holds what `enter_line` takes beside group, by and now, each with a token of its own. Raises what `enter_line`
    raises. Where somebody enters one of them at the same moment, they are entered one by one.
    """
    stand = LedgerLine.objects.filter(group=group, token__in=[line["token"] for line in lines])
    there = set(stand.values_list("token", flat=True))
    fresh = [line for line in lines if line["token"] not in there]
    for month in sorted({month_of(line["on"]) for line in fresh}):
        months.hold_open(group.team_id, month)
    worth = [
        _worth(line.get("amount"), line.get("category"), line.get("quantity"), line.get("unit_price"), line["on"])
        for line in fresh
    ]
    rows = [
        LedgerLine(
            **line | {"amount": amount, "unit_price": price},
            group=group,
            team_id=group.team_id,
            entered_at=now,
            entered_by=by,
        )
        for line, (amount, price) in zip(fresh, worth, strict=True)
    ]
    try:
        with transaction.atomic():
            rows = LedgerLine.objects.bulk_create(rows)
    except IntegrityError:
        return [enter_line(group=group, by=by, now=now, **line) for line in fresh]
    told = (audit.Told(group.pk, group.team_id, str(group), after=_told(row)) for row in rows)
    audit.record_many(told, verb="line entered", object_type="group", by=by, now=now)
    return rows


def _worth(
    amount: Decimal | None,
    category: CostCategory | None,
    quantity: Decimal | None,
    unit_price: Decimal | None,
    on: date,
) -> tuple[Decimal, Decimal | None]:
    """The amount of a line, yuan, and the price of one where it goes by a quantity."""
    if category and category.archived_at:
        raise CategoryArchived(str(category))
    if amount is None:
        if quantity is None:
            raise ValueError("a line needs an amount or a quantity")
        if unit_price is None and category:
            unit_price = cost_categories.price_on(category, on)
        if unit_price is None:
            raise PriceUnknown("a quantity needs a price")
        amount = priced(quantity, unit_price)
    return amount, unit_price


@transaction.atomic
def reverse_line(*, line: LedgerLine, reason: str, by: User | None, now: datetime) -> LedgerLine:
    """Take a line back by one with the negative amount, in the month in which it stood. Twice makes one reversal.

    If that month is closed, the reversal stands in today's. Raises ReversalStands, LineRefunded, PartOfAllocation, and
    months.MonthClosed where today's month is closed too.
    """
    if line.reverses_id:
        raise ReversalStands(str(line.pk))
    if line.allocation_id:
        raise PartOfAllocation(str(line.pk))
    LedgerLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    stands = LedgerLine.objects.filter(reverses=line).first()
    if stands:
        return stands
    if given_back([line.pk]).get(line.pk):
        raise LineRefunded(str(line.pk))
    on = day_of_reversal(line.team_id, line.on, now)
    reversal = reversal_of(line, on=on, reason=reason, by=by, now=now)
    reversal.save()
    audit.record(verb="line reversed", thing=line.group, by=by, now=now, before=_told(line), reason=reason)
    return reversal


def day_of_reversal(team_id: int, on: date, now: datetime) -> date:
    """The day of the line; today where the month of the line is closed. Holds that month open."""
    try:
        months.hold_open(team_id, on)
    except months.MonthClosed:
        on = timezone.localdate(now)
        months.hold_open(team_id, on)
    return on


def reversal_of(line: LedgerLine, *, on: date, reason: str, by: User | None, now: datetime) -> LedgerLine:
    """The line that takes this one back, not yet saved."""
    return LedgerLine(
        reverses=line,
        team_id=line.team_id,
        group_id=line.group_id,
        kind=line.kind,
        on=on,
        amount=-line.amount,
        category_id=line.category_id,
        quantity=_negative(line.quantity),
        unit_price=line.unit_price,
        goods_cost=_negative(line.goods_cost),
        currency=line.currency,
        note=reason,
        allocation_id=line.allocation_id,
        entered_at=now,
        entered_by=by,
    )


@transaction.atomic
def refund_line(
    *,
    line: LedgerLine,
    amount: Decimal,
    on: date,
    goods_returned: bool,
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> LedgerLine:
    """Give back some or all of a revenue line, yuan, by a row of its own on the day of the refund.

    Raises NothingToRefund, MoreThanEarned, months.MonthClosed. The same token again returns the refund that stands.
    """
    earned = LedgerLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    stands = LedgerLine.objects.filter(token=token, refunds=earned).first()
    if stands:
        return stands
    taken_back = LedgerLine.objects.filter(reverses=earned).exists()
    if earned.kind != LedgerLine.Kind.REVENUE or earned.reverses_id or earned.refunds_id or taken_back or amount <= 0:
        raise NothingToRefund(str(line.pk))
    left = left_to_refund(earned.amount, given_back([earned.pk]).get(earned.pk, ZERO))
    if amount > left:
        raise MoreThanEarned(left)
    months.hold_open(earned.team_id, on)
    refund = LedgerLine.objects.create(
        refunds=earned,
        team_id=earned.team_id,
        group_id=earned.group_id,
        kind=earned.kind,
        on=on,
        amount=-amount,
        goods_cost=goods_of_refund(earned.amount, earned.goods_cost, amount, returned=goods_returned),
        currency=earned.currency,
        note=note,
        token=token,
        entered_at=now,
        entered_by=by,
    )
    audit.record(verb="line refunded", thing=earned.group, by=by, now=now, before=_told(earned), after=_told(refund))
    return refund


def given_back(line_ids: Iterable[int]) -> dict[int, Decimal]:
    """What standing refunds took of each line, yuan, as positive amounts; lines without refunds are not in it."""
    taken_back = Exists(LedgerLine.objects.filter(reverses=OuterRef("pk")))
    refunds = LedgerLine.objects.filter(Q(refunds__in=list(line_ids)) & ~taken_back)
    return {row["refunds"]: -row["total"] for row in refunds.values("refunds").annotate(total=Sum("amount"))}


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
