"""Reads the files of an archive: groups, and who spoke how often on which day, or counts of days alone.

A row that cannot be read is left out and told, a file that lacks a column is refused: unseen archives differ in small
things (times beside dates, names instead of numbers, rows in any order, a row told in two parts).
"""

from __future__ import annotations

import csv
import gzip
from array import array
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from lifecycle.evaluation.archive import Archive, ArchivedGroup
from lifecycle.rules.arrays import Ints

GZIP_MARK = b"\x1f\x8b"
TRUE_WORDS = ("true", "1", "t", "yes")


@dataclass
class LeftOut:
    """What of the files was not used: how often for which reason, and the first place of each."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, place: str) -> None:
        self.counts[reason] += 1
        self.first.setdefault(reason, place)

    def lines(self) -> list[str]:
        return [f"left out, {reason}: {count}, first {self.first[reason]}" for reason, count in self.counts.items()]


@dataclass
class _Entries:
    """Rows as parallel numbers: place of the group, day (ordinal), member, messages, speakers."""

    columns: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("q") for _ in range(5)))

    def add(self, *values: int) -> None:
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)

    def table(self) -> Ints:
        return np.stack([np.frombuffer(column, dtype=np.int64) for column in self.columns], axis=1)


def read_archive(groups: Path, members: Path | None, daily: Path | None) -> tuple[Archive, LeftOut]:
    """Groups with their days: of members where these are told, else from the counts of days. Gzip or plain.

    A group begins on `first_message`, or earlier where its rows do. Raises ValueError, in words, where a file lacks a
    column or is no such table, and where no group with activity is left.
    """
    left_out = LeftOut()
    known = _groups(groups, left_out)
    place = {group.key: n for n, group in enumerate(known)}
    told = np.zeros(len(known), dtype=bool)
    tables = []
    if members:
        found = _member_days(members, place, left_out)
        told[found[:, 0]] = True
        tables.append(found)
    if daily:
        found = _counted_days(daily, place, left_out)
        tables.append(found[~told[found[:, 0]]])
    table = np.concatenate(tables) if tables else np.zeros((0, 5), dtype=np.int64)
    until = np.array([group.until for group in known], dtype=np.int64)
    table = table[table[:, 1] <= until[table[:, 0]]]
    first = np.array([group.first for group in known], dtype=np.int64)
    np.minimum.at(first, table[:, 0], table[:, 1])
    lived = np.flatnonzero(first <= until)
    if not len(table) or not lived.size:
        raise ValueError(f"no row of activity belongs to a group of {groups.name}")
    archive = Archive(
        groups=[known[n].begun(int(first[n]), bool(told[n])) for n in range(len(known))],
        group=table[:, 0],
        day=table[:, 1],
        member=table[:, 2],
        acts=table[:, 3],
        heads=table[:, 4],
    )
    return archive.only(lived.tolist()), left_out


def _groups(path: Path, left_out: LeftOut) -> list[ArchivedGroup]:
    """The groups whose end of observation is known; one without a first day begins when its rows do."""
    found: dict[str, ArchivedGroup] = {}
    for line, row in _rows(path, ("group_id", "observed_until")):
        where = f"{path.name} line {line}"
        begun, until = _day(row.get("first_message")), _day(row["observed_until"])
        if until is None:
            left_out.add("groups that nobody says how long were observed", where)
        elif row["group_id"] in found:
            left_out.add("groups named before", where)
        else:
            found[row["group_id"]] = ArchivedGroup(
                key=row["group_id"],
                source=row.get("source") or row["group_id"].partition(":")[0],
                first=until + 1 if begun is None else begun,
                until=until,
                left_truncated=(row.get("left_truncated") or "").strip().lower() in TRUE_WORDS,
                is_chat=(row.get("kind") or "chat").strip().lower() == "chat",
                members_known=False,
            )
    return list(found.values())


def _member_days(path: Path, place: dict[str, int], left_out: LeftOut) -> Ints:
    """Rows (group, day, member, messages, 0), one per group, day and member, sorted so."""
    entries = _Entries()
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    for line, row in _rows(path, ("group_id", "date", "member", "messages")):
        if (group := place.get(row["group_id"])) is None:
            continue
        day, said, who = _day(row["date"]), _count(row["messages"]), row["member"]
        if day is None or said is None or not who:
            left_out.add("rows that cannot be read", f"{path.name} line {line}")
        elif said:
            member = numbers[group].setdefault(who, len(numbers[group]))
            entries.add(group, day, member, said, 0)
    return _added_up(entries.table(), keys=3)


def _counted_days(path: Path, place: dict[str, int], left_out: LeftOut) -> Ints:
    """Rows (group, day, 0, messages, speakers), one per group and day, sorted so."""
    entries = _Entries()
    for line, row in _rows(path, ("group_id", "date", "messages", "speakers")):
        if (group := place.get(row["group_id"])) is None:
            continue
        day, said, heads = _day(row["date"]), _count(row["messages"]), _count(row["speakers"])
        if day is None or said is None or heads is None:
            left_out.add("rows that cannot be read", f"{path.name} line {line}")
        elif said:
            entries.add(group, day, 0, said, heads)
    return _added_up(entries.table(), keys=3)


def _added_up(table: Ints, keys: int) -> Ints:
    """Rows with the same first columns as one, their other columns added up."""
    table = table[np.lexsort(table[:, :keys].T[::-1])]
    if not len(table):
        return table
    begins = np.flatnonzero(np.r_[True, (table[1:, :keys] != table[:-1, :keys]).any(axis=1)])
    return np.concatenate([table[begins, :keys], np.add.reduceat(table[:, keys:], begins)], axis=1)


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a table with their numbers. Raises ValueError where a needed column is missing."""
    with path.open("rb") as start:
        packed = start.read(2) == GZIP_MARK
    with closing((gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="")) as lines:
        table = csv.DictReader(lines)
        titles = list(table.fieldnames or ())
        if missing := [name for name in needed if name not in titles]:
            raise ValueError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(titles) or 'none'}")
        for row in table:
            yield table.line_num, row


def _day(text: str | None) -> int | None:
    """The ordinal of a date, with or without a time behind it; None where there is none."""
    try:
        return date.fromisoformat((text or "").strip()[:10]).toordinal()
    except ValueError:
        return None


def _count(text: str | None) -> int | None:
    """A whole number of zero or more, also told as 3.0; None for anything else."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return int(number) if number >= 0 and number.is_integer() else None
