"""Plain functions that make partners and placements for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from groups.models import Group, Partner, Placement, Team

_numbers = count(1)


def make_partner(team: Team, **fields: Any) -> Partner:
    return Partner.objects.create(
        **{"team": team, "name": f"Partner {next(_numbers)}", "created_at": timezone.now()} | fields
    )


def make_placement(group: Group, partner: Partner | None = None, **fields: Any) -> Placement:
    """A planned one, paid per placement."""
    return Placement.objects.create(
        **{
            "team_id": group.team_id,
            "group": group,
            "partner": partner or make_partner(group.team),
            "on": date(2026, 11, 10),
            "paid_by": "placement",
            "price": Decimal("1800.00"),
            "token": uuid4(),
            "made_at": timezone.now(),
        }
        | fields
    )
