"""The manifest of a backup: what it holds, the digest of each file, and by a mark which keys open it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up.contents import Contents
from community_ops.backing_up.failures import BackupFailed
from community_ops.bootstrap import replace_file

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    format: int
    made_at: str  # ISO, UTC
    postgres: str
    migrations: list[str]  # app.name, those that were applied
    contents: Contents
    files: dict[str, str]  # path inside the folder -> SHA-256
    keys: dict[str, list[str]]  # name of the variable -> marks of its keys
    seconds: float


def write(folder: Path, manifest: Manifest) -> None:
    replace_file(folder / NAME, json.dumps(asdict(manifest), indent=1, sort_keys=True))


def read(folder: Path) -> Manifest:
    """Raises BackupFailed when the folder is no backup, or one that was not finished."""
    try:
        told = json.loads((folder / NAME).read_text())
        if told["format"] != FORMAT:
            raise BackupFailed(
                format_lazy(_("{folder} was written in another format, by another release"), folder=folder)
            )
        return Manifest(**(told | {"contents": Contents(**told["contents"])}))
    except (OSError, ValueError, TypeError, KeyError):
        raise BackupFailed(
            format_lazy(_("{folder} is no finished backup: its {name} is missing or torn"), folder=folder, name=NAME)
        ) from None


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below the folder but the manifest."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def faults_of_files(folder: Path, manifest: Manifest) -> list[str]:
    """Names of the files that are missing, changed or too many."""
    found = digests(folder)
    return sorted(name for name in found.keys() | manifest.files.keys() if found.get(name) != manifest.files.get(name))


def marks() -> dict[str, list[str]]:
    """A mark of each key: tells whether two keys are the same, and nothing about them."""
    return {
        "SECRET_KEY": [_mark(settings.SECRET_KEY)],
        "MEMBER_KEY": [_mark(settings.MEMBER_KEY)],
        "FILE_KEYS": [_mark(key) for key in settings.FILE_KEYS],
    }


def missing_keys(manifest: Manifest) -> list[str]:
    """The variables without which something of the backup cannot be read, or is not recognised."""
    ours = marks()
    # Without FILE_KEYS the key is made from SECRET_KEY.
    needed = ["MEMBER_KEY", "FILE_KEYS" if manifest.keys["FILE_KEYS"] else "SECRET_KEY"]
    return [name for name in needed if not set(manifest.keys[name]) <= set(ours[name])]


def _mark(key: str) -> str:
    return hmac.digest(key.encode(), b"which key a backup needs", "sha256").hex()[:16]
