"""Writes lines that come back every week or month, and enters them in the ledger when they are due.

A due day is entered once: the database refuses a second line of a recurring line for the same due day. What cannot be
entered is written down with its reason and tried again for some weeks, since figures often come late.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction

from groups import audit, ledger, months
from groups.models import CostCategory, Group, MissedDue, RecurringLine, User
from groups.rules.due_days import next_due

TRIED_AGAIN_FOR = timedelta(days=35)
AT_ONCE = 500  # lines of a tick; the rest waits for the next one
Why = MissedDue.Why
# Members of a group as known on a day; None = nobody looked.
MembersOn = Callable[[int, date], int | None]


@transaction.atomic
def add_recurring(
    *,
    group: Group,
    kind: str,
    category: CostCategory | None,
    rhythm: str,
    measure: str,
    amount: Decimal | None = None,
    quantity: Decimal | None = None,
    unit_price: Decimal | None = None,
    starts_on: date,
    ends_on: date | None = None,
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> RecurringLine:
    """Promise lines from `starts_on` on; days that have passed are entered by the next tick. Once per token."""
    if category and category.archived_at:
        raise ledger.CategoryArchived(str(category))
    line, made = RecurringLine.objects.get_or_create(
        token=token,
        group=group,
        defaults={
            "team_id": group.team_id,
            "kind": kind,
            "category": category,
            "rhythm": rhythm,
            "measure": measure,
            "amount": amount,
            "quantity": quantity,
            "unit_price": unit_price,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "next_due_on": starts_on,
            "note": note,
            "made_at": now,
            "made_by": by,
        },
    )
    if made:
        audit.record(verb="recurring line added", thing=group, by=by, now=now, after=_told(line))
    return line


@transaction.atomic
def pause(*, line: RecurringLine, by: User | None, now: datetime) -> bool:
    """Enter nothing until it goes on. False if it pauses or has ended already."""
    if not RecurringLine.objects.filter(pk=line.pk, paused_at=None, ended_at=None).update(paused_at=now):
        return False
    audit.record(verb="recurring line paused", thing=line.group, by=by, now=now, after={"recurring": line.pk})
    return True


@transaction.atomic
def go_on(*, line: RecurringLine, today: date, by: User | None, now: datetime) -> bool:
    """Enter again from today on; days that fell into the pause are left out. False if it does not pause."""
    stands = RecurringLine.objects.select_for_update().get(pk=line.pk)
    if stands.paused_at is None or stands.ended_at is not None:
        return False
    stands.paused_at = None
    if stands.next_due_on and stands.next_due_on < today:
        stands.next_due_on = next_due(stands.starts_on, stands.rhythm, today, stands.ends_on)
    stands.save(update_fields=["paused_at", "next_due_on"])
    audit.record(verb="recurring line goes on", thing=stands.group, by=by, now=now, after={"recurring": line.pk})
    return True


@transaction.atomic
def end(*, line: RecurringLine, by: User | None, now: datetime) -> bool:
    """Enter nothing any more; what was entered stays. False if it has ended already."""
    if not RecurringLine.objects.filter(pk=line.pk, ended_at=None).update(ended_at=now, next_due_on=None):
        return False
    MissedDue.objects.filter(recurring=line).delete()
    audit.record(verb="recurring line ended", thing=line.group, by=by, now=now, after={"recurring": line.pk})
    return True


def enter_due(*, today: date, now: datetime, members_on: MembersOn) -> int:
    """Enter every line that is due, missed days too; returns how many were entered. Each line commits by itself."""
    standing = RecurringLine.objects.filter(paused_at=None, ended_at=None)
    due = standing.filter(next_due_on__lte=today).order_by("next_due_on", "pk").values_list("pk", flat=True)
    missed = MissedDue.objects.filter(
        due_on__gte=today - TRIED_AGAIN_FOR, recurring__paused_at=None, recurring__ended_at=None
    )
    entered = 0
    for pk in [*due[:AT_ONCE]]:
        entered += _catch_up(pk, today, now, members_on)
    for pk in [*missed.order_by("due_on", "pk").values_list("pk", flat=True)[:AT_ONCE]]:
        entered += _try_again(pk, today, now, members_on)
    return entered


@transaction.atomic
def _catch_up(pk: int, today: date, now: datetime, members_on: MembersOn) -> int:
    line = _owned(pk)
    if line is None or line.next_due_on is None:
        return 0
    last = min(today, line.group.closed_on or today)
    entered, due = 0, line.next_due_on
    while due is not None and due <= last:
        why = _enter(line, due, today, now, members_on)
        if why:
            MissedDue.objects.get_or_create(
                recurring=line, due_on=due, defaults={"team_id": line.team_id, "why": why, "noticed_at": now}
            )
        entered += not why
        due = next_due(line.starts_on, line.rhythm, due + timedelta(days=1), line.ends_on)
    if line.group.closed_on and due and due > line.group.closed_on:
        due = None
    RecurringLine.objects.filter(pk=pk).update(next_due_on=due)
    return entered


@transaction.atomic
def _try_again(pk: int, today: date, now: datetime, members_on: MembersOn) -> int:
    missed = MissedDue.objects.filter(pk=pk).first()
    line = missed and _owned(missed.recurring_id)
    if not missed or not line or _enter(line, missed.due_on, today, now, members_on):
        return 0
    missed.delete()
    return 1


def _owned(pk: int) -> RecurringLine | None:
    """The line, if it still stands and nobody else is at it."""
    rows = RecurringLine.objects.select_for_update(of=("self",), skip_locked=True).select_related("group", "category")
    return rows.filter(pk=pk, paused_at=None, ended_at=None).first()


def _enter(line: RecurringLine, due: date, today: date, now: datetime, members_on: MembersOn) -> str:
    """Enter one due day; the reason where that is not possible, else nothing."""
    quantity = line.quantity
    if line.measure == RecurringLine.Measure.MEMBERS:
        members = members_on(line.group_id, due)
        if members is None:
            return Why.MEMBERS_UNKNOWN
        quantity = Decimal(members)
    on = due
    if months.is_closed(line.team_id, due):
        on = today  # the books of that month are done: it stands in the open one, and `due_on` says when it was due
    try:
        with transaction.atomic():
            ledger.enter_line(
                group=line.group,
                kind=line.kind,
                category=line.category,
                on=on,
                amount=line.amount,
                quantity=quantity,
                unit_price=line.unit_price,
                note=line.note,
                token=uuid5(line.token, due.isoformat()),
                by=None,
                now=now,
                recurring=line,
                due_on=due,
            )
    except ledger.PriceUnknown:
        return Why.PRICE_UNKNOWN
    except ledger.CategoryArchived:
        return Why.CATEGORY_DISABLED
    except months.MonthClosed:
        return Why.MONTH_CLOSED
    return ""


def _told(line: RecurringLine) -> dict[str, object]:
    names = ("amount", "quantity", "unit_price", "starts_on", "ends_on")
    figures = {name: None if getattr(line, name) is None else str(getattr(line, name)) for name in names}
    return figures | {
        "recurring": line.pk,
        "kind": line.kind,
        "category": line.category_id,
        "rhythm": line.rhythm,
        "measure": line.measure,
    }
