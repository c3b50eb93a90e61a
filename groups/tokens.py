"""Makes, checks and revokes the tokens of other systems: `cops_<key>_<secret>`, of which a digest is kept."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from groups import audit
from groups.invitations import digest_of
from groups.models import ApiAnswer, ApiToken, Team, User

PREFIX = "cops"
KEY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_BYTES = 32
SHAPE = re.compile(rf"{PREFIX}_([a-z0-9]{{8}})_([A-Za-z0-9_-]{{43}})", re.ASCII)
NOBODY = digest_of("nobody")  # compared with where there is no such key, so that both refusals take the same time
USED_EVERY = timedelta(hours=1)
ANSWERS_KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Bearer:
    """A token that was checked: the system and the teams that it may see."""

    token: ApiToken
    teams: dict[str, Team]  # by slug

    def may(self, right: str) -> bool:
        return right in self.token.rights


@transaction.atomic
def make_token(
    *,
    name: str,
    rights: Sequence[str],
    teams: Sequence[Team],
    person: User,
    days: int,
    form_token: UUID,
    by: User,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token; returns it with its text, which is kept nowhere; an empty text if the form was sent again.

    PermissionDenied unless an administrator asks.
    """
    if not by.is_administrator:
        raise PermissionDenied
    key = "".join(secrets.choice(KEY_LETTERS) for _ in range(8))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token, made = ApiToken.objects.get_or_create(
        form_token=form_token,
        defaults={
            "name": name,
            "key": key,
            "digest": digest_of(secret),
            "rights": sorted(rights),
            "person": person,
            "made_at": now,
            "made_by": by,
            "expires_at": now + timedelta(days=days),
        },
    )
    if not made:
        return token, ""
    token.teams.set(teams)
    told = {"rights": sorted(rights), "teams": [team.name for team in teams], "person": person.pk, "days": days}
    audit.record(verb="token made", thing=token, by=by, now=now, after=told)
    return token, f"{PREFIX}_{key}_{secret}"


@transaction.atomic
def revoke(*, token: ApiToken, by: User, now: datetime) -> bool:
    """Let the token open nothing any more. False if it was revoked before."""
    if not by.is_administrator:
        raise PermissionDenied
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
        return False
    audit.record(verb="token revoked", thing=token, by=by, now=now)
    return True


def bearer_of(text: str, now: datetime) -> Bearer | None:
    """Who comes with this token; None for one that is unknown, wrong, expired, revoked, or of a closed account."""
    found = SHAPE.fullmatch(text)
    key, secret = found.groups() if found else ("", "")
    token = ApiToken.objects.select_related("person").prefetch_related("teams").filter(key=key).first()
    right = secrets.compare_digest(token.digest if token else NOBODY, digest_of(secret))
    if token is None or not right or token.revoked_at or token.expires_at <= now or not token.person.is_active:
        return None
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return Bearer(token, {team.slug: team for team in token.teams.all()})


def forget_answers(now: datetime) -> int:
    """Delete the answers whose idempotency keys may be used anew; returns how many."""
    deleted, _ = ApiAnswer.objects.filter(made_at__lt=now - ANSWERS_KEPT).delete()
    return deleted
