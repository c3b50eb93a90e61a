"""WhatsApp chat export: a .txt, or a zip of one with what was attached; as iOS and Android write it.

    [28/04/23, 11:02:30 AM] Name: text         iOS; its own lines and attachments carry a U+200E
    28/04/23, 11:02 - Name: text               Android; its own lines have no "Name: "

A message counts for the day that the exporter's phone showed. The order of day and month is inferred over the whole
file (day_order.py); where it cannot be told the file is refused. Joins and leaves come from WhatsApp's own lines in the
languages of whatsapp_words.py; in another language they stay unknown. Messages that were taken back are not counted.
There are no ids: people are told apart by the names that the exporter's phone showed, and that is noted. The chat is
known by its name. It is covered from its first day to its last.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import PurePosixPath

from groups.sheets.cells import INVISIBLE, export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.sources import whatsapp_words as words
from lifecycle.sources.chat_file import ChatFile, text_head
from lifecycle.sources.counting import ChatCounter
from lifecycle.sources.day_order import order_of, ordinal_of
from lifecycle.sources.days import DayClock
from lifecycle.sources.line_blocks import blocks_of, first_lines

KIND = "whatsapp"
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | KNOWN["joins"] | KNOWN["leaves"]
MARK = "\u200e"
DATE = r"\d+[./-] ?\d+[./-] ?\d+"
TIME = r"\d+[:.][\d:.]++"
IOS = rf"((?:{MARK})?+)\[({DATE})[^\d\]\n]{{1,20}}+{TIME}[^\d\]\n]{{0,16}}+\] "
ANDROID = rf"((?:{MARK})?+)({DATE})[^\d\n-]{{1,20}}+{TIME}[^\d\n-]{{0,16}}+(?<= )- "
# What a special text can begin with, as bytes: most texts are passed over after one look.
FIRST = "".join(rf"\x{byte:02x}" for byte in sorted({text.encode()[0] for text in (MARK, *words.TAKEN_BACK)}))
NAME = r"[^:\n]*+(?::(?! )[^:\n]*+)*+"
REST = rf"(?:({NAME}): ((?=[{FIRST}])(?:{MARK}|{'|'.join(words.TAKEN_BACK)}).*)?|(.*))"
TAKEN_BACK = re.compile("|".join(words.TAKEN_BACK))
CUT_NAME = re.compile('.*["“„「«]')  # a line of WhatsApp's own that names a group with a colon in it

Said = dict[bytes, dict[bytes, int]]  # messages by date and sender as written
Own = Counter[tuple[bytes, str, str]]  # WhatsApp's own lines: date, text, whom iOS shows as sender


def recognises(start: str) -> bool:
    """Whether one of the first lines is one of WhatsApp's."""
    return _style_of(start) is not None


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, joins and leaves of one chat. `clock` is not asked: the times are those of a phone."""
    stamps, said, own = _counted(file, counter)
    days = _days(file, stamps, counter, last)
    names = {name: _person(name) for name in {name for by_name in said.values() for name in by_name}}
    chat = _chat_name(file, own, set(names.values()))
    group = counter.gathering.group(export_key(chat), chat, KIND)
    numbers = {name: counter.gathering.member(group, person) if person else -1 for name, person in names.items()}
    for stamp, by_name in said.items():
        if stamp in days and by_name:
            counter.tally(group, days[stamp], by_name, numbers)
    understood = False
    for (stamp, line, _), times in own.items():
        event, people, _ = words.event_of(line)
        understood = understood or bool(event)
        if stamp in days and event in (words.JOIN, words.LEAVE):
            moved = {"joins" if event == words.JOIN else "leaves": people * times}
            counter.moved(group, days[stamp], **moved)
    if not understood:
        counter.reports[group] = KNOWN["messages"] | KNOWN["speakers"]
        counter.gathering.note("own_lines_not_understood")
    counter.gathering.members_are_per_group = True
    counter.gathering.note("names_only")
    if days:
        counter.gathering.widen(group, date.fromordinal(min(days.values())), date.fromordinal(max(days.values())))


def _style_of(start: str) -> str | None:
    for line in start.split("\n")[:5]:
        for style in (IOS, ANDROID):
            if re.match(style, line):
                return style
    return None


def _counted(file: ChatFile, counter: ChatCounter) -> tuple[list[bytes], Said, Own]:
    """All dates in their order, messages and WhatsApp's own lines.

    Lines are counted while they are found; only those that are special become objects that last.
    """
    style = _style_of(text_head(file.path)) or IOS
    pattern = re.compile(f"\n{style}{REST}".encode())
    said: Said = {}
    special: Counter[tuple[bytes, ...]] = Counter()
    for block in blocks_of(file.path):
        lines = pattern.findall(block)
        counter.gathering.count_read(len(lines))
        for line in lines:
            by_name = said.get(line[1])
            if by_name is None:
                by_name = said[line[1]] = {}
            if line[3] or line[4]:
                special[line] += 1
            else:
                by_name[line[2]] = by_name.get(line[2], 0) + 1
    if style == ANDROID:
        for name in {name for by_name in said.values() for name in by_name}:
            if _is_cut(name):
                for by_name in said.values():
                    by_name.pop(name, None)
    return list(said), said, _own_lines(special, said, style)


def _own_lines(special: Counter[tuple[bytes, ...]], said: Said, style: str) -> Own:
    """WhatsApp's own among the special lines; what members sent is added to the messages."""
    own: Own = Counter()
    for (mark, stamp, name, marked, whole), times in special.items():
        line = _plain(marked or whole)
        if marked and TAKEN_BACK.match(line):
            continue
        if marked and (style == ANDROID or mark or words.SAID.match(line)):
            said[stamp][name] = said[stamp].get(name, 0) + times
        else:
            own[stamp, line, _person(name)] += times
    return own


def _is_cut(name: bytes) -> bool:
    text = _plain(name)
    return bool(CUT_NAME.match(text)) and words.event_of(f'{text}x"')[0] == words.NAMED


def _plain(line: bytes) -> str:
    """A line without marks of direction and with plain blanks."""
    return INVISIBLE.sub("", " ".join(line.decode().split()))


def _person(name: bytes) -> str:
    return _plain(name).removeprefix("~").lstrip()


def _days(file: ChatFile, stamps: list[bytes], counter: ChatCounter, last: int) -> dict[bytes, int]:
    """The day of each date as written; refuses those that are none or lie ahead, by their first line."""
    texts = [stamp.decode() for stamp in stamps]
    if not texts:
        raise FileRefused("no_messages")
    order = order_of(texts, last)
    if order is None:
        raise FileRefused("which_day_order", date=texts[0])
    days = {stamp: ordinal_of(text, order) for stamp, text in zip(stamps, texts, strict=True)}
    bad = {
        stamp: "bad_date" if day is None else "future_date" for stamp, day in days.items() if day is None or day > last
    }
    for line, stamp in first_lines(file.path, set(bad)):
        counter.gathering.refuse(line, [("", stamp.decode(), bad[stamp])])
    return {stamp: day for stamp, day in days.items() if day is not None and day <= last}


def _chat_name(file: ChatFile, own: Own, speakers: set[str]) -> str:
    """The name of the group: of an Android file, of what iOS shows as sender of its first line, or the last given."""
    told = ""
    for _, line, sender in own:
        event, _, name = words.event_of(line)
        if event == words.ENCRYPTED and sender:
            told = sender
            break
        told = name if event == words.NAMED else told
    path = PurePosixPath(file.origin)
    named = words.NAMED_FILES.fullmatch(path.name) or words.NAMED_FILES.fullmatch(path.parent.name)
    by_file = (named["name"] or named["named"]) if named else ("" if file.stem == "_chat" else file.stem)
    chat = name_of(told if path.stem == "_chat" else (named and by_file) or told or by_file) or name_of(by_file)
    if not chat:
        raise FileRefused("chat_not_named")
    if chat in speakers:
        raise FileRefused("private_chat")
    return chat
