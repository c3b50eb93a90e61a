"""The second step of a person: the secret of the authenticator app and the backup codes, both sealed."""

from __future__ import annotations

import logging
import time
from base64 import b32encode
from secrets import compare_digest, token_bytes
from urllib.parse import quote, urlencode

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from groups.models.people import User
from groups.sealing import seal, unseal

STEP_SECONDS, DIGITS = 30, 6
TOLERANCE = 1  # steps that the clock of the phone may be before or behind
SECRET_BYTES = 20
BACKUP_CODES, BACKUP_CODE_BYTES = 10, 5  # each code is eight letters and digits of base 32
log = logging.getLogger(__name__)


def new_secret() -> bytes:
    return seal(token_bytes(SECRET_BYTES))


class AuthenticatorApp(TimestampMixin, ThrottlingMixin, Device):
    """django-otp's device for codes by time, whose secret no copy of the database shows."""

    sealed = models.BinaryField(default=new_secret)  # groups.sealing
    drift = models.SmallIntegerField(default=0)  # steps that the phone is known to be off
    last_t = models.BigIntegerField(default=-1)  # the step of the last code that was taken: it is not taken twice

    class Meta(Device.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(confirmed=True), name="a person has one authenticator app"
            )
        ]

    @property
    def secret(self) -> bytes:
        return unseal(bytes(self.sealed))

    def verify_token(self, token: str) -> bool:
        """Whether this is the code of now; a right one is used up, a wrong one slows the next down."""
        allowed, _told = self.verify_is_allowed()
        if not allowed:
            return False
        if self._is_right(token):
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp(commit=False)
            self.save()
            return True
        self.throttle_increment(commit=True)
        return False

    def _is_right(self, token: str) -> bool:
        try:
            code = TOTP(self.secret, STEP_SECONDS, digits=DIGITS, drift=self.drift)
        except InvalidToken:
            log.error("no key of FILE_KEYS opens the secret of authenticator app %s", self.pk)
            return False
        code.time = time.time()
        if not (token.isascii() and token.isdigit() and code.verify(int(token), TOLERANCE, self.last_t + 1)):
            return False
        self.last_t, self.drift = code.t(), code.drift
        return True

    def get_throttle_factor(self) -> int:
        return 1

    @property
    def config_url(self) -> str:
        """The address behind the QR code, as authenticator apps read it."""
        issuer, name = settings.OTP_TOTP_ISSUER.replace(":", ""), self.user.get_username()
        query = {"secret": b32encode(self.secret).decode(), "algorithm": "SHA1", "digits": DIGITS}
        query |= {"period": STEP_SECONDS} | ({"issuer": issuer} if issuer else {})
        label = f"{issuer}:{name}" if issuer else name
        return f"otpauth://totp/{quote(label)}?{urlencode(query, quote_via=quote)}"


class BackupCodes(TimestampMixin, ThrottlingMixin, Device):
    """Codes for the day without the phone: each works once. A device like the app, so that wrong ones slow it down."""

    sealed = models.BinaryField()  # the codes that are left, one a line

    class Meta(Device.Meta):
        constraints = [models.UniqueConstraint(fields=["user"], name="a person has one set of backup codes")]

    @classmethod
    def fresh(cls, user: User) -> tuple[BackupCodes, list[str]]:
        """New codes of a person, not saved; the second is what the person is shown once."""
        codes = [b32encode(token_bytes(BACKUP_CODE_BYTES)).decode().lower() for _ in range(BACKUP_CODES)]
        return cls(user=user, name="backup", sealed=seal("\n".join(codes).encode())), codes

    def left(self) -> list[str]:
        """The codes that were not used yet; none where no key opens them, which the log tells."""
        try:
            return unseal(bytes(self.sealed)).decode().split()
        except InvalidToken:
            log.error("no key of FILE_KEYS opens the backup codes %s", self.pk)
            return []

    def verify_token(self, token: str) -> bool:
        """Whether this is one of the codes left. It is used up; a wrong one slows the next down."""
        allowed, _told = self.verify_is_allowed()
        if not allowed:
            return False
        codes = self.left()
        rest = [code for code in codes if not compare_digest(code.encode(), token.encode())]
        if len(rest) == len(codes):
            self.throttle_increment(commit=True)
            return False
        self.sealed = seal("\n".join(rest).encode())
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1
