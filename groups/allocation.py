"""Writes a shared cost as lines of the groups that bear it, and takes it back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from groups import audit, ledger, months
from groups.models import Allocation, CostCategory, LedgerLine, Team, User
from groups.rules.allocation import shares
from groups.rules.months import last_day_of, month_of


@dataclass(frozen=True)
class Bearer:
    """A group that may bear a part; `weight` is what it is measured by, None = unknown, and then it has no part."""

    group_id: int
    weight: Decimal | None


@dataclass(frozen=True)
class Part:
    """What falls to a group, yuan; None where its weight is unknown."""

    group_id: int
    weight: Decimal | None
    amount: Decimal | None


def parts_of(total: Decimal, bearers: Sequence[Bearer]) -> list[Part]:
    """The parts in the order of the bearers; those with a known weight add up to the total.

    Raises rules.allocation.NothingToGoBy where no weight is above zero.
    """
    known = [bearer for bearer in bearers if bearer.weight is not None]
    amounts = dict(
        zip(
            (bearer.group_id for bearer in known),
            shares(total, [bearer.weight for bearer in known if bearer.weight is not None]),
            strict=True,
        )
    )
    return [Part(bearer.group_id, bearer.weight, amounts.get(bearer.group_id)) for bearer in bearers]


@transaction.atomic
def allocate(
    *,
    team: Team,
    category: CostCategory,
    total: Decimal,
    on: date,
    basis: str,
    parts: Sequence[Part],
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> Allocation:
    """Enter the parts as cost lines on one day. The same token again returns what stands.

    Raises ledger.CategoryArchived and months.MonthClosed.
    """
    stands = Allocation.objects.filter(token=token, team=team).first()
    if stands:
        return stands
    if category.archived_at:
        raise ledger.CategoryArchived(str(category))
    months.hold_open(team.pk, on)
    made, fresh = Allocation.objects.get_or_create(
        token=token,
        team=team,
        defaults={
            "category": category,
            "total": total,
            "on": on,
            "basis": basis,
            "note": note,
            "parts": [_plain(part) for part in parts],
            "made_at": now,
            "made_by": by,
        },
    )
    if fresh:
        lines = [
            LedgerLine(
                team=team,
                group_id=part.group_id,
                kind=LedgerLine.Kind.COST,
                category=category,
                on=on,
                amount=part.amount,
                note=note,
                allocation=made,
                entered_at=now,
                entered_by=by,
            )
            for part in parts
            if part.amount
        ]
        if sum(line.amount for line in lines) != total:
            raise ValueError("the parts do not add up to the total")
        LedgerLine.objects.bulk_create(lines)
        audit.record(verb="cost allocated", thing=team, by=by, now=now, after=_told(made))
    return made


def twin_of(*, team: Team, category: CostCategory, total: Decimal, on: date, token: UUID) -> Allocation | None:
    """The newest other allocation of as much for the same in the same month that stands: it may be this very bill."""
    standing = Allocation.objects.filter(team=team, category=category, total=total, taken_back_at=None)
    month = standing.filter(on__range=(month_of(on), last_day_of(on)))
    return month.exclude(token=token).select_related("made_by", "category").order_by("-pk").first()


@transaction.atomic
def take_back(*, allocation: Allocation, reason: str, by: User | None, now: datetime) -> bool:
    """Take back every part, in the month in which it stood or, if that is closed, today. False if it was already.

    Raises months.MonthClosed where today's month is closed too.
    """
    stands = Allocation.objects.select_for_update().get(pk=allocation.pk)
    if stands.taken_back_at:
        return False
    on = ledger.day_of_reversal(stands.team_id, stands.on, now)
    LedgerLine.objects.bulk_create(
        ledger.reversal_of(line, on=on, reason=reason, by=by, now=now)
        for line in stands.lines.filter(reverses=None).order_by("pk")
    )
    stands.taken_back_at, stands.taken_back_by = now, by
    stands.save(update_fields=["taken_back_at", "taken_back_by"])
    audit.record(verb="allocation taken back", thing=stands.team, by=by, now=now, before=_told(stands), reason=reason)
    return True


def _plain(part: Part) -> dict[str, object]:
    weight, amount = part.weight, part.amount
    return {
        "group": part.group_id,
        "weight": None if weight is None else str(weight),
        "amount": None if amount is None else str(amount),
    }


def _told(allocation: Allocation) -> dict[str, object]:
    return {
        "allocation": allocation.pk,
        "category": allocation.category_id,
        "total": str(allocation.total),
        "on": allocation.on.isoformat(),
        "basis": allocation.basis,
    }
