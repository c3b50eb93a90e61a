"""Zulip's own export of an organisation, tar.gz or zip: realm.json and messages-*.json.

A message counts for its stream on the day of date_sent; bots of the organisation and of the system are left out, and so
are private messages. Who subscribed and who unsubscribed comes from the audit log where the export has one; without it
joins and leaves are unknown. Every stream is covered from the later of the first day of the export and its creation to
the last day of the export.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.bundles import Archive, entry_of, opened
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.talk_words import NO_TEXT, text_of

KIND = "zulip"
REALM = re.compile(r"(?:\./)?(?:[^/]+/)?realm\.json")
MESSAGES = re.compile(r".*messages-\d+\.json")
STREAM = 2  # the type of a recipient that is a stream
SUBSCRIBED, UNSUBSCRIBED = frozenset({301, 302}), 303
FLOWS = KNOWN["joins"] | KNOWN["leaves"]
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | FLOWS | WORTH


class Person(msgspec.Struct):
    id: int
    is_bot: bool | None = False


class Stream(msgspec.Struct):
    id: int
    name: str
    date_created: float | int | None = None


class Recipient(msgspec.Struct):
    id: int
    type: int
    type_id: int


class Logged(msgspec.Struct):
    event_type: int | str | None = None
    event_time: float | int | None = None
    modified_stream: int | None = None


class Realm(msgspec.Struct):
    zerver_stream: list[Stream]
    zerver_recipient: list[Recipient]
    zerver_userprofile: list[Person] = []
    zerver_userprofile_crossrealm: list[Person] = []
    zerver_realmauditlog: list[Logged] | None = None


class Message(msgspec.Struct):
    """The fields that are counted; a content is looked at and not kept."""

    id: int
    sender: int
    recipient: int
    date_sent: float | int
    content: msgspec.Raw = NO_TEXT


class Messages(msgspec.Struct):
    zerver_message: list[Message]


def is_export(names: list[str]) -> bool:
    return any(REALM.fullmatch(name) for name in names) and any(MESSAGES.fullmatch(name) for name in names)


def read(path: Path, names: list[str], gathering: Gathering, *, zone: str, last_day: date) -> None:
    """Count every stream of the export."""
    clock, counter, last = DayClock(zone), ChatCounter(gathering), last_day.toordinal()
    with opened(path) as archive:
        realm = _decoded(archive, next(name for name in names if REALM.fullmatch(name)), Realm)
        groups = {
            stream.id: gathering.group(export_key(stream.id), name_of(stream.name), KIND)
            for stream in realm.zerver_stream
        }
        stream_of = {one.id: groups[one.type_id] for one in realm.zerver_recipient
                     if one.type == STREAM and one.type_id in groups}  # fmt: skip
        bots = {one.id for one in realm.zerver_userprofile if one.is_bot}
        bots |= {one.id for one in realm.zerver_userprofile_crossrealm}
        for name in sorted(name for name in names if MESSAGES.fullmatch(name)):
            for message in _decoded(archive, name, Messages).zerver_message:
                gathering.count_read()
                group = stream_of.get(message.recipient)
                if group is None or message.sender in bots or not counter.is_new(group, message.id):
                    continue
                day = _day(message.date_sent, clock, last, gathering)
                if day is not None:
                    counter.told(
                        group, day, int(message.date_sent), f"zulip:{message.sender}", text_of(message.content)
                    )
    if not counter.totals:
        raise FileRefused("no_messages")
    for logged in realm.zerver_realmauditlog or ():
        group = groups.get(logged.modified_stream or 0)
        day = _day(logged.event_time, clock, last, gathering) if group is not None else None
        if group is not None and day is not None and logged.event_type in (*SUBSCRIBED, UNSUBSCRIBED):
            went = logged.event_type == UNSUBSCRIBED
            counter.moved(group, day, leaves=int(went), joins=int(not went))
    counter.hand_over(REPORTED if realm.zerver_realmauditlog is not None else REPORTED & ~FLOWS)
    _cover(realm, groups, counter, clock)


def _cover(realm: Realm, groups: dict[int, int], counter: ChatCounter, clock: DayClock) -> None:
    begun: dict[int, int] = {}
    for group, day in counter.totals:
        begun[group] = min(begun.get(group, day), day)
    first, last = min(begun.values()), max(day for _, day in counter.totals)
    for stream in realm.zerver_stream:
        group = groups[stream.id]
        created = _day(stream.date_created, clock, last, None) if stream.date_created is not None else None
        start = max(first, min(created or first, begun.get(group, created or first)))
        if start <= last:
            counter.gathering.widen(group, date.fromordinal(start), date.fromordinal(last))


def _day(seconds: float | None, clock: DayClock, last: int, gathering: Gathering | None) -> int | None:
    try:
        day = clock.day_of(int(seconds)) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        day = None
    if gathering and (day is None or day > last):
        gathering.refuse(0, [("date_sent", seconds, "bad_date" if day is None else "future_date")])
    return day if day is not None and day <= last else None


def _decoded(archive: Archive, name: str, shape: type) -> Any:
    try:
        with entry_of(archive, name) as entry:
            return msgspec.json.decode(entry.read(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused("broken_export", name=name[-80:]) from error
