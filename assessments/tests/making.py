"""Rows for tests of assessments."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from assessments.drafts import start_assessment
from assessments.models import Assessment
from groups.models import Team, User
from groups.tests.making import make_team, make_user


def make_assessment(team: Team | None = None, by: User | None = None) -> Assessment:
    team = team or make_team()
    return start_assessment(team=team, by=by or make_user(team), now=timezone.now())


def signed_in(user: User, **headers: Any) -> Client:
    client = Client(**headers)
    client.force_login(user)
    return client
