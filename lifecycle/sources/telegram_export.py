r"""Telegram Desktop result.json: one chat (an object with id, type and messages) or a full export (chats.list).

A message counts for the day of date_unixtime in the business time zone, or of the exporter's local `date` in exports
that lack it. Service messages give joins (join_group_by_link, join_group_by_request, invite_members, create_group with
its members) and leaves (remove_members). Private chats, bot chats and saved messages are left out. A chat is covered
from its first day to the last day of the whole export. Bytes below 0x20 are escaped as \xNN by some versions, which is
not JSON: mended before a second try. An export with line breaks is read in blocks, any other as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.talk import ADVERT, FILLER, HEARD
from lifecycle.sources import telegram_blocks
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DAY_SECONDS, QUARTER, DayClock, ordinal_of_iso, second_of
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.talk_words import NO_TEXT, ends_of, joined, marks_of, special_texts, text_of

KIND = "telegram"
PRIVATE = frozenset({"personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes"})
JOINED_SELF = frozenset({"join_group_by_link", "join_group_by_request"})
JOINED_OTHERS = frozenset({"invite_members", "create_group"})
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"] | WORTH
TENS = 10 ** np.arange(9, -1, -1, dtype="i8")
PREFIX, STICKER = "telegram:", "sticker"
TIME = re.compile(r"[T ](\d\d):(\d\d):(\d\d)")
HEX_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9a-fA-F]{2})")


class Message(msgspec.Struct, gc=False):
    """The fields that are counted; a text is looked at and not kept."""

    type: str | None = None
    date: str | None = None
    date_unixtime: str | int | None = None
    from_id: str | int | None = None
    action: str | None = None
    members: list[Any] | None = None
    text: msgspec.Raw = NO_TEXT
    media_type: str | None = None


class PlainMessage(msgspec.Struct, gc=False):
    """The same as today's exports have it: less to decode."""

    date: ClassVar[None] = None

    type: Literal["message", "service"]
    date_unixtime: str
    from_id: str | None = None
    action: str | None = None
    members: list[Any] | None = None
    text: str | list[Any] = ""  # a list where parts are marked
    media_type: str | None = None


PLAIN: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[PlainMessage])


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
    """Count what was said by day and sender, and what Telegram itself says. Exports hold millions: plain messages of a
    block go together, any other block goes message by message."""
    said = [message for message in messages if message.type == "message"]
    if len(said) < len(messages):
        _count_each([message for message in messages if message.type != "message"], group, counter, clock, last)
    if not said:
        return
    try:
        second = _seconds([message.date_unixtime for message in said])
        quarter = second // QUARTER
        turns = np.flatnonzero(np.diff(quarter, prepend=quarter[0] - 1))  # where another quarter of an hour begins
        days = np.array([clock.day_of(one * QUARTER) for one in quarter[turns].tolist()], dtype="i4")
        day = np.repeat(days, np.diff(turns, append=len(said)))
    except (TypeError, ValueError, OverflowError, OSError):
        day = second = np.full(1, last + 1)
    if int(day.max()) > last:
        _count_each(said, group, counter, clock, last)
        return
    heard = np.zeros(len(said), dtype=HEARD)
    heard["group"], heard["day"], heard["second"] = group, day, second
    heard["sender"] = numbers = counter.numbered(group, PREFIX, [message.from_id for message in said])
    starts = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(said)], strict=True):
        counter.add(group, int(day[start]), numbers[start:end])
    texts = [message.text for message in said]
    if set(map(type, texts)) != {str}:
        texts = [_text(message) for message in said]
    for at in special_texts(texts):
        text = texts[at]
        marks = FILLER if not text and said[at].media_type == STICKER else marks_of(text)
        heard["marks"][at], heard["first"][at], heard["last"][at] = marks, *ends_of(text)
    is_advert = counter.gathering.is_advert[group]
    if is_advert:
        heard["marks"] |= np.where(np.fromiter(map(is_advert, texts), "?", len(texts)), ADVERT, 0).astype("u1")
    counter.heard.add_packed(heard)


def _seconds(stamps: list[Any]) -> NDArray[np.int64]:
    """Unix times as numbers; most have ten digits. Raises TypeError, ValueError or OverflowError for what is none."""
    shown = "".join(stamps)
    if set(map(len, stamps)) == {10} and shown.isascii() and shown.isdigit():
        digits: NDArray[np.int64] = (np.frombuffer(shown.encode(), "u1").reshape(-1, 10) - ord("0")) @ TENS
        return digits
    return np.array([int(stamp) for stamp in stamps], dtype="i8")


def _count_each(messages: list[Message], group: int, counter: ChatCounter, clock: DayClock, last: int) -> None:
    for message in messages:
        moment = _moment_of(message, clock)
        if moment is None or moment[0] > last:
            problem = "bad_date" if moment is None else "future_date"
            counter.gathering.refuse(0, [("date", message.date or message.date_unixtime, problem)])
            continue
        day, second = moment
        if message.type == "message":
            sender = f"{PREFIX}{message.from_id}" if message.from_id else ""
            text = _text(message)
            is_sticker = not text and message.media_type == STICKER
            counter.told(group, day, second, sender, text, sticker=is_sticker)
        elif message.type == "service":
            people = sum(1 for member in message.members or () if member)
            if message.action in JOINED_SELF:
                counter.moved(group, day, joins=1)
            elif message.action in JOINED_OTHERS:
                counter.moved(group, day, joins=people)
            elif message.action == "remove_members":
                counter.moved(group, day, leaves=people)


def _text(message: Message | PlainMessage) -> str:
    """A text, also one that is partly marked, as a link or a name."""
    return text_of(message.text) if isinstance(message.text, msgspec.Raw) else joined(message.text)


def _moment_of(message: Message, clock: DayClock) -> tuple[int, int] | None:
    """The day and the second; where only the exporter's date is told, by its clock."""
    try:
        if message.date_unixtime is not None:
            second = int(message.date_unixtime)
            return clock.day_of(second), second
        shown = message.date or ""
        day = ordinal_of_iso(shown)
        return day, day * DAY_SECONDS + _second_of_day(shown)
    except (ValueError, OverflowError, OSError):
        return None


def _second_of_day(shown: str) -> int:
    time = TIME.match(shown[10:])
    return second_of(0, int(time[1]), int(time[2]), int(time[3])) if time else 0


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
                yield chat, _messages(block)
    except EOFError as error:
        raise FileRefused("broken_export", name="result.json") from error


def _messages(block: bytes) -> list[Message]:
    try:
        return PLAIN.decode(block)
    except (msgspec.DecodeError, UnicodeDecodeError):
        messages: list[Message] = _decode(block, list[Message])
        return messages


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
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            return msgspec.json.decode(HEX_ESCAPE.sub(rb"\1\\u00\2", content), type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise FileRefused("broken_export", name="result.json") from error
