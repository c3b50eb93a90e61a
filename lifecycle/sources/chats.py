"""Reads exports that are one file per chat: a file of a known format, or an archive in which several lie.

Each format is a module with KIND, REPORTED (the bits of the counts that it tells), recognises(start of the text) and
read(file, counter, clock, last), which counts one chat and says from when to when it is covered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Protocol

from groups.sheets.limits import Limits
from groups.sheets.recognition import HEAD
from groups.sheets.refusal import FileRefused
from lifecycle.sources import (
    discord_export,
    gitter_export,
    qq_export,
    slack_history,
    wechat_export,
    whatsapp_export,
    zulip_topics,
)
from lifecycle.sources.advert_words import AdvertWords
from lifecycle.sources.bundles import is_hidden, opened, safe_names, start_in, unpack
from lifecycle.sources.chat_file import ChatFile, start_of
from lifecycle.sources.counting import ChatCounter
from lifecycle.sources.days import DayClock
from lifecycle.sources.gathering import Gathering

ENDINGS = frozenset({".txt", ".csv", ".tsv", ".json"})


class Format(Protocol):
    KIND: str
    REPORTED: int

    def recognises(self, start: str) -> bool: ...

    def read(self, file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None: ...


FORMATS: tuple[Format, ...] = (
    discord_export,
    slack_history,
    gitter_export,
    zulip_topics,
    wechat_export,
    qq_export,
    whatsapp_export,
)


def format_of(head: bytes) -> Format | None:
    """The format that the first bytes of a file show."""
    start = start_of(head)
    return next((form for form in FORMATS if form.recognises(start)), None) if start else None


def format_in(path: Path, names: list[str]) -> Format | None:
    """The format of the first chat in an archive."""
    with opened(path) as archive:
        for name in _texts(names):
            form = format_of(start_in(archive, name))
            if form:
                return form
    return None


def read(
    path: Path,
    origin: str,
    folder: Path,
    limits: Limits,
    zone: str,
    last_day: date,
    tell: Callable[[int], None],
    adverts: AdvertWords,
) -> Gathering:
    """Count the chat in a file, or every chat of one format in an archive."""
    with path.open("rb") as file:
        form = format_of(file.read(HEAD))
    names = [] if form else safe_names(path, limits)
    form = form or format_in(path, names)
    if form is None:
        raise FileRefused("unknown_archive")
    gathering = Gathering(kind=form.KIND, most_rows=limits.rows, tell=tell, adverts=adverts)
    counter, clock, last = ChatCounter(gathering), DayClock(zone), last_day.toordinal()
    if not names:
        form.read(ChatFile(path, origin), counter, clock=clock, last=last)
    else:
        with opened(path) as archive:
            for name in _texts(names):
                if format_of(start_in(archive, name)) is form:
                    inside = str(PurePosixPath(origin) / name)
                    form.read(
                        ChatFile(unpack(archive, name, folder / "entry"), inside), counter, clock=clock, last=last
                    )
    if not counter.totals and not gathering.rows_refused:
        raise FileRefused("no_messages")
    counter.hand_over(form.REPORTED)
    return gathering


def _texts(names: list[str]) -> list[str]:
    return sorted(name for name in names if PurePosixPath(name).suffix.lower() in ENDINGS and not is_hidden(name))
