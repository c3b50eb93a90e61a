"""Plain functions that make ledger rows for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from groups import ledger
from groups.models import CostCategory, Group, LedgerLine

_numbers = count(1)


def make_category(root: str = "operations", **fields: Any) -> CostCategory:
    return CostCategory.objects.create(**{"root": root, "name": f"Category {next(_numbers)}"} | fields)


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
