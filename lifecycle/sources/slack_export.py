"""Slack workspace export: a zip with channels.json, users.json and <channel>/YYYY-MM-DD.json.

A message counts for the day of its `ts` in the business time zone. Bots (users.json, bot_message, bot_id, Slackbot) are
left out; channel_join and channel_leave are joins and leaves; changes of topic, name and the like are nothing that a
member says. Direct messages are never opened. The source was watching every channel from the later of the first day of
the export and the channel's creation to the last day of the export: a day inside without a file is an observed zero.
"""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.talk_words import NO_TEXT, text_of

KIND = "slack"
SAID = frozenset({"", "me_message", "file_share", "file_comment", "thread_broadcast", "reply_broadcast"})
JOINED = frozenset({"channel_join", "group_join"})
LEFT = frozenset({"channel_leave", "group_leave"})
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"] | WORTH


class Channel(msgspec.Struct):
    id: str
    name: str
    created: int | str | float = 0


class Person(msgspec.Struct):
    id: str
    is_bot: bool | None = False


class Comment(msgspec.Struct):
    user: str | None = None


class Message(msgspec.Struct):
    """The fields that are counted; the text is looked at and not kept."""

    ts: str | int | float | None = None
    type: str | None = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    comment: Comment | None = None
    text: msgspec.Raw = NO_TEXT


def prefix_of(names: list[str]) -> str | None:
    """The folder inside the zip that holds channels.json ("" for the top), or None if this is no Slack export."""
    for name in names:
        if name == "channels.json" or (name.endswith("/channels.json") and name.count("/") == 1):
            return name.removesuffix("channels.json")
    return None


def read(path: Path, gathering: Gathering, *, zone: str, last_day: date) -> None:
    """Count every channel of the export."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        prefix = prefix_of(names) or ""
        channels = _decode(archive, f"{prefix}channels.json", list[Channel])
        if f"{prefix}groups.json" in names:
            channels += _decode(archive, f"{prefix}groups.json", list[Channel])
        people = _decode(archive, f"{prefix}users.json", list[Person]) if f"{prefix}users.json" in names else []
        bots = {person.id for person in people if person.is_bot} | {"USLACKBOT"}
        files: dict[str, list[str]] = {}
        for name in names:
            folder, _, file = name.removeprefix(prefix).rpartition("/")
            if folder and "/" not in folder and file.endswith(".json"):
                files.setdefault(folder, []).append(name)
        clock = DayClock(zone)
        counter = ChatCounter(gathering)
        last = last_day.toordinal()
        for channel in channels:
            group = gathering.group(export_key(channel.id), name_of(channel.name), "slack")
            for name in sorted(files.get(channel.name, ())):
                for message in _decode(archive, name, list[Message]):
                    gathering.count_read()
                    count(message, group, counter, clock, bots, last)
        counter.hand_over(REPORTED)
        _cover(channels, counter, gathering, clock)


def count(message: Message, group: int, counter: ChatCounter, clock: DayClock, bots: set[str], last: int) -> None:
    """Count one message of a channel; the same `ts` is the same message."""
    stamp = str(message.ts or "")
    gathering = counter.gathering
    try:
        second = int(float(stamp))
        day = clock.day_of(second)
    except (ValueError, OverflowError, OSError):
        gathering.refuse(0, [("ts", stamp, "bad_date")])
        return
    if not counter.is_new(group, stamp):
        return
    if day > last:
        gathering.refuse(0, [("ts", stamp, "future_date")])
        return
    user = message.user or (message.comment.user if message.comment else None) or ""
    subtype = message.subtype or ""
    if message.type != "message" or message.bot_id or user in bots:
        return
    if subtype in JOINED:
        counter.moved(group, day, joins=1)
    elif subtype in LEFT:
        counter.moved(group, day, leaves=1)
    elif subtype in SAID and user:
        counter.told(group, day, second, f"slack:{user}", text_of(message.text))


def _cover(channels: list[Channel], counter: ChatCounter, gathering: Gathering, clock: DayClock) -> None:
    if not counter.totals:
        raise FileRefused("no_messages")
    days = [day for _, day in counter.totals]
    first, last = min(days), max(days)
    begun: dict[int, int] = {}
    for group, day in counter.totals:
        begun[group] = min(begun.get(group, day), day)
    for channel in channels:
        group = gathering.group(export_key(channel.id), name_of(channel.name), "slack")
        try:
            created = clock.day_of(int(float(channel.created))) if channel.created else first
        except (ValueError, OverflowError, OSError):
            created = first
        start = max(first, min(created, begun.get(group, created)))
        if start <= last:
            gathering.widen(group, date.fromordinal(start), date.fromordinal(last))


def _decode(archive: zipfile.ZipFile, name: str, shape: type) -> list:
    try:
        return msgspec.json.decode(archive.read(name), type=shape)
    except (msgspec.DecodeError, zipfile.BadZipFile, KeyError, UnicodeDecodeError, RuntimeError) as error:
        raise FileRefused("broken_export", name=name[-80:]) from error
