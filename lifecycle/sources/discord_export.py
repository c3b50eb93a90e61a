"""DiscordChatExporter: one channel per file, as JSON or as CSV with commas or semicolons.

JSON marks bots, types and the moment of the export. CSV (AuthorID, Author, Date, Content, Attachments, Reactions) does
not: bots are told by name or by the number of webhooks, what Discord itself says by its fixed English sentences, and
the channel by the file's name "Server - Category - channel [id].csv", or by its folder in an archive. Leaves are not
logged by Discord and stay unknown; joins are known for the channel in which Discord announces them. A channel is
covered from its first message, or from the asked day on, to the day before the export if that is told, else to its
last message. Messages between two people are refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.bots import is_bot
from lifecycle.sources.chat_file import ChatFile, text_head
from lifecycle.sources.chat_rows import rows_of
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock, hour_of, second_of
from lifecycle.sources.talk_words import NO_TEXT, text_of

KIND = "discord"
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | WORTH
JSON = re.compile(r'\{\s*"guild"\s*:')
CSV = re.compile(r'"?AuthorID"?([,;])"?Author"?[,;]"?Date"?[,;]"?Content"?[,;]')
SAID = frozenset({"Default", "Reply", "ThreadStarterMessage", "ChatInputCommand", "0", "19", "20", "21"})
JOINED = frozenset({"GuildMemberJoin", "7"})
PRIVATE = re.compile("Direct")
JOIN_SAID = "Joined the server."
SAID_BY_DISCORD = re.compile(
    r"Pinned a message\.|Started a thread\.|Changed the channel (?:icon\.|name: .*)|Started a call that lasted .*"
    r"|(?:Added|Removed) .* (?:to|from) the group\.|Left the group\."
)
NAMED_FILE = re.compile(r"(?:.* - )?(?P<name>.+?) \[(?P<id>\d{15,20})\](?:[ _]?[\[(]part \d+[\])])?")
PART = re.compile(r"(?:part)?[ _-]?\d+")
SHORT_DATE = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{2,4}) (\d{1,2}):(\d\d)(?: ([AP])M)?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Author(msgspec.Struct):
    id: str | int | None = None
    isBot: bool | None = False


class Message(msgspec.Struct):
    """The fields that are counted; a content is looked at and not kept."""

    id: str | int
    timestamp: str
    type: str | int = "Default"
    author: Author | None = None
    content: msgspec.Raw = NO_TEXT
    stickers: list[Any] | None = None


class Channel(msgspec.Struct):
    id: str | int
    name: str | None = None
    type: str | int | None = None


class Asked(msgspec.Struct):
    after: str | None = None
    before: str | None = None


class Export(msgspec.Struct):
    channel: Channel
    messages: list[Message]
    dateRange: Asked | None = None
    exportedAt: str | None = None


def recognises(start: str) -> bool:
    return bool(JSON.match(start) or CSV.match(start))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, and the joins that Discord announced, of one channel."""
    found = CSV.match(text_head(file.path))
    if found:
        _read_csv(file, found[1], counter, clock, last)
    else:
        _read_json(file, counter, clock, last)


def _read_json(file: ChatFile, counter: ChatCounter, clock: DayClock, last: int) -> None:
    try:
        export = msgspec.json.decode(file.path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=Export)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused("broken_export", name=file.stem or "channel.json") from error
    channel = export.channel
    if PRIVATE.match(str(channel.type or "")):
        raise FileRefused("private_chat")
    group = counter.gathering.group(export_key(channel.id), name_of(channel.name), KIND)
    days = []
    for message in export.messages:
        counter.gathering.count_read()
        if not counter.is_new(group, int(message.id) if str(message.id).isdecimal() else str(message.id)):
            continue
        moment = _moment(message.timestamp, clock, last, 0, counter)
        if moment is None:
            continue
        day, second = moment
        days.append(day)
        if str(message.type) in JOINED:
            _joined(counter, group, day)
        elif str(message.type) in SAID and not (message.author and message.author.isBot):
            sender, text = message.author.id if message.author else None, text_of(message.content)
            counter.told(
                group,
                day,
                second,
                f"discord:{sender}" if sender else "",
                text,
                sticker=bool(message.stickers) and not text,
            )
    asked = export.dateRange or Asked()
    begins, ends = (_bound(text, clock) for text in (asked.after, asked.before or export.exportedAt))
    _cover(counter, group, days, begins, min(ends - 1, last) if ends else None)


def _read_csv(file: ChatFile, delimiter: str, counter: ChatCounter, clock: DayClock, last: int) -> None:
    key, name = _channel(file)
    group = counter.gathering.group(export_key(key), name_of(name), KIND)
    days, bots = [], {}
    for line, cells in rows_of(file.path, delimiter):
        if cells[0] == "AuthorID":
            continue
        counter.gathering.count_read()
        author, shown, stamp, content = [*cells, "", "", "", ""][:4]
        if not author.isdecimal():
            lost = "E+" in author.upper()
            counter.gathering.refuse(line, [("AuthorID", "", "id_lost_digits" if lost else "no_member")])
            continue
        moment = _moment(stamp, clock, last, line, counter)
        if moment is None:
            continue
        day, second = moment
        days.append(day)
        if content == JOIN_SAID:
            _joined(counter, group, day)
        elif not SAID_BY_DISCORD.fullmatch(content):
            if shown not in bots:
                bots[shown] = is_bot(shown)
            if not bots[shown]:
                counter.told(group, day, second, f"discord:{author}", content)
    _cover(counter, group, days, None, None)


def _joined(counter: ChatCounter, group: int, day: int) -> None:
    counter.moved(group, day, joins=1)
    counter.reports[group] = REPORTED


def _cover(counter: ChatCounter, group: int, days: list[int], begins: int | None, ends: int | None) -> None:
    counter.reports.setdefault(group, REPORTED & ~KNOWN["joins"])
    if days:
        first, last = min(*days, begins or days[0], days[0]), max(*days, ends or days[0], days[0])
        counter.gathering.widen(group, date.fromordinal(first), date.fromordinal(last))


def _moment(text: str, clock: DayClock, last: int, line: int, counter: ChatCounter) -> tuple[int, int] | None:
    """The day and second of a moment; refuses the row if there is none or if it lies ahead."""
    short = SHORT_DATE.fullmatch(text)
    try:
        if short and short[2] in MONTHS:  # as the exporter's clock showed it
            year = int(short[3])
            day = date(year + 2000 if year < 100 else year, MONTHS.index(short[2]) + 1, int(short[1])).toordinal()
            second = second_of(day, hour_of(short[4], short[6]), int(short[5]))
        else:
            day, second = clock.moment_of_iso(text)
    except (ValueError, OverflowError):
        counter.gathering.refuse(line, [("Date", text, "bad_date")])
        return None
    if day > last:
        counter.gathering.refuse(line, [("Date", text, "future_date")])
        return None
    return day, second


def _bound(text: str | None, clock: DayClock) -> int | None:
    try:
        return clock.day_of_iso(text) if text else None
    except (ValueError, OverflowError):
        return None


def _channel(file: ChatFile) -> tuple[str, str]:
    """The key and the name of the channel of a CSV file."""
    named = NAMED_FILE.fullmatch(file.stem)
    if named:
        return named["id"], named["name"]
    name = file.folder if PART.fullmatch(file.stem) else file.stem
    if not name:
        raise FileRefused("chat_not_named")
    return name, name
