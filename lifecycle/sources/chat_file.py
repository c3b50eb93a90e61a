"""What the readers of single chats share: the start of a file as text, and the name that a file gives to its chat."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groups.sheets.cells import name_of
from groups.sheets.recognition import HEAD

MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))
ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|tar\.gz)$", re.IGNORECASE)
SAYS_NOTHING = frozenset({"upload", "unpacked", "entry"})  # what our own code calls a file


@dataclass(frozen=True)
class ChatFile:
    """A file of one chat and where it came from: its own name, or its path inside an archive."""

    path: Path
    origin: str

    @property
    def stem(self) -> str:
        """The name without folder and ending; empty where it says nothing."""
        stem = PurePosixPath(self.origin).stem
        return "" if stem in SAYS_NOTHING else name_of(stem)

    @property
    def folder(self) -> str:
        """The folder inside the archive that the file lies in, or the name of the archive itself."""
        folder = ARCHIVE.sub("", PurePosixPath(self.origin).parent.name)
        return "" if folder in SAYS_NOTHING else name_of(folder)


def text_head(path: Path) -> str:
    """The first characters of a text file."""
    with path.open("rb") as file:
        return start_of(file.read(HEAD))


def start_of(head: bytes) -> str:
    """The first characters of a text in whatever encoding it seems to have, without mark and leading blanks."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").lstrip()
    try:
        return codecs.getincrementaldecoder("utf-8")("strict").decode(head).lstrip()
    except UnicodeDecodeError:
        return head.decode("gb18030", "ignore").lstrip()
