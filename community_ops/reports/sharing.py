"""Writes the links by which a report is shared, and opens them: for a time, with a password where one was set."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q, QuerySet

from groups import audit
from groups.access import team_roles
from groups.invitations import digest_of
from groups.models import Group, ReportKind, SharedReport, Team, User

SECRET_BYTES = 32


@transaction.atomic
def share(
    *,
    kind: ReportKind,
    team: Team | None,
    first_day: date,
    group: Group | None = None,
    figures: Mapping[str, Any],
    days: int,
    password: str,
    token: UUID,
    by: User,
    now: datetime,
) -> tuple[SharedReport, str]:
    """Put the figures down and make a link to them; returns it with the secret of the link, which is kept nowhere.

    The token is made with the form: sending it twice returns the same link, and no secret.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    shared, made = SharedReport.objects.get_or_create(
        token=token,
        made_by=by,
        defaults={
            "kind": kind,
            "team": team,
            "group": group,
            "first_day": first_day,
            "contents": dict(figures),
            "link_digest": digest_of(secret),
            "password": make_password(password) if password else "",
            "made_at": now,
            "expires_at": now + timedelta(days=days),
        },
    )
    if not made:
        return shared, ""
    told = {
        "kind": kind.value,
        "first_day": first_day.isoformat(),
        "team": team.name if team else "",
        "days": days,
        "password": bool(password),
    } | ({"group": group.pk} if group else {})
    audit.record(verb="report shared", thing=shared, by=by, now=now, after=told)
    return shared, secret


def links_of(user: User) -> QuerySet[SharedReport]:
    """The links that the person may see and revoke: the own ones, and those of the teams that they lead.

    The newest first.
    """
    led = [team for team, leads in team_roles(user).items() if leads]
    found = SharedReport.objects.select_related("team", "made_by").order_by("-pk")
    return found if user.is_administrator else found.filter(Q(made_by=user) | Q(team_id__in=led))


@transaction.atomic
def revoke(*, shared: SharedReport, by: User, now: datetime) -> bool:
    """Let the link open nothing any more. False if it was over before."""
    if not SharedReport.objects.open_at(now).filter(pk=shared.pk).update(revoked_at=now, revoked_by=by):
        return False
    audit.record(verb="shared report revoked", thing=shared, by=by, now=now)
    return True


def opened_by(secret: str, now: datetime) -> SharedReport | None:
    """The report of a link that still opens. Who made it must still be let in: a closed account shares nothing."""
    return SharedReport.objects.open_at(now).filter(link_digest=digest_of(secret), made_by__is_active=True).first()


def ended_of(secret: str, now: datetime) -> SharedReport | None:
    """The report of a link that was right and opens no more, so that who has it can be told since when."""
    found = SharedReport.objects.filter(link_digest=digest_of(secret)).first()
    return found if found and (found.revoked_at or found.expires_at <= now) else None


def is_password_of(shared: SharedReport, password: str) -> bool:
    return check_password(password, shared.password)
