"""Tells folders that are one export (an unpacked archive) from folders of files that stand for themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

from groups.sheets.recognition import HEAD
from lifecycle.sources import chats, discord_export, zulip_topics

WHOLES = ("channels.json", "realm.json")  # Slack, Zulip
IN_PARTS = (discord_export, zulip_topics)  # several files tell of one chat, or a folder's name does


def exports_in(folder: Path) -> list[Path]:
    """What to import of a folder, one by one: its files, and those folders in it that are one export each."""
    if is_one_export(folder):
        return [folder]
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        found += exports_in(path) if path.is_dir() else [path] if path.is_file() else []
    return found


def files_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def is_one_export(folder: Path) -> bool:
    """Whether the files in a folder belong together: read one by one they would tell less, or something else."""
    if any((folder / name).is_file() for name in WHOLES):
        return True
    forms = set()
    for path in files_in(folder):
        with path.open("rb") as file:
            forms.add(chats.format_of(file.read(HEAD)))
        if len(forms) > 1 or not forms <= set(IN_PARTS):
            return False
    return bool(forms)


def pack(folder: Path, target: Path) -> Path:
    """The files of a folder as one archive, each under the folder's own name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in files_in(folder):
            archive.write(path, Path(folder.resolve().name) / path.relative_to(folder))
    return target
