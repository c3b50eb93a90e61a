"""The keyed hash that stands for a member: the platform's own id is never stored."""

from __future__ import annotations

import hmac
import json

HASH_BYTES = 16


def scope_of(platform: str, group_key: str) -> str:
    """The scope of ids that mean something only inside their group."""
    return json.dumps((platform, group_key))


def member_hash(key: bytes, scope: str, identity: str) -> bytes:
    """16 bytes; the same id in another scope gives another hash. Without a scope an id is one person everywhere."""
    return hmac.digest(key, f"{scope}{identity}".encode(), "sha256")[:HASH_BYTES]
