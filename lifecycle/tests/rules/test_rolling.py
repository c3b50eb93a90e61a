"""The rolling form gives the judge what the full form gives it, bit for bit, night after night."""

import copy
from dataclasses import fields, replace

import numpy as np
import pytest

from lifecycle.rules.causes import CAUSES
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.judging import judge_inputs
from lifecycle.rules.kept import ACTED_ROW, DAYS_ROW, LAYOUT, WEEKS_ROW, Acted, acted_of, days_rows, weeks_rows
from lifecycle.rules.memory import MEMORY_ROW, Memory
from lifecycle.rules.observations import COUNTED, Count, Observations
from lifecycle.rules.packing import Columns, as_rows
from lifecycle.rules.packing import only as only_rows
from lifecycle.rules.policy import LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.rolling import Kept, Today, fits, roll, week_until
from lifecycle.rules.windows import Acting
from lifecycle.tests.series_making import START, kinds_of, make_crowd, make_plans, make_seen, part_of

NIGHTS, GROUPS = 150, 24
CHANGED, CHANGED_BACK = 70, 101  # nights before which plans are amended


def make_groups(seed: int) -> Observations:
    """Talk and sales of all kinds: missing days, adverts, leavers, members known and unknown, silence, late starts."""
    random = np.random.default_rng(seed)
    shape = (NIGHTS, GROUPS)
    speakers = random.poisson(random.uniform(0.2, 8, GROUPS), shape).astype(float)
    speakers[random.random(shape) < np.linspace(0, 0.5, GROUPS)] = np.nan
    speakers[60:, 3] = 0
    speakers[:40, 4] = np.nan
    speakers[30:, 8] = 1
    speakers[80:110, 5] = np.nan
    acting, messages = make_crowd(speakers, 25, seed)
    unnamed = random.random(GROUPS) < 0.3
    unnamed[8] = False
    named = ~unnamed[acting.group]
    hero = (acting.group == 8) & (acting.day >= LEAD_DAYS + 30)
    member = np.where(hero, 0, acting.member).astype(np.int32)
    acting = Acting.of(acting.group[named], member[named], acting.day[named], acting.acts[named])
    ads = np.where(random.random(shape) < 0.5, random.integers(0, 9, shape), np.nan)
    ads[50:75, 6] = 60
    counts = {
        "messages": messages + np.nan_to_num(ads),
        "speakers": np.where(random.random(shape) < 0.8, speakers, np.nan),
        "ads": ads,
        "leaves": np.where(random.random(shape) < 0.7, random.poisson(0.4, shape), np.nan),
        "members": np.where(random.random(shape) < 0.1, random.integers(10, 90, shape), np.nan),
        "clicks": np.where(random.random(shape) < 0.8, random.integers(0, 30, shape), np.nan),
        "orders": np.where(random.random(shape) < 0.6, random.integers(0, 9, shape), np.nan),
        "buyers": np.where(random.random(shape) < 0.5, random.integers(0, 6, shape), np.nan),
        "questions": np.where(random.random(shape) < 0.6, random.integers(0, 6, shape), np.nan),
        "answered": np.where(random.random(shape) < 0.7, random.integers(0, 4, shape), np.nan),
    }
    counts["leaves"][90, 7] = 50
    for name in ("clicks", "orders", "ads"):
        counts[name][60:105, 9] = 0  # nothing is offered
    counts["orders"][:55, :12] = np.nan
    seen = make_seen(NIGHTS, acting, None, START, **counts)
    seen.acting_known[acting.day, acting.group] = True
    seen.acting_known[seen.messages.known & (seen.messages.values == 0)] = True
    return seen


def plans_of(night: int):
    """Some sell from the beginning, some by clicks; others begin to later, or stop, or name another signal."""
    numbers = np.arange(GROUPS)
    amended = CHANGED <= night < CHANGED_BACK
    return replace(
        make_plans(GROUPS),
        transaction=(numbers % 4 == 1) | (amended & (numbers % 4 == 2)),
        clicks=(numbers % 8 == 1) ^ (amended & (numbers % 8 == 5)),
        goal_acts=np.where(numbers % 3 == 0, 12, 0),
        service=numbers % 8 == 4,
        answer_target=np.where(numbers % 16 == 4, 0.5, np.nan),
    )


class Nights:
    """Goes through the nights by the rolling form where it may, as the health stage does, beside the full form."""

    def __init__(self, seen: Observations, kinds=None):
        self.seen, self.kinds = seen, kinds_of(seen) if kinds is None else kinds
        self.memory, self.full_memory = Memory.fresh(GROUPS), Memory.fresh(GROUPS)
        self.days = self.acted = None
        self.weeks: dict[int, Columns] = {}
        self.rolled = 0
        self.causes: set[str] = set()

    def night(self, n: int, fit=fits) -> None:
        piece, plans, kinds = part_of(self.seen, n, n + 1), plans_of(n), self.kinds[n : n + LEAD_DAYS + 1]
        before = copy.deepcopy(self.memory)
        inputs = inputs_of(piece, kinds, plans, self.full_memory)
        expected = judge_inputs(inputs, plans, self.full_memory)
        acted = acted_of(piece.acting, piece.first, inputs.first)
        if n - 7 in self.weeks:
            past = self.kinds[n - 7 + 1 : n + LEAD_DAYS - 6]
            places = np.flatnonzero(fit(self.weeks[n - 7], inputs.first, plans, before.orders_since, past))
            self.rolled += len(places)
            self.check(places, n, plans, kinds, before, expected, inputs, acted)
        self.memory = copy.deepcopy(self.full_memory)
        self.days, self.acted = days_rows(piece), acted
        self.weeks[n] = weeks_rows(inputs, 0, expected.score[0], plans, self.memory.orders_since, kinds[1:])

    def check(self, places, n, plans, kinds, before, expected, inputs, acted) -> None:
        """Roll the groups of these places alone and compare everything with the full form."""
        some = replace(plans, **{f.name: getattr(plans, f.name)[places] for f in fields(plans)})
        memory = Memory.of(only_rows(before.columns(), places))
        kept = Kept(self.days, self.weeks[n - 7], self.acted).only(places)
        today = today_of(only(part_of(self.seen, n, n + 1), places))
        week = week_until(kept.days, today)
        rolled, now = roll(kept, week, today, kinds[-7:], some, memory)
        found = judge_inputs(rolled, some, memory)
        for part in ("weeks", "named", "carried"):
            whole, mine = getattr(inputs, part), getattr(rolled, part)
            for field in fields(whole):
                one, other = getattr(whole, field.name), getattr(mine, field.name)
                np.testing.assert_array_equal(one[..., places], other, err_msg=f"{n} {part} {field.name}")
                assert one.dtype == other.dtype, field.name
        for name in ("state", "score", "coverage", "losses", "cap_loss", "severity", "sign", "spark", "carried_by_one"):
            np.testing.assert_array_equal(getattr(expected, name)[..., places], getattr(found, name), err_msg=name)
        for name, values in found.figures.items():
            np.testing.assert_array_equal(expected.figures[name][..., places], values, err_msg=f"{n} {name}")
        self.causes |= {CAUSES[cause] for cause in np.flatnonzero(found.severity.any(axis=(0, 2)))}
        expected_memory = only_rows(self.full_memory.columns(), places)
        assert as_rows(memory.columns(), MEMORY_ROW).tobytes() == as_rows(expected_memory, MEMORY_ROW).tobytes()
        kept_then = Kept(self.days, self.weeks[n - 7], acted).only(places).acted
        for field in fields(Acted):
            np.testing.assert_array_equal(getattr(kept_then, field.name), getattr(now, field.name))
        expected_days = only_rows(days_rows(part_of(self.seen, n, n + 1)), places)
        assert as_rows(days_rows(week), DAYS_ROW).tobytes() == as_rows(expected_days, DAYS_ROW).tobytes()


def only(seen: Observations, places: np.ndarray) -> Observations:
    column = np.full(seen.shape[1], -1)
    column[places] = np.arange(len(places))
    inside = column[seen.acting.group] >= 0
    acting = seen.acting
    counts = {
        name: Count(*(x[:, places] for x in (getattr(seen, name).values, getattr(seen, name).known)))
        for name in COUNTED
    }
    return Observations(
        first=seen.first,
        acting=Acting(column[acting.group[inside]], acting.member[inside], acting.day[inside], acting.acts[inside]),
        acting_known=seen.acting_known[:, places],
        **counts,
    )


def today_of(seen: Observations) -> Today:
    """The last row as a night reads it."""
    last = seen.shape[0] - 1
    known = sum(np.where(getattr(seen, name).known[-1], KNOWN[name], 0) for name in COUNTED).astype(np.int16)

    def entries(row: int) -> Acting:
        on = seen.acting.day == row
        return Acting(*(x[on] for x in (seen.acting.group, seen.acting.member, seen.acting.day, seen.acting.acts)))

    counts = {name: getattr(seen, name).values[-1] for name in COUNTED}
    return Today(seen.first + last, known, counts, entries(last), entries(last - WINDOW_DAYS))


@pytest.mark.parametrize("seed", [1, 2])
def test_rolling_gives_what_the_full_form_gives(seed):
    nights = Nights(make_groups(seed))
    for n in range(NIGHTS):
        nights.night(n)
    assert nights.rolled > 0.8 * (NIGHTS - 7) * GROUPS
    assert nights.causes >= {"fading", "overload", "carried_by_one", "unserved"}


def test_after_an_amended_plan_the_full_form_judges_for_a_week_and_no_longer():
    nights = Nights(make_groups(3))
    rolled = []
    for n in range(CHANGED + 9):
        before = nights.rolled
        nights.night(n)
        rolled.append(nights.rolled - before)
    amended = int((plans_of(CHANGED).transaction != plans_of(0).transaction).sum())
    amended += int((plans_of(CHANGED).clicks != plans_of(0).clicks).sum())
    assert rolled[CHANGED - 1] == GROUPS
    assert max(rolled[CHANGED : CHANGED + 7]) <= GROUPS - amended
    assert rolled[CHANGED + 7] == GROUPS


def test_without_the_signature_an_amended_plan_would_be_judged_by_the_old_one():
    nights = Nights(make_groups(1))
    with pytest.raises(AssertionError):
        for n in range(NIGHTS):
            nights.night(n, fit=lambda *given: np.ones(GROUPS, dtype=bool))


def test_a_calendar_that_says_otherwise_about_the_past_makes_the_weeks_unusable():
    nights = Nights(make_groups(1))
    for n in range(20):
        nights.night(n)
    before = nights.rolled
    nights.kinds = nights.kinds.copy()
    nights.kinds[LEAD_DAYS + 5] = 2
    nights.night(20)
    assert nights.rolled == before


def test_the_stored_rows_are_what_their_layout_says():
    """Whoever changes a row gives the rows a new layout, and this line with it."""
    sizes = [row.itemsize for row in (MEMORY_ROW, DAYS_ROW, WEEKS_ROW, ACTED_ROW)]
    assert (LAYOUT, sizes) == (6, [140, 301, 451, 12])
