"""WeChat groups as files that people bring: chatlog's CSV and JSON, and the older CSV of WeChatMsg.

    Time,SenderName,Sender,TalkerName,Talker,Content                          chatlog, one row a message
    [{"seq", "time", "talker", "sender", "type", "subType", "content", ...}]  chatlog
    localId,TalkerId,Type,SubType,IsSender,CreateTime,...,Sender              WeChatMsg, one group a file

Only groups are counted (a talker that ends in @chatroom). Of WeChat's own lines those that tell of joins and leaves
count; a leave is shown to few, so leaves are known only for a group in which one is told. Red packets and transfers
(49/2001, 49/2000) are no messages. In WeChatMsg a talker is a number that means nothing elsewhere: the group is known
by the name of the file. A comma that was not quoted does no harm as long as sender and group can be told. A group is
covered from its first message to its last.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import msgspec
import numpy as np

from groups.sheets.cells import export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.talk import NOBODY
from lifecycle.sources.chat_file import ChatFile, text_head
from lifecycle.sources.chat_rows import rows_of
from lifecycle.sources.counting import WORTH, ChatCounter, differs, summed
from lifecycle.sources.days import DAY_SECONDS, DayClock
from lifecycle.sources.line_blocks import first_lines
from lifecycle.sources.wechat_csv import KIND, SYSTEM, Table, bare, number_of, stamp_of, table_of
from lifecycle.sources.wechat_lines import moves_of

REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"] | WORTH | KNOWN["incentivised"]
CHATLOG_CSV = re.compile(r'"?Time"?,"?SenderName"?,"?Sender"?,"?TalkerName"?,"?Talker"?,"?Content"?\r?\n')
CHATLOG_JSON = re.compile(r'\[\s*\{[^{}]{0,300}"talker"\s*:')
WECHATMSG_CSV = re.compile(r'"?localId"?,"?TalkerId"?,"?Type"?,"?SubType"?,"?IsSender"?,"?CreateTime"?,')
OWN_LINES = frozenset({10000, 10002})
NO_MESSAGE = frozenset({37, 40, 50, 51, 52, 53, 62, 9999})  # requests, calls, notices of state
RED_PACKETS = frozenset({2001, 2003})
PAYMENTS = RED_PACKETS | {2000}
TEXT, STICKER = 1, 47
APP = 49


class Message(msgspec.Struct):
    """What is counted; a content is decoded only if it is a text or a line of WeChat's own."""

    time: str
    talker: str
    talkerName: str | None = None
    sender: str | None = None
    type: int = 1
    subType: int = 0
    content: msgspec.Raw = msgspec.Raw(b'""')


def recognises(start: str) -> bool:
    return any(shape.match(start) for shape in (CHATLOG_CSV, CHATLOG_JSON, WECHATMSG_CSV))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, joins and leaves of every group in a file."""
    start = text_head(file.path)
    if CHATLOG_CSV.match(start):
        _read_csv(file, counter, last)
    elif CHATLOG_JSON.match(start):
        _read_json(file, counter, clock, last)
    else:
        _read_wechatmsg(file, counter, clock, last)


def _read_csv(file: ChatFile, counter: ChatCounter, last: int) -> None:
    table = table_of(file.path, counter.gathering)
    days, members = _count(file, table, counter, last)
    _hear(table, days, members, counter)
    for (stamp, talker, line), times in table.own.items():
        day = days.get(number_of(stamp))
        if day is not None and talker.endswith(b"@chatroom"):
            _own_line(counter, _group(counter, talker.decode(), "", day), day, bare(line), times)


def _count(
    file: ChatFile, table: Table, counter: ChatCounter, last: int
) -> tuple[dict[int, int], dict[int, np.ndarray]]:
    """Count what was said. Returns the days by date as written, without those that are refused, and by group the
    numbers of its members; group and member as places in the words of the table."""
    spoken, words, gathering = table.spoken(), table.words.written(), counter.gathering
    days = {shown: _ordinal(stamp_of(shown).decode()) for shown in np.unique(spoken["day"]).tolist()}
    bad = {stamp_of(shown): day for shown, day in days.items() if day is None or day > last}
    for line, stamp in first_lines(file.path, set(bad)):
        gathering.refuse(line, [("Time", stamp.decode(), "bad_date" if bad[stamp] is None else "future_date")])
    days = {shown: day for shown, day in days.items() if day is not None and day <= last}
    members: dict[int, np.ndarray] = {}
    for rows in _groups_of(spoken[_by_number(days, spoken["day"]) > 0]):
        talker = words[rows["group"][0]]
        if not talker.endswith(b"@chatroom"):
            continue
        name = bare(table.names[talker])
        for shown in np.unique(rows["day"]).tolist():
            group = _group(counter, talker.decode(), name, days[shown])
        number = members[int(rows["group"][0])] = np.full(len(words) + 1, NOBODY, dtype="i4")  # the last is nobody's
        for sender in np.unique(rows["member"]).tolist():
            if sender != NOBODY:
                number[sender] = gathering.member(group, f"wechat:{words[sender].decode()}")
        said = rows[rows["member"] != NOBODY]
        said["day"], said["member"], said["group"] = _by_number(days, said["day"]), number[said["member"]], group
        counter.add_counted(summed([said]))
    return days, members


def _hear(table: Table, days: dict[int, int], members: dict[int, np.ndarray], counter: ChatCounter) -> None:
    """What each message is worth, with the numbers of groups and members; those of days that were refused are none."""
    heard, words = table.all_heard(), table.words.written()
    day = _by_number(days, heard["day"])
    heard["second"] += day * DAY_SECONDS
    heard["day"] = day
    for rows in _groups_of(heard):
        number = members.get(int(rows["group"][0]))
        if number is None:
            rows["day"] = 0
            continue
        talker = words[rows["group"][0]]
        rows["sender"] = number[rows["sender"]]
        rows["group"] = counter.gathering.group(export_key(talker.decode()), "", KIND)
    counter.heard.add_packed(heard if (heard["day"] > 0).all() else heard[heard["day"] > 0])


def _groups_of(rows: np.ndarray) -> list[np.ndarray]:
    """The rows of each group, as they lie: they are ordered by it."""
    return np.split(rows, np.flatnonzero(np.diff(rows["group"])) + 1) if len(rows) else []


def _by_number(days: dict[int, int], shown: np.ndarray) -> np.ndarray:
    """The day of each date that is written as a number, 0 for those that were refused. Equal dates come in runs."""
    starts = np.flatnonzero(differs(shown))
    found = [days.get(number, 0) for number in shown[starts].tolist()]
    return np.repeat(np.array(found, dtype="i8"), np.diff(starts, append=len(shown)))


def _read_json(file: ChatFile, counter: ChatCounter, clock: DayClock, last: int) -> None:
    try:
        messages: Any = msgspec.json.decode(file.path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=list[Message])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused("broken_export", name=file.stem or "chatlog.json") from error
    for message in messages:
        counter.gathering.count_read()
        if not message.talker.endswith("@chatroom"):
            continue
        try:
            day, second = clock.moment_of_iso(message.time)
        except (ValueError, OverflowError):
            counter.gathering.refuse(0, [("time", message.time, "bad_date")])
            continue
        if day > last:
            counter.gathering.refuse(0, [("time", message.time, "future_date")])
            continue
        group = _group(counter, message.talker, message.talkerName or "", day)
        if message.type in OWN_LINES or message.sender == SYSTEM:
            _own_line(counter, group, day, _text(message.content))
        else:
            text = _text(message.content) if message.type == TEXT else ""
            _said(counter, group, (day, second), message.type, message.subType, message.sender or "", text)


def _read_wechatmsg(file: ChatFile, counter: ChatCounter, clock: DayClock, last: int) -> None:
    if not file.stem:
        raise FileRefused("chat_not_named")
    talkers: Counter[str] = Counter()
    group = counter.gathering.group(export_key(file.stem), file.stem, KIND)
    for line, cells in rows_of(file.path, ","):
        if cells[0].lstrip("\ufeff") == "localId":
            if "Sender" not in cells:
                raise FileRefused("no_sender_column")
            continue
        counter.gathering.count_read()
        if len(cells) < 12:
            counter.gathering.refuse(line, [("", len(cells), "row_cut")])
            continue
        talkers[cells[1]] += 1
        if len(talkers) > 1:
            raise FileRefused("several_chats")
        try:
            kind, part, second = int(cells[2]), int(cells[3] or 0), int(cells[5])
            day = clock.day_of(second)
        except (ValueError, OverflowError, OSError):
            counter.gathering.refuse(line, [("CreateTime", cells[5], "bad_date")])
            continue
        if day > last:
            counter.gathering.refuse(line, [("CreateTime", cells[5], "future_date")])
            continue
        counter.gathering.widen(group, date.fromordinal(day), date.fromordinal(day))
        if kind in OWN_LINES:
            _own_line(counter, group, day, cells[7])
        else:  # commas that were not quoted stand in the text before the sender, which is the last cell
            sender, text = cells[-1] or ("self" if cells[4] == "1" else ""), cells[7] if kind == TEXT else ""
            _said(counter, group, (day, second), kind, part, sender, text)
    counter.reports.setdefault(group, REPORTED & ~KNOWN["leaves"])


def _group(counter: ChatCounter, talker: str, name: str, day: int) -> int:
    group = counter.gathering.group(export_key(talker), name_of(name), KIND)
    counter.gathering.widen(group, date.fromordinal(day), date.fromordinal(day))
    counter.reports.setdefault(group, REPORTED & ~KNOWN["leaves"])
    return group


def _said(
    counter: ChatCounter, group: int, moment: tuple[int, int], kind: int, part: int, sender: str, text: str
) -> None:
    if kind == APP and part in RED_PACKETS:
        counter.red_packet(group, *moment)
    elif kind not in NO_MESSAGE and not (kind == APP and part in PAYMENTS):
        counter.told(group, *moment, f"wechat:{sender}" if sender else "", text, sticker=kind == STICKER)


def _own_line(counter: ChatCounter, group: int, day: int, line: str, times: int = 1) -> None:
    came, went = moves_of(line)
    if came or went:
        counter.moved(group, day, joins=came * times, leaves=went * times)
    if went:
        counter.reports[group] = REPORTED


def _text(content: msgspec.Raw) -> str:
    try:
        text = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return text if isinstance(text, str) else ""


def _ordinal(stamp: str) -> int | None:
    try:
        return date.fromisoformat(stamp).toordinal()
    except ValueError:
        return None
