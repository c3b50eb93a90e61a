"""Keeps, in the transaction that writes readings, what the next nights go on from; reads it again.

A pass leaves a pack for its last day, with everything, and one for each of the six days before it that it judged, with
the sums of weeks. A pack holds the groups of the pass together. Of the packs that name a group the last one made says
where it stands, and in which packs its weeks of the six days before are; no other pack counts for it. So nothing is
ever changed in a pack, and whoever judges a group anew from its beginning leaves behind all that was kept before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lifecycle.bulk import EPOCH, Ragged, among, copy_in_ragged, copy_out, copy_out_ragged, days_of, id_list
from lifecycle.readings import Judged
from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.judging import Judgement
from lifecycle.rules.kept import ACTED_ROW, DAYS_ROW, LAYOUT, WEEKS_ROW, Acted, LastDays, days_rows, weeks_rows
from lifecycle.rules.memory import MEMORY_ROW
from lifecycle.rules.observations import Observations, Plans
from lifecycle.rules.packing import Columns, as_rows, length, only, packed, unpacked
from lifecycle.rules.policy import LEAD_DAYS, RULE_VERSION

PACKS = """
    SELECT id, day, first_group_id, groups FROM lifecycle_keptpack
    WHERE last_group_id >= {first} AND first_group_id <= {last} AND layout = {layout} AND rule_version = {rules}
    ORDER BY id DESC
"""
STOOD = "SELECT group_id::int, day FROM lifecycle_standing WHERE {groups}"
CONTENTS = "SELECT id, {columns} FROM lifecycle_keptpack WHERE id = ANY({ids})"
NEW_IDS = "SELECT nextval(pg_get_serial_sequence('lifecycle_keptpack', 'id')) FROM generate_series(1, %s)"
FORGET = "DELETE FROM lifecycle_keptpack WHERE id = ANY(%s)"

PACKS_KEPT = timedelta(days=14)  # behind the newest
WEEK = 6  # days before the last one whose weeks are wanted
GROUP_ROW = np.dtype([("after", "<i4")])  # the first id of the pack
LINKS_ROW = np.dtype([("earlier", "<i8", (WEEK,)), ("acted", "<i4")])
NOBODY = (np.zeros(0, dtype=np.int32),) * 4
LAYOUTS = {"memory": MEMORY_ROW, "links": LINKS_ROW, "days": DAYS_ROW, "weeks": WEEKS_ROW}


@dataclass(frozen=True)
class Pack:
    """One pass and day: its groups in ascending order."""

    id: int
    day: int  # ordinal
    groups: np.ndarray

    def places(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where each of some ids stands in the pack, and whether it does."""
        at = np.minimum(np.searchsorted(self.groups, ids), len(self.groups) - 1)
        return at, self.groups[at] == ids


@dataclass(frozen=True)
class Eve:
    """Where groups stood when they were judged last; one entry per group of which enough was kept to go on.

    `stood`: the days of all ids that were asked for, NO_DAY = never judged. `columns`: places among these ids.
    `earlier`: the packs of their weeks on the six days before, latest first; 0 = none.
    """

    packs: Mapping[int, Pack]
    stood: np.ndarray  # ordinals
    columns: np.ndarray
    ids: np.ndarray
    day: np.ndarray  # ordinals
    pack: np.ndarray
    memory: Columns  # memory.MEMORY_ROW
    earlier: np.ndarray

    @property
    def behind(self) -> np.ndarray:
        """What `earlier` is on the day after."""
        links: np.ndarray = np.concatenate([self.pack[:, None], self.earlier[:, :-1]], axis=1)
        return links


def eve_of(cursor: Any, ids: np.ndarray) -> Eve:
    """Where the groups (ascending ids) stand."""
    packs = _packs(cursor, ids)
    pack, day = np.zeros(len(ids), dtype=np.int64), np.full(len(ids), NO_DAY, dtype=np.int64)
    for one in packs.values():
        new = one.places(ids)[1] & (pack == 0)
        pack[new], day[new] = one.id, one.day
    columns = np.flatnonzero(pack)
    found, rows = _gather(cursor, packs, pack[columns], ids[columns], ("memory", "links"))
    columns = columns[found]
    _fill_in(cursor, ids, day)
    return Eve(
        packs=packs,
        stood=day,
        columns=columns,
        ids=ids[columns],
        day=day[columns],
        pack=pack[columns],
        memory=rows["memory"],
        earlier=rows["links"]["earlier"].astype(np.int64),
    )


def _fill_in(cursor: Any, ids: np.ndarray, day: np.ndarray) -> None:
    """The days of groups that were judged but of which nothing is left."""
    unknown = ids[day == NO_DAY]
    if unknown.size:
        rows = copy_out(cursor, STOOD.format(groups=among("group_id", unknown)), {"group_id": "i4", "day": "i4"})
        day[np.searchsorted(ids, rows["group_id"])] = rows["day"].astype(np.int64) + EPOCH


def _packs(cursor: Any, ids: np.ndarray) -> dict[int, Pack]:
    """The packs that may hold some of the ids, last made first."""
    if not ids.size:
        return {}
    query = PACKS.format(first=ids[0], last=ids[-1], layout=LAYOUT, rules=RULE_VERSION)
    rows, tails = copy_out_ragged(cursor, query, {"id": "i8", "day": "i4", "first_group_id": "i4"}, {"groups": 0})
    packs = {}
    for row, content in zip(rows, tails["groups"].each, strict=True):
        groups = unpacked(content, GROUP_ROW)
        if groups and len(groups["after"]):
            there = groups["after"].astype(np.int64) + int(row["first_group_id"])
            packs[int(row["id"])] = Pack(int(row["id"]), int(row["day"]) + EPOCH, there)
    return packs


def _gather(
    cursor: Any, packs: Mapping[int, Pack], pack: np.ndarray, ids: np.ndarray, names: Sequence[str]
) -> tuple[np.ndarray, dict[str, Columns]]:
    """What of these names groups have, each in its pack: the entries that have it, ascending, and their rows."""
    entries: list[np.ndarray] = []
    parts: list[list[Columns]] = []
    for number, contents in _contents(cursor, packs, pack, names):
        there = [unpacked(content, LAYOUTS[name]) for name, content in zip(names, contents, strict=True)]
        whole = [part for part in there if part and length(part) == len(packs[number].groups)]
        if len(whole) == len(names):
            own = np.flatnonzero(pack == number)
            at, here = packs[number].places(ids[own])
            entries.append(own[here])
            parts.append([only(part, at[here]) for part in whole])
    found = np.concatenate([np.zeros(0, dtype=np.int64), *entries])
    order = np.argsort(found)
    rows = {name: _together([part[n] for part in parts], LAYOUTS[name], order) for n, name in enumerate(names)}
    return found[order], rows


def _together(parts: Sequence[Columns], layout: np.dtype, order: np.ndarray) -> Columns:
    """The rows of all parts, in this order."""
    if len(parts) == 1:
        return parts[0]
    nothing = np.zeros(0, dtype=layout)
    return {
        name: np.concatenate([nothing[name], *(part[name] for part in parts)])[order] for name in layout.names or ()
    }


def _contents(
    cursor: Any, packs: Mapping[int, Pack], pack: np.ndarray, columns: Sequence[str]
) -> list[tuple[int, list[memoryview]]]:
    wanted = np.array([number for number in np.unique(pack).tolist() if number in packs], dtype=np.int64)
    if not wanted.size:
        return []
    query = CONTENTS.format(columns=", ".join(columns), ids=id_list(wanted).replace("int[]", "bigint[]"))
    rows, tails = copy_out_ragged(cursor, query, {"id": "i8"}, dict.fromkeys(columns, 0))
    contents = zip(*(tails[name].each for name in columns), strict=True)
    return [(number, list(parts)) for number, parts in zip(rows["id"].tolist(), contents, strict=True)]


def usable(eve: Eve, day: date) -> np.ndarray:
    """The entries from which this day can be judged alone: those of the day before."""
    found: np.ndarray = np.flatnonzero(eve.day == (day - timedelta(days=1)).toordinal())
    return found


def weeks_ago(cursor: Any, eve: Eve, entries: np.ndarray, day: date) -> tuple[np.ndarray, Columns]:
    """Those of the entries whose weeks of seven days before `day` were kept, and these."""
    pack = eve.earlier[entries, -1]
    right = np.array([n for n, one in eve.packs.items() if one.day == day.toordinal() - 7], dtype=np.int64)
    pack = np.where(np.isin(pack, right), pack, 0)
    found, rows = _gather(cursor, eve.packs, pack, eve.ids[entries], ("weeks",))
    return entries[found], rows["weeks"]


def last_days(cursor: Any, eve: Eve, entries: np.ndarray) -> tuple[np.ndarray, Columns, Acted]:
    """Those of the entries that have everything kept, their last seven days, and who acted lately."""
    contents = {}
    for number, (acted, links) in _contents(cursor, eve.packs, eve.pack[entries], ("acted", "links")):
        columns, sizes = unpacked(acted, ACTED_ROW), unpacked(links, LINKS_ROW)
        if columns and sizes and len(columns["acts"]) == sizes["acted"].sum(dtype=np.int64):
            contents[number] = columns, sizes["acted"]
    whole = entries[np.isin(eve.pack[entries], list(contents))]
    found, rows = _gather(cursor, eve.packs, eve.pack[whole], eve.ids[whole], ("days",))
    entries = whole[found]
    parts = [_acted_of_pack(eve, entries, number, *columns) for number, columns in contents.items()]
    if len(parts) == 1:
        return entries, rows["days"], Acted(*parts[0])
    together = [np.concatenate(some) for some in zip(NOBODY, *parts, strict=True)]
    order = np.argsort(together[0], kind="stable")
    return entries, rows["days"], Acted(*(column[order] for column in together))


def all_last_days(cursor: Any, eve: Eve, entries: np.ndarray) -> LastDays | None:
    """The same; None unless all of the entries have them."""
    found, days, acted = last_days(cursor, eve, entries)
    return LastDays(days, acted) if len(found) == len(entries) else None


def _acted_of_pack(
    eve: Eve, entries: np.ndarray, number: int, acted: Columns, sizes: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Who acted in the groups of those entries that stand in one pack: entry, member, last day and acts."""
    pack = eve.packs[number]
    place = np.full(len(pack.groups), -1, dtype=np.int32)
    own = np.flatnonzero(eve.pack[entries] == number)
    place[pack.places(eve.ids[entries[own]])[0]] = own
    group = np.repeat(place, sizes)
    member, last, acts = (acted[name].astype(np.int32) for name in ("member", "last", "acts"))
    columns = group, member, np.int32(pack.day) - last, acts
    return columns if len(own) == len(place) else tuple(column[group >= 0] for column in columns)


def all_kept(cursor: Any, ids: np.ndarray) -> dict[str, bytes]:
    """Everything that counts for these groups (ascending ids), the same bytes for the same: for comparisons."""
    eve = eve_of(cursor, ids)
    entries, days, acted = last_days(cursor, eve, np.arange(len(eve.ids)))
    told = {"ids": eve.ids, "day": eve.day, "memory": as_rows(eve.memory, MEMORY_ROW), "with days": entries}
    told |= {"days": as_rows(days, DAYS_ROW), "who": acted.group, "acted": as_rows(vars(acted), ACTED_ROW)}
    for back, pack in enumerate((eve.pack, *eve.earlier.T)):
        having, rows = _gather(cursor, eve.packs, pack, eve.ids, ("weeks",))
        told |= {f"with weeks {back}": having, f"weeks {back}": as_rows(rows["weeks"], WEEKS_ROW)}
    return {name: rows.tobytes() for name, rows in told.items()}


@dataclass(frozen=True)
class Keeping:
    """What is to be kept of a pass: of its last day everything, of up to six days before it the weeks."""

    days: Columns
    acted: Acted
    weeks: Sequence[tuple[date, Columns]]  # oldest first, the last is of the last day
    behind: np.ndarray  # groups x WEEK: the packs of the weeks of the days before the first judged one

    @classmethod
    def of(
        cls,
        seen: Observations,
        inputs: Inputs,
        found: Judgement,
        plans: Plans,
        orders_since: np.ndarray,
        kinds: np.ndarray,
        behind: np.ndarray,
        acted: Acted,
    ) -> Keeping:
        """From the rows of the full form, the kinds of their days, what was found, and who acted as of the last day."""
        judged = len(inputs.acted)
        weeks = [
            (
                date.fromordinal(inputs.first + at),
                weeks_rows(inputs, at, found.score[at], plans, orders_since, kinds[at + 1 : at + 1 + LEAD_DAYS]),
            )
            for at in range(max(0, judged - 7), judged)
        ]
        return cls(days_rows(seen), acted, weeks, behind)


def write_kept(cursor: Any, judged: Judged, keeping: Keeping) -> None:
    """Leave the packs of the pass, for the groups that stand."""
    stood = np.flatnonzero(judged.stands.any(axis=0))
    if not stood.size:
        return
    ids = judged.registered.ids[stood]
    cursor.execute(NEW_IDS, [len(keeping.weeks)])
    numbers = [number for (number,) in cursor.fetchall()]
    groups = packed({"after": ids - ids[0]})
    for number, (day, weeks) in zip(numbers, keeping.weeks, strict=True):
        tails = {"groups": groups, "weeks": packed(only(weeks, stood))}
        if number == numbers[-1]:
            tails |= _standing(judged, keeping, stood, numbers[-2::-1])
        copy_in_ragged(
            cursor,
            "lifecycle_keptpack",
            {
                "id": np.array([number], dtype="i8"),
                "day": days_of(np.array([day.toordinal()])),
                "first_group_id": ids[:1].astype("i4"),
                "last_group_id": ids[-1:].astype("i4"),
                "layout": np.array([LAYOUT], dtype="i2"),
                "rule_version": np.array([RULE_VERSION], dtype="i2"),
            },
            {name: Ragged([tails.get(name, b"")]) for name in ("groups", *LAYOUTS, "acted")},
        )


def _standing(judged: Judged, keeping: Keeping, stood: np.ndarray, before: Sequence[int]) -> dict[str, bytes]:
    """What only the pack of the last day has; `before` are those of the days before it, latest first."""
    acted = keeping.acted
    sizes = np.bincount(acted.group, minlength=len(judged.registered.ids))
    stands = np.zeros(len(sizes), dtype=np.bool_)
    stands[stood] = True
    who = {"member": acted.member, "last": np.int32(judged.last.toordinal()) - acted.last, "acts": acted.acts}
    if len(stood) < len(sizes):
        who = {name: column[stands[acted.group]] for name, column in who.items()}
    own = np.broadcast_to(np.array(before, dtype=np.int64), (len(stood), len(before)))
    earlier = np.concatenate([own, keeping.behind[stood]], axis=1)[:, :WEEK]
    return {
        "memory": packed(only(judged.memory.columns(), stood)),
        "links": packed({"earlier": earlier, "acted": sizes[stood]}),
        "days": packed(only(keeping.days, stood)),
        "acted": packed(who),
    }


def forget(cursor: Any, eve: Eve, ids: np.ndarray, first: date, last: date) -> None:
    """Take away the packs that were there before these groups were judged and that no later night wants.

    A pack that names others too stays until its time is over (upkeep).
    """
    wanted = range(last.toordinal() - WEEK, first.toordinal())
    gone = [one.id for one in eve.packs.values() if one.day not in wanted and np.isin(one.groups, ids).all()]
    if gone:
        cursor.execute(FORGET, [gone])
