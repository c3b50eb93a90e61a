"""Plain functions that make revenue models for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from groups.models import Group, RevenueModel


def make_model(group: Group, kind: str = "repurchase", **fields: Any) -> RevenueModel:
    """A main model from the day that the group opened on."""
    return RevenueModel.objects.create(
        **{
            "group": group,
            "team_id": group.team_id,
            "kind": kind,
            "is_main": True,
            "from_on": group.opened_on,
            "made_at": timezone.now(),
        }
        | fields
    )
