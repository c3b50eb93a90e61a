"""Writes invitations: made for a team, accepted once by whoever holds the link, or revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from groups import audit
from groups.access import leads
from groups.models import Invitation, Membership, Team, User

LASTS = timedelta(days=7)
SECRET_BYTES = 32


class InvitationOver(Exception):
    """It was used, revoked or has expired. Nothing was written."""


class UsernameTaken(ValueError):
    """Somebody has this user name. Nothing was written, and the invitation can still be used."""


@transaction.atomic
def invite(
    *, team: Team, role: str, name: str = "", email: str = "", token: UUID, by: User, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation; returns it with the secret of its link, which is kept nowhere.

    The token is made with the form: inviting again with the same one returns what stands, and no secret.
    PermissionDenied unless the person leads the team; only administrators invite managers.
    """
    if not leads(by, team.pk) or (role != Membership.Role.OPERATOR and not by.is_administrator):
        raise PermissionDenied
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation, made = Invitation.objects.get_or_create(
        token=token,
        made_by=by,
        defaults={
            "team": team,
            "role": role,
            "name": name,
            "email": email,
            "link_digest": digest_of(secret),
            "made_at": now,
            "expires_at": now + LASTS,
        },
    )
    if not made:
        return invitation, ""
    audit.record(verb="invited", thing=invitation, by=by, now=now, after={"team": team.name, "role": role})
    return invitation, secret


def digest_of(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a fast digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opened_by(pk: int, secret: str, now: datetime) -> Invitation | None:
    """The invitation of a link, if the secret is right and it can still be accepted."""
    invitation = Invitation.objects.open_at(now).select_related("team", "made_by").filter(pk=pk).first()
    if invitation and secrets.compare_digest(invitation.link_digest, digest_of(secret)):
        return invitation
    return None


@transaction.atomic
def accept(*, invitation: Invitation, username: str, display_name: str, password: str, now: datetime) -> User:
    """Make the account and its role in the team. Of two who accept at once one is taken; the other, InvitationOver.

    Who made the invitation must still be allowed to: an invitation of a closed account is over too.
    """
    if not Invitation.objects.open_at(now).filter(pk=invitation.pk).update(used_at=now):
        raise InvitationOver(str(invitation.pk))
    if invitation.made_by and not invitation.made_by.is_active:
        raise InvitationOver(str(invitation.pk))
    user = User(username=username, display_name=display_name, email=invitation.email)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as taken:
        raise UsernameTaken(username) from taken
    Membership.objects.create(user=user, team_id=invitation.team_id, role=invitation.role)
    Invitation.objects.filter(pk=invitation.pk).update(used_by=user)
    audit.record(
        verb="invitation accepted",
        thing=invitation,
        by=user,
        now=now,
        after={"user": user.pk, "team": invitation.team.name, "role": invitation.role},
    )
    return user


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, now: datetime) -> bool:
    """Let the link open nothing any more. False if it was used, revoked or over before."""
    if not leads(by, invitation.team_id):
        raise PermissionDenied
    if not Invitation.objects.open_at(now).filter(pk=invitation.pk).update(revoked_at=now, revoked_by=by):
        return False
    audit.record(verb="invitation revoked", thing=invitation, by=by, now=now)
    return True
