r"""Telegram Desktop result.json: one chat (an object with id, type and messages) or a full export (chats.list).

A message counts for the day of date_unixtime in the business time zone, or of the exporter's local `date` in exports
that lack it. Service messages give joins (join_group_by_link, join_group_by_request, invite_members, create_group with
its members) and leaves (remove_members). Private chats, bot chats and saved messages are left out. A chat is covered
from its first day to the last day of the whole export. Bytes below 0x20 are escaped as \xNN by some versions, which is
not JSON: mended before a second try. An export with line breaks is read in blocks, any other as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources import telegram_blocks
from lifecycle.sources.days import DayClock, ordinal_of_iso
from lifecycle.sources.gathering import ChatCounter, Gathering

KIND = "telegram"
PRIVATE = frozenset({"personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes"})
JOINED_SELF = frozenset({"join_group_by_link", "join_group_by_request"})
JOINED_OTHERS = frozenset({"invite_members", "create_group"})
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"]
HEX_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9a-fA-F]{2})")


class Message(msgspec.Struct, gc=False):
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
    for chat, messages in _chats(path):
        if chat.type in PRIVATE or chat.id is None:
            continue
        group = gathering.group(export_key(chat.id), name_of(chat.name), "telegram")
        gathering.count_read(len(messages))
        _count(messages, group, counter, clock, last_day.toordinal())
    if not counter.totals:
        raise FileRefused("no_messages")
    counter.hand_over(REPORTED)
    last = date.fromordinal(max(day for _, day in counter.totals))
    for group, day in counter.totals:
        gathering.widen(group, date.fromordinal(day), last)


def _count(messages: list[Message], group: int, counter: ChatCounter, clock: DayClock, last: int) -> None:
    """Count what was said by day and sender, and on the way what Telegram itself says. Exports hold millions."""
    by_day: dict[int, list[str | int | None]] = {}
    # Days begin at whole hundreds of seconds, so the digits before the last two of a known moment tell the day.
    by_moment: dict[str, list[str | int | None]] = {}
    for message in messages:
        stamp = message.date_unixtime
        if message.type == "message" and type(stamp) is str and (said := by_moment.get(stamp[:-2])) is not None:
            said.append(message.from_id)
            continue
        day = _day_of(message, clock)
        if day is None or day > last:
            problem = "bad_date" if day is None else "future_date"
            counter.gathering.refuse(0, [("date", message.date or message.date_unixtime, problem)])
        elif message.type == "message":
            said = by_day.setdefault(day, [])
            said.append(message.from_id)
            if type(stamp) is str and stamp.isdecimal() and stamp.isascii() and 3 < len(stamp) < 12:
                by_moment[stamp[:-2]] = said
        elif message.type == "service":
            people = sum(1 for member in message.members or () if member)
            if message.action in JOINED_SELF:
                counter.moved(group, day, joins=1)
            elif message.action in JOINED_OTHERS:
                counter.moved(group, day, joins=people)
            elif message.action == "remove_members":
                counter.moved(group, day, leaves=people)
    for day, senders in by_day.items():
        counter.said(group, day, "telegram:", Counter(senders))


def _day_of(message: Message, clock: DayClock) -> int | None:
    try:
        if message.date_unixtime is not None:
            return clock.day_of(int(message.date_unixtime))
        return ordinal_of_iso(message.date or "")
    except (ValueError, OverflowError, OSError):
        return None


def _chats(path: Path) -> Iterator[tuple[Chat, list[Message]]]:
    """Each chat with some of its messages: a block of an indented export, or all of them."""
    if not telegram_blocks.is_indented(path):
        yield from ((chat, chat.messages) for chat in _whole(path.read_bytes()))
        return
    chat = Chat()
    try:
        for opened, block in telegram_blocks.parts_of(path):
            if block is None:
                chat = _decode(opened, Chat)
            else:
                yield chat, _decode(block, list[Message])
    except EOFError as error:
        raise FileRefused("broken_export", name="result.json") from error


def _whole(content: bytes) -> list[Chat]:
    export: Export = _decode(content.removeprefix(b"\xef\xbb\xbf"), Export)
    if export.chats is not None:
        return export.chats.chats
    if export.messages is None:
        raise FileRefused("unknown_json")
    return [Chat(export.id, export.name, export.type, export.messages)]


def _decode(content: bytes, shape: type) -> Any:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError:
        try:
            return msgspec.json.decode(HEX_ESCAPE.sub(rb"\1\\u00\2", content), type=shape)
        except msgspec.DecodeError as error:
            raise FileRefused("broken_export", name="result.json") from error
