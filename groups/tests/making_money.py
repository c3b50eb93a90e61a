"""Plain functions that make ledger rows for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from groups import allocation, labour, ledger, recurring
from groups.allocation import Bearer
from groups.dated_prices import ALWAYS
from groups.models import (
    Allocation,
    CategoryPrice,
    CostCategory,
    Group,
    LedgerLine,
    RecurringLine,
    Team,
    User,
    WorkedHours,
)
from groups.tests.making import make_group

_numbers = count(1)


def make_category(
    root: str = "operations", *, default_price: Decimal | int | None = None, **fields: Any
) -> CostCategory:
    """A category; its default price holds for every day."""
    category = CostCategory.objects.create(**{"root": root, "name": f"Category {next(_numbers)}"} | fields)
    if default_price is not None:
        CategoryPrice.objects.create(category=category, price=default_price, valid=ALWAYS, set_at=timezone.now())
    return category


def make_recurring(group: Group | None = None, **fields: Any) -> RecurringLine:
    """A monthly cost of 100 yuan from 2026-08-31 on."""
    return recurring.add_recurring(
        **{
            "group": group or make_group(),
            "kind": "cost",
            "category": fields.pop("category", None) or (None if fields.get("kind") == "revenue" else make_category()),
            "rhythm": "monthly",
            "measure": "amount",
            "amount": Decimal("100.00"),
            "starts_on": date(2026, 8, 31),
            "token": uuid4(),
            "by": None,
            "now": timezone.now(),
        }
        | fields
    )


def make_hours(group: Group, hours: str, person: User | None = None, **fields: Any) -> WorkedHours:
    """Hours of the group's owner on 2026-11-10 under a category of 80 yuan an hour."""
    category = fields.pop("category", None) or make_category("labour", priced_by="hour", default_price=80)
    return labour.log_hours(
        **{
            "group": group,
            "person": person or group.owner,
            "on": date(2026, 11, 10),
            "hours": Decimal(hours),
            "category": category,
            "token": uuid4(),
            "by": None,
            "now": timezone.now(),
        }
        | fields
    )


def make_allocation(team: Team, weights: dict[Group, str | None], total: str = "100.00", **fields: Any) -> Allocation:
    """A shared cost on 2026-11-10, spread over the groups by their weights; None is unknown."""
    bearers = [Bearer(group.pk, None if weight is None else Decimal(weight)) for group, weight in weights.items()]
    return allocation.allocate(
        **{
            "team": team,
            "category": fields.pop("category", None) or make_category(),
            "total": Decimal(total),
            "on": date(2026, 11, 10),
            "basis": "members",
            "parts": allocation.parts_of(Decimal(total), bearers),
            "token": uuid4(),
            "by": None,
            "now": timezone.now(),
        }
        | fields
    )


def make_line(group: Group, amount: str | Decimal | None, **fields: Any) -> LedgerLine:
    """A revenue line, or a cost where a category is given."""
    return ledger.enter_line(
        **{
            "group": group,
            "kind": "cost" if fields.get("category") else "revenue",
            "on": date(2026, 11, 10),
            "amount": None if amount is None else Decimal(amount),
            "token": uuid4(),
            "by": None,
            "now": timezone.now(),
        }
        | fields
    )
