"""Gitter archive, TSV without a header: room id, room, moment (UTC), user id, user, message id, text.

Bots are told by name. Joins and leaves are not logged and stay unknown. A room is covered from its first message to its
last.
"""

from __future__ import annotations

import re
from datetime import date

from groups.sheets.cells import export_key, name_of
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.bots import is_bot
from lifecycle.sources.chat_file import ChatFile
from lifecycle.sources.chat_rows import rows_of
from lifecycle.sources.counting import WORTH, ChatCounter
from lifecycle.sources.days import DayClock

KIND = "gitter"
REPORTED = KNOWN["messages"] | KNOWN["speakers"] | WORTH
ID = "[0-9a-f]{24}"
ROW = re.compile(rf"{ID}\t[^\t\n]+\t\d{{4}}-\d\d-\d\dT[\d:.]+Z\t(?:{ID})?\t[^\t\n]*\t{ID}\t")


def recognises(start: str) -> bool:
    return bool(ROW.match(start))


def read(file: ChatFile, counter: ChatCounter, *, clock: DayClock, last: int) -> None:
    """Count the messages of the rooms in a file."""
    gathering = counter.gathering
    for line, cells in rows_of(file.path, "\t"):
        gathering.count_read()
        room, name, moment, user, shown, message, text = [*cells, *[""] * 7][:7]
        if not room or not message:
            gathering.refuse(line, [("", len(cells), "row_cut")])
            continue
        try:
            day, second = clock.moment_of_iso(moment)
        except (ValueError, OverflowError):
            gathering.refuse(line, [("", moment, "bad_date")])
            continue
        if day > last:
            gathering.refuse(line, [("", moment, "future_date")])
            continue
        group = gathering.group(export_key(room), name_of(name), KIND)
        gathering.widen(group, date.fromordinal(day), date.fromordinal(day))
        if counter.is_new(group, message) and not is_bot(shown):
            counter.told(group, day, second, f"gitter:{user}" if user else "", text)
