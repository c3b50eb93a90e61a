"""WhatsApp chat export: a .txt, or a zip of one with what was attached; as iOS and Android write it.

    [28/04/23, 11:02:30 AM] Name: text         iOS; its own lines and attachments carry a U+200E
    28/04/23, 11:02 - Name: text               Android; its own lines have no "Name: "

A message counts for the day that the exporter's phone showed. The order of day and month is inferred over the whole
file (day_order.py); where it cannot be told the file is refused. Joins and leaves come from WhatsApp's own lines in the
languages of whatsapp_words.py; in another language they stay unknown. Messages that were taken back are not counted.
There are no ids: people are told apart by the names that the exporter's phone showed, and that is noted. The chat is
known by its name. It is covered from its first day to its last. A text goes on over lines; what each is worth is told
as for every chat (talk_words.py), but there are no red packets.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

import numpy as np

from groups.sheets.cells import INVISIBLE, export_key, name_of
from groups.sheets.refusal import FileRefused
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.talk import ADVERT, FILLER, HEARD, NOBODY, QUESTION
from lifecycle.sources import whatsapp_words as words
from lifecycle.sources.advert_words import IsAdvert
from lifecycle.sources.chat_file import ChatFile, text_head
from lifecycle.sources.counting import WORTH, ChatCounter, counted
from lifecycle.sources.day_order import order_of, ordinal_of
from lifecycle.sources.days import DAY_SECONDS, DayClock
from lifecycle.sources.gathering import ACT
from lifecycle.sources.line_blocks import blocks_of, first_lines
from lifecycle.sources.talk_words import ends_of, marks_of
from lifecycle.sources.text_bytes import LINK_BYTES, asks, bare_ends, is_special
from lifecycle.sources.whatsapp_heads import ANDROID, IOS, MARK, HeadReader, Heads

KIND = "whatsapp"
SAID = KNOWN["messages"] | KNOWN["speakers"] | WORTH
REPORTED = SAID | KNOWN["joins"] | KNOWN["leaves"]
OF_ITS_OWN = re.compile(f"{MARK}|{'|'.join(words.TAKEN_BACK)}".encode())
# Which bytes such a text can begin with: most texts are passed over after one look.
OPENS = np.isin(np.arange(256), [text.encode()[0] for text in (MARK, *words.TAKEN_BACK)])
TAKEN_BACK = re.compile("|".join(words.TAKEN_BACK))
CUT_NAME = re.compile('.*["“„「«]')  # a line of WhatsApp's own that names a group with a colon in it

Own = Counter[tuple[bytes, str, str]]  # WhatsApp's own lines: date, text, whom iOS shows as sender
WORTHS_KEPT = 50_000
PLACE = np.dtype(
    [("date", "<i4"), ("second", "<i4"), ("name", "<i4"), ("marks", "u1"), ("first", "<u2"), ("last", "<u2")]
)


@dataclass
class Lines:
    """The messages of a file as PLACE rows, whose dates and names are numbers of those as written; lines of its own."""

    dates: list[bytes] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    own: Own = field(default_factory=Counter)
    packed: list[np.ndarray] = field(default_factory=list)
    worths: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)  # short texts come again and again

    def worth(self, text: bytes) -> tuple[int, int, int]:
        """The marks and ends of what a member sent."""
        worth = self.worths.get(text)
        if worth is None:
            said = INVISIBLE.sub("", words.EDITED.sub("", text.decode()))
            if words.STICKER.match(said):
                worth = FILLER, 0, 0
            elif words.SAID.match(said):
                worth = 0, 0, 0
            else:
                worth = marks_of(said), *ends_of(said)
            if len(text) <= LINK_BYTES and len(self.worths) < WORTHS_KEPT:
                self.worths[text] = worth
        return worth


def recognises(start: str) -> bool:
    """Whether one of the first lines is one of WhatsApp's."""
    return _style_of(start) is not None


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages, joins and leaves of one chat. `clock` is not asked: the times are those of a phone."""
    lines = _lines_of(file, counter)
    days = _days(file, lines.dates, counter, last)
    names = [_person(name) for name in lines.names]
    spoken = np.unique(np.concatenate([np.zeros(0, dtype="i4"), *(np.unique(rows["name"]) for rows in lines.packed)]))
    chat = _chat_name(file, lines.own, {names[n] for n in spoken.tolist()})
    group = counter.gathering.group(export_key(chat), chat, KIND)
    if is_advert := counter.gathering.is_advert[group]:  # only now it is known which group this is
        lines.packed = _lines_of(file, counter, is_advert).packed
    numbers = np.full(len(names), NOBODY, dtype="i4")
    for n in spoken.tolist():
        numbers[n] = counter.gathering.member(group, names[n]) if names[n] else NOBODY
    _count(lines, np.array([days.get(stamp, 0) for stamp in lines.dates], dtype="i4"), numbers, group, counter)
    understood = False
    for (stamp, line, _), times in lines.own.items():
        event, people, _ = words.event_of(line)
        understood = understood or bool(event)
        if stamp in days and event in (words.JOIN, words.LEAVE):
            moved = {"joins" if event == words.JOIN else "leaves": people * times}
            counter.moved(group, days[stamp], **moved)
    if not understood:
        counter.reports[group] = SAID
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


def _count(lines: Lines, days: np.ndarray, numbers: np.ndarray, group: int, counter: ChatCounter) -> None:
    """Hand the messages of days that can be counted to the counter; `days` by date, `numbers` by name, as written.

    Piece by piece, and each is let go of: a long chat is not held twice.
    """
    first, people = int(days.min(initial=0)), int(numbers.max(initial=0)) + 2
    keys = [np.zeros(0, dtype="i8")]
    lines.packed.reverse()
    while lines.packed:
        rows = lines.packed.pop()
        rows = rows[days[rows["date"]] > 0]
        heard = np.zeros(len(rows), dtype=HEARD)
        heard["group"], heard["day"], heard["sender"] = group, days[rows["date"]], numbers[rows["name"]]
        heard["second"] = heard["day"].astype("i8") * DAY_SECONDS + rows["second"]
        for name in ("marks", "first", "last"):
            heard[name] = rows[name]
        keys.append((heard["day"].astype("i8") - first) * people + heard["sender"] + 1)
        counter.heard.add_packed(heard)
    said, times = counted(np.concatenate(keys), end=(int(days.max(initial=0)) - first + 1) * people)
    acts = np.zeros(len(said), dtype=ACT)
    day, member = np.divmod(said, people)
    acts["group"], acts["day"], acts["member"], acts["acts"] = group, day + first, member - 1, times
    counter.add_counted(acts)


def _lines_of(file: ChatFile, counter: ChatCounter, is_advert: IsAdvert | None = None) -> Lines:
    """All messages in their order, and WhatsApp's own lines. Only texts that are special become objects."""
    style = _style_of(text_head(file.path)) or IOS
    lines, reader = Lines(), HeadReader(style)
    for block in blocks_of(file.path):
        heads = reader.heads(block)
        counter.gathering.count_read(0 if is_advert else len(heads.starts))
        lines.dates, lines.names = reader.dates.written(), reader.names.written()
        rows = np.zeros(len(heads.starts), dtype=PLACE)
        rows["date"], rows["second"], rows["name"] = heads.date, heads.second, heads.name
        said = _told(rows, heads, block, style, lines)
        if is_advert:
            places = zip(heads.starts.tolist(), heads.ends.tolist(), strict=True)
            adverts = [is_advert(INVISIBLE.sub("", block[start:end].decode())) for start, end in places]
            rows["marks"] |= np.where(adverts, ADVERT, 0).astype("u1")
        lines.packed.append(rows[said])
    if style == ANDROID:
        cut = [n for n, name in enumerate(lines.names) if _is_cut(name)]
        if cut:
            lines.packed = [rows[~np.isin(rows["name"], cut)] for rows in lines.packed]
    return lines


def _told(rows: np.ndarray, heads: Heads, block: bytes, style: str, lines: Lines) -> np.ndarray:
    """Mark the rows by their texts; which of them are messages, the others are WhatsApp's own or were taken back."""
    at, starts, whole_ends = heads.at, heads.starts, heads.ends
    ends = bare_ends(at, starts, whole_ends)
    rows["marks"] = np.where(asks(at, ends), QUESTION, 0)
    said = rows["name"] >= 0
    special = is_special(at, starts, ends) | ~said | (at[ends - 1] == ord(">"))
    opens = np.flatnonzero(OPENS[at[starts]] & ~special).tolist()
    special[[n for n in opens if OF_ITS_OWN.match(block, starts[n])]] = True
    for n in np.flatnonzero(special).tolist():
        name = lines.names[rows["name"][n]] if said[n] else None
        text = block[starts[n] : whole_ends[n]]
        marked = bool(OF_ITS_OWN.match(text))
        line = _plain(text) if marked or name is None else ""
        if name is not None and marked and TAKEN_BACK.match(line):
            said[n] = False
        elif name is None or (marked and not (style == ANDROID or heads.marked[n] or words.SAID.match(line))):
            lines.own[lines.dates[rows["date"][n]], line, _person(name or b"")] += 1
            said[n] = False
        else:
            rows["marks"][n], rows["first"][n], rows["last"][n] = lines.worth(text)
    return said


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
