"""The second step at sign-in: codes of an authenticator app, and backup codes for the day without it."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db import transaction
from django.utils import timezone

from groups import audit
from groups.models import AuthenticatorApp, BackupCodes, User


@dataclass(frozen=True)
class Answer:
    """Whether a code was right; after wrong ones `wait_seconds` must pass before the next is looked at."""

    right: bool
    wait_seconds: int = 0


def is_on(user: User) -> bool:
    return AuthenticatorApp.objects.filter(user=user, confirmed=True).exists()


def codes_left(user: User) -> int:
    kept = BackupCodes.objects.filter(user=user).first()
    return len(kept.left()) if kept else 0


def being_set_up(user: User) -> AuthenticatorApp | None:
    """The secret that the person was shown and has not confirmed with a code yet."""
    return AuthenticatorApp.objects.filter(user=user, confirmed=False).order_by("-pk").first()


def secret_of(device: AuthenticatorApp) -> str:
    """The secret as people type it into an app: base 32 in groups of four."""
    text = b32encode(device.secret).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


@transaction.atomic
def begin(*, user: User) -> AuthenticatorApp:
    """Make a new secret to be confirmed; one that was never confirmed is forgotten."""
    User.objects.select_for_update().get(pk=user.pk)
    AuthenticatorApp.objects.filter(user=user, confirmed=False).delete()
    return AuthenticatorApp.objects.create(user=user, name="app", confirmed=False)


def confirm(*, user: User, code: str, now: datetime) -> tuple[Answer, list[str]]:
    """Switch the second step on with the first right code; returns the backup codes, which are shown once.

    Wrong codes are counted and slow the next ones down, so what they wrote stays. Two at once switch it on once.
    """
    with transaction.atomic():
        waiting = AuthenticatorApp.objects.select_for_update().filter(user=user, confirmed=False).order_by("-pk")
        device = waiting.first()
        answer = _answer(device, code)
        if not device or not answer.right:
            return answer, []
        AuthenticatorApp.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        audit.record(verb="second step switched on", thing=user, by=user, now=now)
        return answer, _fresh_codes(user)


def check(*, user: User, code: str) -> Answer:
    """Whether a code of the app or a backup code is right. Each works once; wrong ones slow the next ones down."""
    plain = code.replace(" ", "").replace("-", "").lower()
    model = AuthenticatorApp if plain.isdecimal() else BackupCodes
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        return _answer(device, plain)


@transaction.atomic
def new_codes(*, user: User, by: User, now: datetime) -> list[str]:
    """Put new backup codes in the place of the old ones."""
    audit.record(verb="backup codes renewed", thing=user, by=by, now=now)
    return _fresh_codes(user)


@transaction.atomic
def switch_off(*, user: User, by: User, now: datetime) -> bool:
    """Ask for the password alone again. False if the second step was off before."""
    count, _kinds = AuthenticatorApp.objects.filter(user=user, confirmed=True).delete()
    BackupCodes.objects.filter(user=user).delete()
    if count:
        audit.record(verb="second step switched off", thing=user, by=by, now=now)
    return bool(count)


def _answer(device: AuthenticatorApp | BackupCodes | None, code: str) -> Answer:
    if device is None:
        return Answer(right=False)
    allowed, told = device.verify_is_allowed()
    if not allowed:
        return Answer(right=False, wait_seconds=ceil((told["locked_until"] - timezone.now()).total_seconds()) or 1)
    return Answer(right=device.verify_token(code.replace(" ", "")))


def _fresh_codes(user: User) -> list[str]:
    BackupCodes.objects.filter(user=user).delete()
    kept, codes = BackupCodes.fresh(user)
    kept.save()
    return codes
