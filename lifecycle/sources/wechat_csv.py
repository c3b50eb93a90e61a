"""Finds the rows of chatlog's CSV: all equal ones of a block in one go, and those that are not regular one by one.

csv.reader would make an object of every text. Here a text is passed over; only the lines of WeChat's own are kept.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from groups.sheets.encodings import encoding_of
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.line_blocks import row_blocks_of

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
DAY = re.compile(r"\d{4}-\d\d-\d\d(?= |T)")
GROUP = re.compile(r"\S+@chatroom")
PERSON = re.compile(r"wxid_\w+|[A-Za-z][\w-]{5,19}")


class Line(NamedTuple):
    stamp: str
    sender: str
    name: str
    talker: str
    payment: bool
    own: str  # the text of a line of WeChat's own, else empty


def lines_of(path: Path, gathering: Gathering) -> Iterator[tuple[int, Line, int]]:
    """The row number (0 where many rows are alike), what a row says, and how many rows say it."""
    found: Counter[tuple[bytes, ...]] = Counter()
    before = 0
    for block in row_blocks_of(path, encoding_of(path)):
        rows = ROW.findall(block)
        gathering.count_read(len(rows))
        found.update(rows)
        if any(row[-1] for row in rows):  # one that is not regular: its place in the file must be told
            line, counted = before, 0
            for row in ROW.finditer(block):
                if row[10] and row[10].strip() and not HEADER.match(row[10]):
                    line += block.count(b"\n", counted, row.start() + 1)
                    counted = row.start() + 1
                    yield from _irregular(line, row[10].decode(), gathering)
        before += block.count(b"\n")
    for (stamp, system, own_name, own_talker, own, sender, name, talker, paid, _), times in found.items():
        if sender:
            yield 0, Line(_text(stamp), _text(sender), _text(name), _text(talker), bool(paid), ""), times
        elif stamp:
            yield 0, Line(_text(stamp), _text(system), _text(own_name), _text(own_talker), False, _text(own)), times


def _irregular(line: int, text: str, gathering: Gathering) -> Iterator[tuple[int, Line, int]]:
    """A row with commas that were not quoted: taken if its day, group and sender can still be told."""
    cells = next(csv.reader([text[:LONGEST].replace("\r", " ").rstrip()]), [""])
    stamp = DAY.match(cells[0])
    at = next((place for place, cell in enumerate(cells) if place > 3 and GROUP.fullmatch(cell)), 0)
    if not stamp or len(cells) < 6:
        gathering.refuse(line, [("", len(cells), "row_cut")])
    elif at:
        senders = [cells[2]] if at == 4 else [cell for cell in cells[2 : at - 1] if PERSON.fullmatch(cell)]
        if not senders:
            gathering.refuse(line, [("", len(cells), "too_many_cells")])
            return
        content = ",".join(cells[at + 1 :])
        is_own = senders[0] in ("", SYSTEM)
        payment = content.startswith(("[红包", "[转账", "[微信红包", "[微信转账"))
        yield line, Line(stamp[0], senders[0], cells[at - 1], cells[at], payment, content if is_own else ""), 1


def _text(cell: bytes) -> str:
    """A cell without the quotation marks of the table."""
    text = cell.decode()
    return text[1:-1].replace('""', '"') if text.startswith('"') and text.endswith('"') and len(text) > 1 else text
