"""What Slack's Web API says of one channel (conversations.history), as one JSON file: {"messages": [...]}.

The channel is told by `channel_id` or `channel`, where a tool added it, else by the name of the file, such as
general-C0123ABCD.json. Counted as in a workspace export; without a list of users only those bots are known that a
message marks. Replies in threads are no part of a history: where they are missing, that is noted. A channel is covered
from its first message to its last.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources import slack_export
from lifecycle.sources.chat_file import ChatFile
from lifecycle.sources.counting import ChatCounter
from lifecycle.sources.days import DayClock

KIND = "slack_history"
REPORTED = slack_export.REPORTED
START = re.compile(r'\{\s*"(?:ok"\s*:\s*true\s*,[^\[]{0,200}"messages"\s*:|(?:channel_id|channel)"\s*:\s*"[CG])')
NAMED_FILE = re.compile(r"(?:(?P<name>.*?)[-_. ]+)?(?P<id>[CG][A-Z0-9]{7,})")


class Message(slack_export.Message):
    thread_ts: str | None = None
    reply_count: int | None = 0


class History(msgspec.Struct):
    messages: list[Message]
    channel_id: str | None = None
    channel: str | None = None
    name: str | None = None


def recognises(start: str) -> bool:
    return bool(START.match(start))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, joins and leaves of one channel."""
    try:
        history = msgspec.json.decode(file.path.read_bytes(), type=History)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused("broken_export", name=file.stem or "history.json") from error
    named = NAMED_FILE.fullmatch(file.stem)
    key = history.channel_id or history.channel or (named["id"] if named else file.stem)
    if not key:
        raise FileRefused("chat_not_named")
    gathering = counter.gathering
    group = gathering.group(export_key(key), name_of(history.name or (named and named["name"]) or file.stem), "slack")
    for message in history.messages:
        gathering.count_read()
        slack_export.count(message, group, counter, clock, {"USLACKBOT"}, last)
    days = [day for number, day in counter.totals if number == group]
    if days:
        gathering.widen(group, date.fromordinal(min(days)), date.fromordinal(max(days)))
    has_replies = any(message.thread_ts and message.thread_ts != str(message.ts) for message in history.messages)
    if not has_replies and any(message.reply_count for message in history.messages):
        gathering.note("threads_missing")
        counter.reports[group] = REPORTED & ~(KNOWN["questions"] | KNOWN["answered"])  # answers stand in threads
