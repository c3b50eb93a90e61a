"""Reads one day of the groups that can be judged from what was kept of the days before, for the rolling form.

Three statements over the day and two reads of what was kept, whatever the number of groups. Groups for which anything
is missing or does not fit are left to the full form, which keeps what the next nights need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lifecycle import valid_acts
from lifecycle.bulk import among, copy_out, days_of
from lifecycle.doubts import doubted_days
from lifecycle.kept import Eve, Keeping, last_days, usable, weeks_ago
from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.counts import KNOWN, LEVELS
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.judging import Judgement
from lifecycle.rules.kept import Acted, days_rows, weeks_rows
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import COUNTED, Observations
from lifecycle.rules.packing import only
from lifecycle.rules.policy import LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.rolling import Kept, Today, fits, roll, week_until
from lifecycle.rules.windows import Acting
from lifecycle.series import Registered
from lifecycle.week_packs import packed_weeks
from lifecycle.who_acted import read_acting


@dataclass(frozen=True)
class Night:
    """Groups with the inputs of one day; `memory` as the day before left it, `columns` their places."""

    columns: np.ndarray
    registered: Registered
    memory: Memory
    before: np.ndarray  # their states on the eve
    inputs: Inputs
    seen: Observations  # the last seven days
    acted: Acted
    week_ago: np.ndarray  # their scores of seven days before; -1 = not known
    kinds: np.ndarray  # of the LEAD_DAYS that end on the day
    behind: np.ndarray  # kept.Eve.behind

    def keeping(self, found: Judgement) -> Keeping:
        """What the next nights need of it."""
        plans, orders_since = self.registered.plans, self.memory.orders_since
        weeks = weeks_rows(self.inputs, 0, found.score[0], plans, orders_since, self.kinds)
        return Keeping(days_rows(self.seen), self.acted, [(date.fromordinal(self.inputs.first), weeks)], self.behind)


def night_of(cursor: Any, registered: Registered, eve: Eve, day: date) -> Night | None:
    """All groups that can be judged for this day by the rolling form; None where there are none."""
    entries, weeks = weeks_ago(cursor, eve, usable(eve, day), day)
    plans, memory = registered.only(eve.columns[entries]).plans, Memory.of(only(eve.memory, entries))
    kinds = day_kinds(day - timedelta(days=LEAD_DAYS + 6), day).kinds
    good = np.flatnonzero(fits(weeks, day.toordinal(), plans, memory.orders_since, kinds[:LEAD_DAYS]))
    with_days, days, acted = last_days(cursor, eve, entries[good])
    if not with_days.size:
        return None
    if len(with_days) < len(entries):
        weeks, entries = only(weeks, np.flatnonzero(np.isin(entries, with_days))), with_days
        memory = Memory.of(only(eve.memory, entries))
    registered = registered.only(eve.columns[entries])
    kept = Kept(days, weeks, acted)
    today = read_day(cursor, registered.ids, day)
    before, seen = memory.state.copy(), week_until(kept.days, today)
    inputs, acted = roll(kept, seen, today, kinds[-7:], registered.plans, memory)
    return Night(
        columns=eve.columns[entries],
        registered=registered,
        memory=memory,
        before=before,
        inputs=inputs,
        seen=seen,
        acted=acted,
        week_ago=weeks["score"],
        kinds=kinds[-LEAD_DAYS:],
        behind=eve.behind[entries],
    )


def read_day(cursor: Any, ids: np.ndarray, day: date) -> Today:
    """What was counted on the day, who acted, and who had acted on the day that leaves the window."""
    rows = copy_out(
        cursor,
        f"SELECT group_id, known, {valid_acts.columns(COUNTED)} FROM lifecycle_daily"  # noqa: S608 - names and numbers of ours
        f" WHERE {among('group_id', ids)} AND day = '{day}'",
        {"group_id": "i4", "known": "i2"} | dict.fromkeys(COUNTED, "i4"),
    )
    column = np.searchsorted(ids, rows["group_id"])
    known = np.zeros(len(ids), dtype=np.int16)
    known[column] = rows["known"]
    counts = {name: np.zeros(len(ids), dtype=np.int64) for name in COUNTED}
    for name in COUNTED:
        counts[name][column] = rows[name]
    _, doubted = doubted_days(cursor, ids, day, day)
    flows = [values[doubted] for name, values in counts.items() if not KNOWN[name] & LEVELS]
    known[doubted[~np.any(np.array(flows) > 0, axis=0)]] &= LEVELS
    return Today(day.toordinal(), known, counts, *_acting_now_and_past(cursor, ids, day))


def _acting_now_and_past(cursor: Any, ids: np.ndarray, day: date) -> tuple[Acting, Acting]:
    """Who acted on the day, and on the one that leaves the window: packed where it is, else by the same statement."""
    past = day - timedelta(days=WINDOW_DAYS)
    packed = packed_weeks(cursor, ids, past, past)
    wanted = [f"{among('group_id', ids)} AND day = '{day}'"]
    wanted += [f"{groups} AND day = '{first}'" for groups, first, _ in packed.left(ids, past, past)]
    column, on, member, acts = read_acting(cursor, ids, f"({' OR '.join(wanted)})", "true", in_parts=False)
    now = on == days_of(np.array(day.toordinal()))
    earlier = [(column[~now], member[~now], acts[~now])]
    for stored in packed.weeks:
        who = stored.week.acted
        place = np.repeat(stored.place.astype(np.int32), stored.week.sizes)
        at = np.flatnonzero((who["day"] == past.toordinal() - stored.day) & (place >= 0))
        earlier.append((place[at], who["member"][at].astype(np.int32), who["acts"][at].astype(np.int32)))
    gone = (np.concatenate(parts) for parts in zip(*earlier, strict=True))
    return _acting(column[now], member[now], acts[now]), _acting(*gone)


def _acting(column: np.ndarray, member: np.ndarray, acts: np.ndarray) -> Acting:
    return Acting.of(column, member, np.zeros(len(column), dtype=np.int32), acts)
