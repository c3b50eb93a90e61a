"""Plain functions that make rows for tests."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from groups.models import Group, Membership, Plan, Team, User

_numbers = count(1)


def make_team(**fields: Any) -> Team:
    n = next(_numbers)
    return Team.objects.create(**{"name": f"Team {n}", "slug": f"team-{n}"} | fields)


def make_user(team: Team | None = None, role: str = "operator", **fields: Any) -> User:
    n = next(_numbers)
    user = User.objects.create(**{"username": f"user{n}", "display_name": f"Person {n}"} | fields)
    if team:
        Membership.objects.create(user=user, team=team, role=role)
    return user


def make_group(**fields: Any) -> Group:
    """A group with a current plan; keys that start with plan_ go into the plan."""
    team = fields.pop("team", None) or make_team()
    plan = {key.removeprefix("plan_"): fields.pop(key) for key in list(fields) if key.startswith("plan_")}
    n = next(_numbers)
    group = Group.objects.create(
        **{
            "team": team,
            "platform": "wecom",
            "name": f"Group {n}",
            "owner": fields.pop("owner", None) or make_user(team),
            "opened_on": date(2026, 1, 1),
            "created_at": timezone.now(),
        }
        | fields
    )
    Plan.objects.create(
        **{
            "group": group,
            "team": team,
            "monetization": "repurchase",
            "activity_kind": "conversation",
            "lifespan": "lasting",
            "starts_on": group.opened_on,
            "made_at": timezone.now(),
        }
        | plan
    )
    return group
