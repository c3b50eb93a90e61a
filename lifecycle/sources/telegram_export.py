r"""Telegram Desktop result.json: one chat (an object with id, type and messages) or a full export (chats.list).

A message counts for the day of date_unixtime in the business time zone, or of the exporter's local `date` in exports
that lack it. Service messages give joins (join_group_by_link, join_group_by_request, invite_members, create_group with
its members) and leaves (remove_members). Private chats, bot chats and saved messages are left out. A chat is covered
from its first day to the last day of the whole export. Bytes below 0x20 are escaped as \xNN by some versions, which is
not JSON: mended before a second try.
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
from lifecycle.sources.days import DayClock, ordinal_of_iso
from lifecycle.sources.gathering import ChatCounter, Gathering

KIND = "telegram"
PRIVATE = frozenset({"personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes"})
JOINED_SELF = frozenset({"join_group_by_link", "join_group_by_request"})
JOINED_OTHERS = frozenset({"invite_members", "create_group"})
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"]
HEX_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9a-fA-F]{2})")


class Message(msgspec.Struct):
    """The fields that are counted; texts are skipped while decoding and never become objects."""

    type: str | None = None
    date: str | None = None
    date_unixtime: str | int | None = None
    from_id: str | int | None = None
    action: str | None = None
    members: list[Any] | None = None


class Chat(msgspec.Struct):
    id: int | str | None = None
    name: str | None = None
    type: str | None = None
    messages: list[Message] = []


class ChatList(msgspec.Struct):
    chats: list[Chat] = msgspec.field(name="list", default_factory=list)


class Export(msgspec.Struct):
    """Both shapes at once: a full export has `chats`, a single one `id` and `messages`."""

    chats: ChatList | None = None
    id: int | str | None = None
    name: str | None = None
    type: str | None = None
    messages: list[Message] | None = None


def read(path: Path, gathering: Gathering, *, zone: str, last_day: date) -> None:
    """Count every group chat and channel of the export."""
    clock = DayClock(zone)
    counter = ChatCounter(gathering)
    groups = set()
    for chat in _chats(path.read_bytes()):
        if chat.type in PRIVATE or chat.id is None:
            continue
        group = gathering.group(export_key(chat.id), name_of(chat.name), "telegram")
        groups.add(group)
        for message in chat.messages:
            gathering.count_read()
            day = _day_of(message, clock)
            if day is None or day > last_day.toordinal():
                problem = "bad_date" if day is None else "future_date"
                gathering.refuse(0, [("date", message.date or message.date_unixtime, problem)])
            else:
                _count(message, group, day, counter)
    if not counter.totals:
        raise FileRefused("no_messages")
    counter.hand_over(REPORTED)
    last = date.fromordinal(max(day for _, day in counter.totals))
    for group, day in counter.totals:
        gathering.widen(group, date.fromordinal(day), last)


def _count(message: Message, group: int, day: int, counter: ChatCounter) -> None:
    if message.type == "message":
        counter.message(group, day, f"telegram:{message.from_id}" if message.from_id else "")
    elif message.type == "service":
        people = sum(1 for member in message.members or () if member)
        if message.action in JOINED_SELF:
            counter.moved(group, day, joins=1)
        elif message.action in JOINED_OTHERS:
            counter.moved(group, day, joins=people)
        elif message.action == "remove_members":
            counter.moved(group, day, leaves=people)


def _day_of(message: Message, clock: DayClock) -> int | None:
    try:
        if message.date_unixtime is not None:
            return clock.day_of(int(message.date_unixtime))
        return ordinal_of_iso(message.date or "")
    except (ValueError, OverflowError, OSError):
        return None


def _chats(content: bytes) -> list[Chat]:
    try:
        export = _decode(content)
    except msgspec.DecodeError:
        try:
            export = _decode(HEX_ESCAPE.sub(rb"\1\\u00\2", content))
        except msgspec.DecodeError as error:
            raise FileRefused("broken_export", name="result.json") from error
    if export.chats is not None:
        return export.chats.chats
    if export.messages is None:
        raise FileRefused("unknown_json")
    return [Chat(export.id, export.name, export.type, export.messages)]


def _decode(content: bytes) -> Export:
    return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=Export)
