"""Encrypts kept uploads and secrets: a copy of the database alone must not show what people sent, or let anybody in."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(content: bytes) -> bytes:
    """Encrypt with the newest key."""
    return MultiFernet(_keys()).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Decrypt with whichever of the keys fits; cryptography.fernet.InvalidToken if none does."""
    return MultiFernet(_keys()).decrypt(sealed)


def sealed_anew(sealed: bytes) -> bytes | None:
    """The same under the newest key; None if it is under that already. InvalidToken if no key fits."""
    newest = _keys()[0]
    try:
        newest.decrypt(sealed)
    except InvalidToken:
        return newest.encrypt(unseal(sealed))
    return None


def _keys() -> list[Fernet]:
    """FILE_KEYS, newest first; without any, one that is derived from SECRET_KEY."""
    keys = settings.FILE_KEYS or [
        base64.urlsafe_b64encode(hashlib.sha256(b"kept uploads" + settings.SECRET_KEY.encode()).digest())
    ]
    return [Fernet(key) for key in keys]
