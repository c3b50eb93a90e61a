"""Member-day sheet, CSV or XLSX: one row is a group, a day and a member, with how many messages the member sent.

Columns group, date, member, messages; name, platform, observed_from and observed_until as in the daily sheet. Messages
and speakers of the group and day are summed from it. Member ids are those of their own group: the same id in two
groups is not taken for one person.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from groups.sheets.cells import count_of, key_of
from groups.sheets.refusal import CellRefused
from groups.sheets.tables import Table
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.gathering import ROW, Gathering
from lifecycle.sources.sheet_rows import Problem, SheetRows

KIND = "member_days"


def recognises(places: dict[str, int]) -> bool:
    return "member" in places and "messages" in places


def read(table: Table, gathering: Gathering, *, last_day: date) -> None:
    """Read the acts of members, then sum them into rows of messages and speakers."""
    gathering.members_are_per_group = True
    rows = SheetRows(table, gathering, last_day)
    at_member, at_messages = table.places["member"], table.places["messages"]
    members: dict[Any, str] = {}  # the same ids come again and again
    for line, cells in rows:
        problems: list[Problem] = []
        about = rows.about(cells, problems)
        member, messages = "", None
        try:
            member = members.get(cells[at_member]) or members.setdefault(cells[at_member], key_of(cells[at_member]))
        except CellRefused as refused:  # the value may be a person's id: it is not kept
            problems.append((table.headers[at_member], "", "no_member" if refused.code == "no_group" else refused.code))
        try:
            messages = count_of(cells[at_messages])
            if messages is None:
                raise CellRefused("no_counts")
        except CellRefused as refused:
            problems.append((table.headers[at_messages], cells[at_messages], refused.code))
        if about is None or problems:
            gathering.refuse(line, problems)
        else:
            group = rows.note(about)
            gathering.acts.add((group, about.day, gathering.member(group, member), messages or 0, line))
    _sum_into_rows(gathering)


def _sum_into_rows(gathering: Gathering) -> None:
    acts = _last_said(gathering)
    gathering.acts.packed, gathering.acts.open, gathering.acts.total = [acts], [], 0
    if not len(acts):
        return
    starts = np.flatnonzero(np.r_[True, (np.diff(acts["group"]) != 0) | (np.diff(acts["day"]) != 0)])
    rows = np.zeros(len(starts), dtype=ROW)
    rows["group"], rows["day"] = acts["group"][starts], acts["day"][starts]
    rows["messages"] = np.add.reduceat(acts["acts"].astype("i8"), starts)
    rows["speakers"] = np.add.reduceat((acts["acts"] > 0).astype("i8"), starts)
    rows["known"] = KNOWN["messages"] | KNOWN["speakers"]
    gathering.rows.packed.append(rows)


def _last_said(gathering: Gathering) -> np.ndarray:
    """The acts ordered by group, day and member; of a member and day that stands twice the last row holds."""
    acts = gathering.acts.array()
    acts = acts[np.lexsort((acts["line"], acts["member"], acts["day"], acts["group"]))]
    if len(acts) < 2:
        return acts
    keys = acts[["group", "day", "member"]]
    superseded = np.r_[keys[:-1] == keys[1:], False]
    for at in np.flatnonzero(superseded):
        if acts["acts"][at] != acts["acts"][at + 1]:
            gathering.refuse(int(acts["line"][at]), [("", "", "said_again_below")])
    return acts[~superseded]
