"""Experience and scores for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assessments.models import Experience, Score, Verdict
from groups.models import Team
from groups.tests.making import make_group


def make_experience(team: Team, conversion: str | None = None, **fields: Any) -> Experience:
    """Of a repurchase group in the middle layer, unless said otherwise."""
    return Experience.objects.create(
        **{
            "group": make_group(team=team),
            "team": team,
            "monetization": "repurchase",
            "layer": "course",
            "as_of": date(2026, 11, 20),
            "conversion": None if conversion is None else Decimal(conversion),
            "life_days": 100,
            "has_ended": False,
        }
        | fields
    )


def make_score(verdict: Verdict, earned: bool | None, chance: str | None = None, moment: str = "day_90") -> Score:
    return Score.objects.create(
        verdict=verdict,
        team_id=verdict.team_id,
        moment=moment,
        scored_on=date(2026, 11, 20),
        groups=1,
        predicted={"members": None, "conversion": None, "net": "100", "weekly_hours": "5", "life_days": 365},
        actual={
            "members": None,
            "conversion": None,
            "net": None,
            "net_is_upper_bound": False,
            "weekly_hours": None,
            "life_days": 90,
            "has_ended": False,
        },
        chance=None if chance is None else Decimal(chance),
        earned=earned,
        made_at=timezone.now(),
    )
