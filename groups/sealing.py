"""Encrypts kept uploads and secrets: a copy of the database alone must show neither files nor keys."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(content: bytes) -> bytes:
    """Encrypt with the newest key."""
    return _keys().encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Decrypt with whichever of the keys fits; cryptography.fernet.InvalidToken if none does."""
    return _keys().decrypt(sealed)


def _keys() -> MultiFernet:
    """FILE_KEYS, newest first; without any, one that is derived from SECRET_KEY."""
    keys = settings.FILE_KEYS or [
        base64.urlsafe_b64encode(hashlib.sha256(b"kept uploads" + settings.SECRET_KEY.encode()).digest())
    ]
    return MultiFernet([Fernet(key) for key in keys])
