"""QQ's message manager, text: one chat or all of them, in UTF-8, GB18030 or UTF-16.

    消息记录（此消息记录为文本格式，不支持重新导入）
    ================================================================
    消息分组:我的群聊
    ================================================================
    消息对象:宝妈A群
    ================================================================

    2026-09-01 12:00:00 【管理员】小红(10001234)
    text, over any number of lines

Chats of the lists of friends are left out. Members are known by the number in brackets or the address in <>, else by
name, which is noted. Joins and leaves come from what QQ itself says as 系统消息; they are known for a group in which
one is told. Times are those of the exporting machine. A group is covered from its first message to its last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from groups.sheets.cells import export_key, name_of
from groups.sheets.encodings import encoding_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.chat_file import ChatFile
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock, hour_of, second_of

KIND = "qq"
SAID = KNOWN["messages"] | KNOWN["speakers"] | WORTH | KNOWN["incentivised"]
JOINS, LEAVES = KNOWN["joins"], KNOWN["leaves"]
REPORTED = SAID | JOINS | LEAVES
START = re.compile(r"消息记录[（(]|={10,}\s*消息分组[:：]|消息(?:分组|对象)[:：]")
ABOUT = re.compile(r"消息(分组|对象)[:：](.*)")
GROUPS = re.compile("群|讨论组|多人聊天")
HEAD = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,2}):(\d\d):(\d\d)(?: ([AP])M)? (.+)")
RED_PACKET = re.compile(r"\s*\[(?:QQ)?红包\]")
NUMBERED = re.compile(r"(.*)\((\d{5,12})\)|(.*)<([^<>]+@[^<>]+)>")
SYSTEM = frozenset({"10000", "1000000"})
CAME = re.compile(r".*(?:加入了?(?:本群|群聊|该群)|进入了?本群|joined the group).*")
WENT = re.compile(r".*(?:退出了?(?:本群|群聊|该群)|离开了?本群|(?:移|踢)出了?(?:本群|群聊|该群)|left the group).*")
LONGEST = 500  # a line of QQ's own is short
TEXT_LOOKED_AT = 500  # characters of a message


@dataclass
class Place:
    """The chat and the message that the lines being read belong to."""

    is_group: bool = True
    key: str = ""
    name: str = ""
    group: int = -1
    own_day: int | None = None  # the day of a line of QQ's own that follows
    said: tuple[int, int, str] | None = None  # day, second and sender of the message whose text follows
    text: str = ""


def recognises(start: str) -> bool:
    return bool(START.match(start))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, joins and leaves of every group in a file."""
    place, private = Place(key=file.stem, name=file.stem), 0
    days: dict[str, int | None] = {}
    with file.path.open(encoding=encoding_of(file.path), errors="strict") as lines:
        for number, line in enumerate(lines, start=1):
            about = ABOUT.match(line)
            if about:
                _end_message(counter, place)
                _turn_to(place, about[1], about[2].strip())
                continue
            head = HEAD.match(line)
            if head is None:
                if place.own_day is not None and line.strip():
                    _own_line(counter, place, line)
                elif place.said and len(place.text) < TEXT_LOOKED_AT:
                    place.text += line[:TEXT_LOOKED_AT]
                continue
            _end_message(counter, place)
            place.own_day = None
            if not place.is_group:
                private += 1
                continue
            counter.gathering.count_read()
            stamp = head[1]
            if stamp not in days:
                days[stamp] = _ordinal(stamp)
            day = days[stamp]
            if day is None or day > last:
                counter.gathering.refuse(number, [("", stamp, "bad_date" if day is None else "future_date")])
                continue
            second = second_of(day, hour_of(head[2], head[5]), int(head[3]), int(head[4]))
            _message(counter, place, day, second, head[6])
    _end_message(counter, place)
    if private and not counter.totals:
        raise FileRefused("private_chat")


def _turn_to(place: Place, which: str, name: str) -> None:
    """Another list of chats, or another chat, begins."""
    place.own_day, place.group = None, -1
    if which == "分组":
        place.is_group = bool(GROUPS.search(name))
    else:
        numbered = NUMBERED.fullmatch(name)
        place.name = name_of(numbered[1] if numbered and numbered[2] else name)
        place.key = numbered[2] if numbered and numbered[2] else place.name


def _message(counter: ChatCounter, place: Place, day: int, second: int, shown: str) -> None:
    gathering = counter.gathering
    if place.group < 0:
        if not place.key:
            raise FileRefused("chat_not_named")
        place.group = gathering.group(export_key(place.key), place.name, KIND)
        counter.reports.setdefault(place.group, SAID)
    gathering.widen(place.group, date.fromordinal(day), date.fromordinal(day))
    numbered = NUMBERED.fullmatch(shown.strip())
    number = (numbered[2] or numbered[4]) if numbered else ""
    if number in SYSTEM:
        place.own_day = day
    elif number:
        place.said, place.text = (day, second, f"qq:{number}"), ""
    else:
        gathering.note("names_only")
        place.said, place.text = (day, second, f"qq-name:{place.key}:{shown.strip()}"), ""


def _end_message(counter: ChatCounter, place: Place) -> None:
    """Count the message whose text ends here; a red packet is none."""
    if place.said is None:
        return
    day, second, sender = place.said
    if RED_PACKET.match(place.text):
        counter.red_packet(place.group, day, second)
    else:
        counter.told(place.group, day, second, sender, place.text)
    place.said, place.text = None, ""


def _own_line(counter: ChatCounter, place: Place, line: str) -> None:
    if len(line) > LONGEST or place.own_day is None:
        return
    came, went = bool(CAME.match(line)), bool(WENT.match(line))
    if came or went:
        counter.moved(place.group, place.own_day, joins=int(came), leaves=int(went and not came))
        counter.reports[place.group] |= JOINS if came else LEAVES


def _ordinal(stamp: str) -> int | None:
    try:
        return date.fromisoformat(stamp).toordinal()
    except ValueError:
        return None
