"""Turns who somebody is at the identity provider into the account of ours that they sign in to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from groups import audit
from groups.models import Identity, User


@dataclass(frozen=True)
class Claims:
    """What a checked ID token says: who, by whose word, and the e-mail address if the issuer verified it, else ''."""

    issuer: str
    subject: str
    verified_email: str = ""


@transaction.atomic
def come_in(*, claims: Claims, now: datetime) -> User | None:
    """The account to sign in to, on record; None for a stranger and for who may not come in any more.

    The first time the verified e-mail finds the one active account that has it, and the two are linked. From then on
    the link alone counts, whatever the e-mail says: an address that passes to a colleague opens nothing.
    """
    user = _linked(claims) or _first_time(claims, now)
    if user is None or not user.is_active:
        return None
    audit.record(verb="signed in by single sign-on", thing=user, by=user, now=now, after={"issuer": claims.issuer})
    return user


@transaction.atomic
def separate(*, user: User, by: User, now: datetime) -> bool:
    """Forget who the person is at the provider, so that the e-mail links again. False if there was no link."""
    count, _kinds = Identity.objects.filter(user=user).delete()
    if count:
        audit.record(verb="separated from single sign-on", thing=user, by=by, now=now)
    return bool(count)


def is_linked(user: User) -> bool:
    return Identity.objects.filter(user=user).exists()


def _linked(claims: Claims) -> User | None:
    same = Identity.objects.select_related("user").filter(issuer=claims.issuer, subject=claims.subject).first()
    return same.user if same else None


def _first_time(claims: Claims, now: datetime) -> User | None:
    """The account is held, so that two first times at once link it once."""
    if not claims.verified_email:
        return None
    having_it = User.objects.select_for_update().filter(email__iexact=claims.verified_email, is_active=True)
    found = list(having_it.order_by("pk"))
    if len(found) != 1:
        return None
    (user,) = found
    linked = Identity.objects.filter(user=user, issuer=claims.issuer).first()
    if linked:
        return user if linked.subject == claims.subject else None
    Identity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject, linked_at=now)
    audit.record(verb="linked to single sign-on", thing=user, by=user, now=now, after={"issuer": claims.issuer})
    return user
