"""Passwords and ports of the embedded servers."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

from community_ops.bootstrap import make_folder, replace_file


def password_in(path: Path) -> str:
    """The password kept in the file, made on first use."""
    if not path.exists():
        make_folder(path.parent)
        replace_file(path, secrets.token_urlsafe(24))
    return path.read_text()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
