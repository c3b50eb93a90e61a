"""Canonical daily sheet, CSV or XLSX: one row is a group and a day.

Columns: group and date must be there; name, platform, observed_from, observed_until and the counts may be: members,
joins, leaves, messages, speakers, clicks, orders, buyers, revenue (yuan), ads, filler, incentivised, questions,
answered. An absent column and an empty cell are unknown, 0 is an observed zero. Headers in Chinese or English
(headers.py); other columns are ignored.
"""

from __future__ import annotations

from datetime import date

from groups.sheets.cells import cents_of, count_of
from groups.sheets.refusal import CellRefused
from groups.sheets.tables import Table
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.sheet_rows import Problem, SheetRows

KIND = "daily"


def recognises(places: dict[str, int]) -> bool:
    return "member" not in places and any(name in places for name in COUNTS)


def read(table: Table, gathering: Gathering, *, last_day: date) -> None:
    """Read every row into the gathering; a row with a bad cell is refused as a whole, the others go on."""
    rows = SheetRows(table, gathering, last_day)
    # Where a count stands in the row that is written: after group, day, known and line.
    counts = [
        (4 + slot, table.places[name], KNOWN[name], cents_of if name == "revenue_cents" else count_of)
        for slot, name in enumerate(COUNTS)
        if name in table.places
    ]
    empty = [0] * (4 + len(COUNTS))
    for line, cells in rows:
        problems: list[Problem] = []
        about = rows.about(cells, problems)
        row, known = empty.copy(), 0
        for slot, place, bit, parse in counts:
            try:
                value = parse(cells[place])
            except CellRefused as refused:
                problems.append((table.headers[place], cells[place], refused.code))
                continue
            if value is not None:
                row[slot] = value
                known |= bit
        if about is None or problems:
            gathering.refuse(line, problems)
        elif not known:
            gathering.refuse(line, [("", "", "no_counts")])
        else:
            row[0], row[1], row[2], row[3] = rows.note(about), about.day, known, line
            gathering.rows.add(tuple(row))
