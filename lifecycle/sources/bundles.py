"""Takes the files out of a zip or tar archive one at a time, after looking whether the whole is safe to unpack."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from groups.sheets.archives import names_in
from groups.sheets.limits import Limits
from groups.sheets.recognition import HEAD
from groups.sheets.refusal import FileRefused

Archive = zipfile.ZipFile | tarfile.TarFile


def is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def safe_names(path: Path, limits: Limits) -> list[str]:
    """The files in an archive that is bounded in number and size; a tar is always read from a plain file."""
    with path.open("rb") as file:
        if not is_tar(file.read(HEAD)):
            return names_in(path, limits)
    size, names = 0, []
    try:
        with tarfile.open(path, "r:") as archive:
            for entry in archive:
                size += max(entry.size, 0)
                if len(names) >= limits.entries or size > limits.unpacked_bytes:
                    raise FileRefused("bomb")
                if entry.isreg():
                    names.append(entry.name)
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise FileRefused("broken_archive") from error
    return names


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive; what is wrong with it while it is read is told as damage."""
    try:
        with zipfile.ZipFile(path) if zipfile.is_zipfile(path) else tarfile.open(path, "r:") as archive:
            yield archive
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("broken_archive") from error


def entry_of(archive: Archive, name: str) -> IO[bytes]:
    """A file of the archive, open for reading."""
    try:
        entry = archive.open(name) if isinstance(archive, zipfile.ZipFile) else archive.extractfile(name)
    except KeyError:
        entry = None
    if entry is None:
        raise FileRefused("broken_archive")
    return entry


def start_in(archive: Archive, name: str) -> bytes:
    with entry_of(archive, name) as entry:
        return entry.read(HEAD)


def unpack(archive: Archive, name: str, target: Path) -> Path:
    with entry_of(archive, name) as entry, target.open("wb") as plain:
        shutil.copyfileobj(entry, plain, 1 << 20)
    return target


def is_hidden(name: str) -> bool:
    """What systems add on their own: __MACOSX and names that begin with a dot."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
