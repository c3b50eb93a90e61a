"""Seeded series for tests of the health rules: days x groups without a database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np

from lifecycle.rules.calendar import Region, day_kinds
from lifecycle.rules.judging import Judgement, judge
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import COUNTED, Count, Observations, Plans
from lifecycle.rules.policy import DEFAULT_POLICY, LEAD_DAYS
from lifecycle.rules.windows import Acting

START = date(2025, 3, 3)  # a Monday


def make_plans(groups=1, **fields_) -> Plans:
    """Plain plans with some columns replaced; days given as dates."""
    given = {}
    for name, value in fields_.items():
        value = value.toordinal() if isinstance(value, date) else value
        kind = getattr(Plans.plain(1), name).dtype
        given[name] = np.full(groups, value, dtype=kind)
    return replace(Plans.plain(groups), **{"opened_on": np.full(groups, START.toordinal())} | given)


def make_seen(
    days: int, acting: Acting | None = None, acting_known=None, first: date = START, **counts
) -> Observations:
    """Observations whose judged days are first .. first + days - 1; each count is days x groups, NaN = not known."""
    groups = next(iter(counts.values())).shape[1]
    shape = (LEAD_DAYS + days, groups)
    made = {name: Count.unknown(shape) for name in COUNTED}
    for name, values in counts.items():
        values = np.asarray(values, dtype=float)
        made[name].values[LEAD_DAYS:] = np.nan_to_num(values)
        made[name].known[LEAD_DAYS:] = ~np.isnan(values)
    known = np.zeros(shape, dtype=bool)
    if acting_known is not None:
        known[LEAD_DAYS:] = acting_known
    return Observations(first=first.toordinal() - LEAD_DAYS, acting=acting or Acting.none(), acting_known=known, **made)


def make_crowd(speakers: np.ndarray, members: int, seed: int) -> tuple[Acting, np.ndarray]:
    """Members who speak on each day: so many of `members`, the low numbers more often; one or more messages each.

    Returns the entries (rows counted with the lead-in) and the messages by day and group.
    """
    random = np.random.default_rng(seed)
    entries, messages = [], np.zeros(speakers.shape)
    weights = 1.0 / np.arange(1, members + 1)
    weights /= weights.sum()
    for day, group in np.argwhere(np.nan_to_num(speakers) > 0):
        who = random.choice(members, size=min(int(speakers[day, group]), members), replace=False, p=weights)
        acts = 1 + random.poisson(1.0, len(who))
        messages[day, group] = acts.sum()
        entries += [(group, member, day + LEAD_DAYS, count) for member, count in zip(who, acts, strict=True)]
    table = np.array(entries, dtype=np.int32).reshape(-1, 4)
    messages[np.isnan(speakers)] = np.nan
    return Acting.of(*table.T), messages


def make_talk(speakers: np.ndarray, members: int = 60, seed: int = 1, first: date = START, **counts) -> Observations:
    """A conversation group where every day's speakers are known one by one; NaN = nobody looked."""
    acting, messages = make_crowd(speakers, members, seed)
    return make_seen(
        len(speakers),
        acting,
        ~np.isnan(speakers),
        first,
        messages=messages,
        speakers=np.asarray(speakers, dtype=float),
        **counts,
    )


def judge_all(
    seen: Observations, plans: Plans | None = None, region=Region.WEEKDAYS, policy=DEFAULT_POLICY
) -> Judgement:
    """One pass over everything with a fresh memory."""
    groups = seen.shape[1]
    return judge(seen, kinds_of(seen, region), plans or make_plans(groups), Memory.fresh(groups), policy)


def kinds_of(seen: Observations, region=Region.WEEKDAYS) -> np.ndarray:
    first = date.fromordinal(seen.first)
    return day_kinds(first, date.fromordinal(seen.first + seen.shape[0] - 1), region).kinds


def part_of(seen: Observations, begin: int, end: int) -> Observations:
    """The judged days begin .. end - 1 with their lead-in, as the next nights would load them."""
    rows = slice(begin, end + LEAD_DAYS)
    acting = seen.acting
    inside = (acting.day >= begin) & (acting.day < end + LEAD_DAYS)
    cut = {
        field.name: Count(getattr(seen, field.name).values[rows], getattr(seen, field.name).known[rows])
        for field in fields(seen)
        if field.name in COUNTED
    }
    return Observations(
        first=seen.first + begin,
        acting=Acting(acting.group[inside], acting.member[inside], acting.day[inside] - begin, acting.acts[inside]),
        acting_known=seen.acting_known[rows],
        **cut,
    )


def poisson_speakers(days: int, groups: int = 1, mean=6.0, seed: int = 1, weekend: float = 0.6) -> np.ndarray:
    """Speakers a day, fewer at weekends. `mean`: a number or one per day."""
    random = np.random.default_rng(seed)
    rest = (START.weekday() + np.arange(days)) % 7 >= 5
    level = np.broadcast_to(np.asarray(mean, dtype=float), (days,)) * np.where(rest, weekend, 1.0)
    return random.poisson(level[:, None], (days, groups)).astype(float)
