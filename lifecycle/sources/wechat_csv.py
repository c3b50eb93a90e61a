"""Finds the rows of chatlog's CSV: plain ones by NumPy, others by a pattern, and those that are not regular one by one.

csv.reader would make an object of every text. Here a text is passed over; only the lines of WeChat's own are kept.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from groups.sheets.cells import export_key
from groups.sheets.encodings import encoding_of
from lifecycle.rules.talk import ADVERT, HEARD, NOBODY, QUESTION, RED_PACKET
from lifecycle.sources.advert_words import IsAdvert
from lifecycle.sources.cell_numbers import CellNumbers
from lifecycle.sources.counting import counted, differs, summed
from lifecycle.sources.days import second_of
from lifecycle.sources.gathering import ACT, Gathering
from lifecycle.sources.line_blocks import row_blocks_of
from lifecycle.sources.talk_words import ends_of, marks_of
from lifecycle.sources.text_bytes import LINK_BYTES
from lifecycle.sources.wechat_rows import Plain, plain_rows

KIND = "wechat"
SYSTEM = "系统消息"
CELL = r'(?:[^,"\n]*+|"[^"]*+(?:""[^"]*+)*+")'
WORD = r'"?+([^,"\n]++)"?+'
PAID = r'(?="?+(\[(?:微信)?(?:红包|转账)))'
STAMP = r'"?+(\d{4}-\d\d-\d\d)[ T]([^,\n]*+)'
OWN = f'"?+({SYSTEM}|)"?+,({CELL}),{WORD},({CELL})'
SAID = rf"{WORD},({CELL}),{WORD},(?:{PAID}|)({CELL})"
# Either a regular row, or whatever stands up to the end of the line.
ROW = re.compile(rf"\n(?:{STAMP},{CELL},(?:{OWN}|{SAID})\r?(?=\n|\Z)|([^\n]*+))".encode())
LONGEST = 1 << 16  # of a row that is not regular
HEADER = re.compile(rb'"?Time"?,"?SenderName"?,')
PAYMENT = re.compile(PAID.removeprefix("(?=").removesuffix(")").encode())
RED_PACKET_SAID = "红包".encode()
TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?")
WORTHS_KEPT = 50_000  # short texts come again and again
DAY = re.compile(r"\d{4}-\d\d-\d\d(?= |T)")
GROUP = re.compile(r"\S+@chatroom")
PERSON = re.compile(r"wxid_\w+|[A-Za-z][\w-]{5,19}")


@dataclass
class Table:
    """What the rows say, cells as written: messages by day, group and sender, and WeChat's own lines.

    `heard` holds HEARD rows: the day as yyyymmdd, the second of that day, group and sender as places in `words`.
    Transfers are none of them. Those of `plain` are not in `said`.
    """

    is_advert: Callable[[bytes], IsAdvert | None]  # by the group as written, where a list says what is one
    said: dict[tuple[bytes, bytes], dict[bytes, int]] = field(default_factory=dict)
    names: dict[bytes, bytes] = field(default_factory=dict)
    own: Counter[tuple[bytes, bytes, bytes]] = field(default_factory=Counter)
    words: CellNumbers = field(default_factory=CellNumbers)
    plain: list[np.ndarray] = field(default_factory=list)
    heard: list[tuple[int, ...]] = field(default_factory=list)
    worths: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)

    def hear(self, stamp: bytes, time: bytes, sender: bytes, group: bytes, text: bytes) -> None:
        """A message, or without a sender a payment."""
        shown = TIME.match(time.decode())
        second = second_of(0, int(shown[1]), int(shown[2]), int(shown[3] or 0)) if shown else 0
        place = self.words.number(group)
        if sender:
            who = self.words.number(sender)
            marks, first, last = self._worth(text)
            is_advert = self.is_advert(group)
            if is_advert and is_advert(text.decode()):
                marks |= ADVERT
            self.heard.append((place, number_of(stamp), second, who, marks, first, last))
        elif RED_PACKET_SAID in text[:32]:
            self.heard.append((place, number_of(stamp), second, NOBODY, RED_PACKET, 0, 0))

    def _worth(self, text: bytes) -> tuple[int, int, int]:
        worth = self.worths.get(text)
        if worth is None:
            said = text.decode()
            worth = marks_of(said), *ends_of(said)
            if len(text) <= LINK_BYTES and len(self.worths) < WORTHS_KEPT:
                self.worths[text] = worth
        return worth

    def add(self, stamp: bytes, sender: bytes, name: bytes, group: bytes) -> None:
        by_sender = self.said.get((stamp, group))
        if by_sender is None:
            by_sender = self.said[stamp, group] = {}
            self.names[group] = name
        if sender:
            by_sender[sender] = by_sender.get(sender, 0) + 1

    def add_plain(self, plain: Plain) -> None:
        rows = np.zeros(len(plain.date), dtype=HEARD)
        rows["day"], rows["second"] = plain.date, plain.second
        rows["marks"] = np.where(plain.asks, QUESTION, 0)
        rows["group"], rows["sender"] = plain.group, plain.sender
        for row, text in plain.texts:
            if PAYMENT.match(text):
                rows["sender"][row], rows["marks"][row] = NOBODY, RED_PACKET if RED_PACKET_SAID in text[:32] else 0
            else:
                rows["marks"][row], rows["first"][row], rows["last"][row] = self._worth(text)
        written = self.words.written()
        self.names.update({written[group]: name for group, name in plain.names.items()})
        self.plain.append(rows)

    def spoken(self) -> np.ndarray:
        """ACT rows, ordered and each once: group and member as places in `words`, day as yyyymmdd. NOBODY stands for
        what is no message, so that each group and day of the file is there."""
        rows = [
            (self.words.number(group), number_of(stamp), self.words.number(sender) if sender else NOBODY, times)
            for (stamp, group), by_sender in self.said.items()
            for sender, times in {b"": 0, **by_sender}.items()
        ]
        one_by_one = np.zeros(len(rows), dtype=ACT)
        for n, name in enumerate(("group", "day", "member", "acts")):
            one_by_one[name] = [row[n] for row in rows]
        return summed([one_by_one, *self._counted()])

    def _counted(self) -> list[np.ndarray]:
        if not self.plain:
            return []
        rows = np.concatenate(self.plain)
        self.plain = [rows]
        senders = len(self.words.numbers) + 1
        dates = np.unique(rows["day"][differs(rows["day"])])
        # One number for group, date and sender, in this order: files are far too small for it to overflow.
        keys, times = counted(
            (rows["group"].astype("i8") * len(dates) + np.searchsorted(dates, rows["day"])) * senders
            + (rows["sender"] + 1),
            end=(int(rows["group"].max()) + 1) * len(dates) * senders,
        )
        said = np.zeros(len(keys), dtype=ACT)
        spoken, sender = np.divmod(keys, senders)
        said["group"], date = np.divmod(spoken, len(dates))
        said["day"], said["member"], said["acts"] = dates[date], sender - 1, times
        return [said]

    def all_heard(self) -> np.ndarray:
        """Every message and red packet, as above; they are let go of. Of one second red packets come first, then what
        differs in an order of its own: that of the file is not known once plain rows were counted apart."""
        pieces = [np.array(self.heard, dtype=HEARD), *self.plain]
        rows = pieces[-1] if len(pieces) == 2 and not self.heard else np.concatenate(pieces)
        self.heard, self.plain = [], []
        transfers = (rows["sender"] == NOBODY) & (rows["marks"] != RED_PACKET)
        if transfers.any():
            rows = rows[~transfers]
        # One number for group, day and second, in this order: files are far too small for it to overflow.
        moment = (rows["group"].astype("i8") * 10**8 + rows["day"]) * (1 << 19) + rows["second"]
        step = np.diff(moment)
        if (step < 0).any():
            order = np.argsort(moment, kind="stable")
            rows, step = rows[order], np.diff(moment[order])
        same = np.zeros(len(rows) + 1, dtype=bool)
        same[1:-1] = step == 0
        at = np.flatnonzero(same[:-1] | same[1:])
        words = self.words.written()
        rank = np.zeros(len(words) + 1, dtype="i4")  # the last one is that of nobody
        if len(at):
            rank[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
        tied = rows[at]
        by = rank[tied["sender"]], tied["last"], tied["first"], tied["marks"], tied["marks"] != RED_PACKET
        rows[at] = tied[np.lexsort((*by, tied["second"], tied["day"], tied["group"]))]
        return rows


def table_of(path: Path, gathering: Gathering) -> Table:
    """Count the rows of a file; those that cannot be understood are refused with their line."""
    adverts = cache(lambda group: gathering.adverts.of(KIND, export_key(group.decode())))
    table, before = Table(adverts), 0
    for block in row_blocks_of(path, encoding_of(path)):
        plain = None if gathering.adverts.by_group else plain_rows(block, table.words)  # which passes over the texts
        has_odd, rows = _others(plain.others if plain else block)
        if plain and has_odd and any(b'"' in row[11] for row in rows):
            # Quotation marks that do not pair: where rows begin is not as it seemed.
            plain, (has_odd, rows) = None, _others(block)
        gathering.count_read(len(rows) + (len(plain.date) if plain else 0))
        for stamp, time, _, own_name, own_group, own, sender, name, group, paid, text, _odd in rows:
            if sender:
                table.add(stamp, b"" if paid else sender, name, group)
                table.hear(stamp, time, b"" if paid else sender, group, _unquoted(text))
            elif stamp:
                table.add(stamp, b"", own_name, own_group)
                table.own[stamp, own_group, own] += 1
        if plain:
            table.add_plain(plain)
        if has_odd:
            _add_odd_rows(block, before, table, gathering)
        before += plain.lines if plain else block.count(b"\n")
    return table


def _others(text: bytes) -> tuple[bool, list[tuple[bytes, ...]]]:
    """The rows of a text by the pattern, and whether one of them is not regular."""
    rows = ROW.findall(text)
    return any(row[11] and not HEADER.match(row[11]) for row in rows), rows


def _add_odd_rows(block: bytes, before: int, table: Table, gathering: Gathering) -> None:
    """Rows that are not regular, one by one: the place of each in the file must be told."""
    line, counted = before, 0
    for row in ROW.finditer(block):
        if row[12] and row[12].strip() and not HEADER.match(row[12]):
            line += block.count(b"\n", counted, row.start() + 1)
            counted = row.start() + 1
            _add_odd_row(line, row[12].decode(), table, gathering)


def _add_odd_row(line: int, text: str, table: Table, gathering: Gathering) -> None:
    """With commas that were not quoted: taken if its day, group and sender can still be told."""
    cells = next(csv.reader([text[:LONGEST].replace("\r", " ").rstrip()]), [""])
    day = DAY.match(cells[0])
    at = next((place for place, cell in enumerate(cells) if place > 3 and GROUP.fullmatch(cell)), 0)
    if not day or len(cells) < 6:
        gathering.refuse(line, [("", len(cells), "row_cut")])
        return
    if not at:
        return  # a chat of two people
    senders = [cells[2]] if at == 4 else [cell for cell in cells[2 : at - 1] if PERSON.fullmatch(cell)]
    if not senders:
        gathering.refuse(line, [("", len(cells), "too_many_cells")])
        return
    content = ",".join(cells[at + 1 :])
    is_own = senders[0] in ("", SYSTEM)
    stamp, group = day[0].encode(), cells[at].encode()
    is_said = not is_own and not content.startswith(("[红包", "[转账", "[微信红包", "[微信转账"))
    sender = senders[0].encode() if is_said else b""
    table.add(stamp, sender, cells[at - 1].encode(), group)
    if not is_own:
        table.hear(stamp, cells[0][11:].encode(), sender, group, content.encode())
    else:
        table.own[stamp, group, content.encode()] += 1


def number_of(stamp: bytes) -> int:
    """A date of ten characters as yyyymmdd."""
    return int(stamp.replace(b"-", b""))


def stamp_of(number: int) -> bytes:
    """And back."""
    shown = str(number).zfill(8)
    return f"{shown[:4]}-{shown[4:6]}-{shown[6:]}".encode()


def _unquoted(cell: bytes) -> bytes:
    return cell[1:-1] if cell.startswith(b'"') and len(cell) > 1 else cell


def bare(cell: bytes) -> str:
    """A cell without the quotation marks of the table."""
    text = cell.decode()
    return text[1:-1].replace('""', '"') if text.startswith('"') and text.endswith('"') and len(text) > 1 else text
