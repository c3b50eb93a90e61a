"""Finds the rows of chatlog's CSV: plain ones by NumPy, others by a pattern, and those that are not regular one by one.

csv.reader would make an object of every text. Here a text is passed over; only the lines of WeChat's own are kept.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from groups.sheets.encodings import encoding_of
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.line_blocks import row_blocks_of
from lifecycle.sources.wechat_rows import Plain, plain_rows

SYSTEM = "系统消息"
CELL = r'(?:[^,"\n]*+|"[^"]*+(?:""[^"]*+)*+")'
WORD = r'"?+([^,"\n]++)"?+'
PAID = r'(?="?+(\[(?:微信)?(?:红包|转账)))'
STAMP = r'"?+(\d{4}-\d\d-\d\d)[ T][^,\n]*+'
OWN = f'"?+({SYSTEM}|)"?+,({CELL}),{WORD},({CELL})'
SAID = rf"{WORD},({CELL}),{WORD},(?:{PAID}|){CELL}"
# Either a regular row, or whatever stands up to the end of the line.
ROW = re.compile(rf"\n(?:{STAMP},{CELL},(?:{OWN}|{SAID})\r?(?=\n|\Z)|([^\n]*+))".encode())
LONGEST = 1 << 16  # of a row that is not regular
HEADER = re.compile(rb'"?Time"?,"?SenderName"?,')
PAYMENT = re.compile(PAID.removeprefix("(?=").removesuffix(")").encode())
# Rows that were counted by NumPy: date as yyyymmdd, group and sender as places in Table.words; -1 is nobody.
COUNTED = np.dtype([("group", "i8"), ("date", "i4"), ("sender", "i8")])
DAY = re.compile(r"\d{4}-\d\d-\d\d(?= |T)")
GROUP = re.compile(r"\S+@chatroom")
PERSON = re.compile(r"wxid_\w+|[A-Za-z][\w-]{5,19}")


@dataclass
class Table:
    """What the rows say, cells as written: messages by day, group and sender, and WeChat's own lines."""

    said: dict[tuple[bytes, bytes], dict[bytes, int]] = field(default_factory=dict)
    names: dict[bytes, bytes] = field(default_factory=dict)
    own: Counter[tuple[bytes, bytes, bytes]] = field(default_factory=Counter)
    words: dict[bytes, int] = field(default_factory=dict)
    counted: list[np.ndarray] = field(default_factory=list)

    def add(self, stamp: bytes, sender: bytes, name: bytes, group: bytes) -> None:
        by_sender = self.said.get((stamp, group))
        if by_sender is None:
            by_sender = self.said[stamp, group] = {}
            self.names[group] = name
        if sender:
            by_sender[sender] = by_sender.get(sender, 0) + 1

    def add_plain(self, plain: Plain) -> None:
        rows = np.zeros(len(plain.date), dtype=COUNTED)
        rows["date"] = plain.date
        rows["group"], rows["sender"] = (
            np.array([self.words.setdefault(word, len(self.words)) for word in said], dtype="i8")[which]
            for said, which in ((plain.groups, plain.group), (plain.senders, plain.sender))
        )
        rows["sender"][[row for row, text in plain.texts if PAYMENT.match(text)]] = -1
        self.names.update(zip(plain.groups, plain.names, strict=True))
        self.counted.append(rows)

    def settle(self) -> None:
        """Put what NumPy counted to the rest; call it once, at the end."""
        if not self.counted:
            return
        rows = np.concatenate(self.counted)
        words, senders = list(self.words), len(self.words) + 1
        dates, date = np.unique(rows["date"], return_inverse=True)
        # One number for group, date and sender, in this order: files are far too small for it to overflow.
        keys, times = np.unique((rows["group"] * len(dates) + date) * senders + rows["sender"] + 1, return_counts=True)
        spoken, sender = np.divmod(keys, senders)
        starts = np.flatnonzero(np.r_[True, np.diff(spoken) != 0]).tolist()
        names = [b"", *words]
        for start, end in zip(starts, [*starts[1:], len(keys)], strict=True):
            group, place = divmod(int(spoken[start]), len(dates))
            shown = str(dates[place]).zfill(8)
            at = f"{shown[:4]}-{shown[4:6]}-{shown[6:]}".encode(), words[group]
            said = dict(zip([names[n] for n in sender[start:end].tolist()], times[start:end].tolist(), strict=True))
            said.pop(b"", None)
            for name, n in self.said.get(at, {}).items():
                said[name] = said.get(name, 0) + n
            self.said[at] = said
        self.counted = []


def table_of(path: Path, gathering: Gathering) -> Table:
    """Count the rows of a file; those that cannot be understood are refused with their line."""
    table, before = Table(), 0
    for block in row_blocks_of(path, encoding_of(path)):
        plain = plain_rows(block)
        has_odd, rows = _others(plain.others if plain else block)
        if plain and has_odd and any(b'"' in row[9] for row in rows):
            # Quotation marks that do not pair: where rows begin is not as it seemed.
            plain, (has_odd, rows) = None, _others(block)
        gathering.count_read(len(rows) + (len(plain.date) if plain else 0))
        for stamp, _, own_name, own_group, own, sender, name, group, paid, _odd in rows:
            if sender:
                table.add(stamp, b"" if paid else sender, name, group)
            elif stamp:
                table.add(stamp, b"", own_name, own_group)
                table.own[stamp, own_group, own] += 1
        if plain:
            table.add_plain(plain)
        if has_odd:
            _add_odd_rows(block, before, table, gathering)
        before += plain.lines if plain else block.count(b"\n")
    table.settle()
    return table


def _others(text: bytes) -> tuple[bool, list[tuple[bytes, ...]]]:
    """The rows of a text by the pattern, and whether one of them is not regular."""
    rows = ROW.findall(text)
    return any(row[9] for row in rows), rows


def _add_odd_rows(block: bytes, before: int, table: Table, gathering: Gathering) -> None:
    """Rows that are not regular, one by one: the place of each in the file must be told."""
    line, counted = before, 0
    for row in ROW.finditer(block):
        if row[10] and row[10].strip() and not HEADER.match(row[10]):
            line += block.count(b"\n", counted, row.start() + 1)
            counted = row.start() + 1
            _add_odd_row(line, row[10].decode(), table, gathering)


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
    table.add(stamp, senders[0].encode() if is_said else b"", cells[at - 1].encode(), group)
    if is_own:
        table.own[stamp, group, content.encode()] += 1


def bare(cell: bytes) -> str:
    """A cell without the quotation marks of the table."""
    text = cell.decode()
    return text[1:-1].replace('""', '"') if text.startswith('"') and text.endswith('"') and len(text) > 1 else text
