"""Records which share of a group's revenue existing customers would have spent without it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from groups import audit
from groups.models import ExistingBuyers, Group, User


@transaction.atomic
def state_share(
    *, group: Group, from_month: date, percent: Decimal, basis: str, token: UUID, by: User | None, now: datetime
) -> ExistingBuyers:
    """From a month on (its first day) so many percent. The token is made with the form: twice makes one row."""
    row, made = ExistingBuyers.objects.get_or_create(
        token=token,
        team_id=group.team_id,
        group=group,
        defaults={
            "from_month": from_month.replace(day=1),
            "percent": percent,
            "basis": basis,
            "entered_at": now,
            "entered_by": by,
        },
    )
    if made:
        told = {"from_month": row.from_month.isoformat(), "percent": str(row.percent)}
        audit.record(verb="existing buyers stated", thing=group, by=by, now=now, after=told, reason=basis)
    return row
