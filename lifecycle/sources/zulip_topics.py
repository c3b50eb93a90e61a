"""Topics of a public Zulip archive: <stream id>-<stream>/<topic>.json, each a list of messages, in a zip or tar.

There are no ids of people, so they are told apart by name, and that is noted; bots too are told by name. Joins and
leaves are not told. A stream is covered from its first message to the last one of its own.
"""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.bots import is_bot
from lifecycle.sources.chat_file import ChatFile
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock
from lifecycle.sources.talk_words import NO_TEXT, text_of

KIND = "zulip"
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | WORTH
TOPIC = re.compile(r'\[\s*\{\s*"(?:content"\s*:|(?:id|sender_full_name|timestamp)"[^{]*"sender_full_name"\s*:)')
TAG = re.compile(r"<[^<>]*>")
STREAM = re.compile(r"(\d+)-(.+)")


class Message(msgspec.Struct):
    id: int | str
    timestamp: int | float
    sender_full_name: str | None = None
    content: msgspec.Raw = NO_TEXT  # HTML


def recognises(start: str) -> bool:
    return bool(TOPIC.match(start))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages of one topic into its stream."""
    stream = STREAM.fullmatch(file.folder)
    if not stream:
        raise FileRefused("topics_without_stream")
    try:
        messages: Any = msgspec.json.decode(file.path.read_bytes(), type=list[Message])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused("broken_export", name=file.stem) from error
    gathering = counter.gathering
    group = gathering.group(export_key(stream[1]), name_of(stream[2]), KIND)
    gathering.members_are_per_group = True
    gathering.note("names_only")
    for message in messages:
        gathering.count_read()
        try:
            day = clock.day_of(int(message.timestamp))
        except (ValueError, OverflowError, OSError):
            gathering.refuse(0, [("timestamp", message.timestamp, "bad_date")])
            continue
        if day > last:
            gathering.refuse(0, [("timestamp", message.timestamp, "future_date")])
            continue
        gathering.widen(group, date.fromordinal(day), date.fromordinal(day))
        if counter.is_new(group, message.id) and not is_bot(message.sender_full_name or ""):
            text = unescape(TAG.sub("", text_of(message.content)))
            counter.told(group, day, int(message.timestamp), message.sender_full_name or "", text)
