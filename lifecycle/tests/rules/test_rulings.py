"""Which policy holds on which day, and that a pass over days of several policies is so many nights."""

from copy import deepcopy
from dataclasses import fields, replace

import numpy as np
import pytest

from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.judging import Judgement, judge_inputs
from lifecycle.rules.judging_by_days import days_of, judge_by_days
from lifecycle.rules.memory import Memory
from lifecycle.rules.packing import packed
from lifecycle.rules.policy import DEFAULT_POLICY, LEAD_DAYS, RULE_VERSION
from lifecycle.rules.policy_trial import HELD_DAYS, added, compare
from lifecycle.rules.rulings import AS_DELIVERED, Rulings, policy_number, rulings_of
from lifecycle.tests.series_making import kinds_of, make_plans, make_talk, poisson_speakers

LENIENT = replace(DEFAULT_POLICY, low_score=3000, recovered_score=3500, cap_exodus=5000, weights=(10, 10, 50, 20, 10))
STRICT = replace(DEFAULT_POLICY, low_score=9500, recovered_score=9800, least_exposure=2.0, dormant_exposure=9.0)
TWO = rulings_of([(2, 200, LENIENT), (1, 100, STRICT)])


@pytest.mark.parametrize(
    ("day", "number"),
    [
        pytest.param(99, 0, id="before any"),
        pytest.param(100, 1, id="its first day"),
        pytest.param(199, 1, id="its last day"),
        pytest.param(200, 2, id="the next"),
        pytest.param(9999, 2, id="for ever"),
    ],
)
def test_the_newest_that_has_begun_holds(day, number):
    assert TWO.on(day).number == number
    assert TWO.on(day).version == RULE_VERSION + 100 * number
    assert policy_number(TWO.on(day).version) == number
    assert TWO.of(TWO.on(day).version) == TWO.on(day)


def test_one_more_for_a_trial_has_the_next_number_and_holds_from_its_day():
    more = TWO.and_from(300, STRICT)
    assert (more.on(300).number, more.on(299).number) == (3, 2)
    assert Rulings().and_from(5, STRICT).on(5).number == 1


def test_one_adopted_later_for_an_earlier_day_takes_the_place_of_both():
    found = rulings_of([(1, 100, STRICT), (2, 90, LENIENT)])
    assert [found.on(day).number for day in (89, 90, 100, 101)] == [0, 2, 2, 2]


@pytest.mark.parametrize(
    ("first", "last", "cut"),
    [
        pytest.param(10, 50, [(10, 50, 0)], id="none begins"),
        pytest.param(98, 100, [(98, 99, 0), (100, 100, 1)], id="on the last day"),
        pytest.param(100, 120, [(100, 120, 1)], id="on the first day"),
        pytest.param(99, 201, [(99, 99, 0), (100, 199, 1), (200, 201, 2)], id="two begin"),
    ],
)
def test_days_are_cut_where_a_policy_begins(first, last, cut):
    assert [(each.first, each.last, each.ruling.number) for each in TWO.spans(first, last)] == cut
    numbers = [number for begin, end, number in cut for _ in range(begin, end + 1)]
    assert (TWO.versions(first, last) // 100).tolist() == numbers


def a_pass():
    """Groups that live, fall silent, are not seen for a while, and thin out, over 150 days."""
    talk = poisson_speakers(150, 6, mean=5, seed=4)
    talk[80:, 1] = 0
    talk[60:75, 2] = np.nan
    talk[70:, 3] = np.minimum(talk[70:, 3], 1)
    seen, plans = make_talk(talk, members=20), make_plans(6)
    kinds = kinds_of(seen)
    memory = Memory.fresh(6)
    return inputs_of(seen, kinds, plans, memory), plans, memory


def same(one: Judgement, other: Judgement) -> bool:
    return all(
        all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)
        if isinstance(a, dict)
        else np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
        for a, b in ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Judgement))
    )


def test_a_pass_over_three_policies_is_so_many_nights_bit_for_bit():
    inputs, plans, memory = a_pass()
    rulings = rulings_of([(1, inputs.first + 50, STRICT), (2, inputs.first + 97, LENIENT)])
    at_once, by_night = deepcopy(memory), deepcopy(memory)
    whole = judge_by_days(inputs, plans, at_once, rulings)
    for n in range(150):
        night = days_of(inputs, inputs.first + n, inputs.first + n)
        found = judge_by_days(night, plans, by_night, rulings)
        for name in ("state", "score", "coverage", "losses", "cap_loss", "severity", "sign"):
            assert np.array_equal(getattr(found, name)[0], getattr(whole, name)[n]), (name, n)
        assert all(np.array_equal(found.figures[k][0], whole.figures[k][n], equal_nan=True) for k in whole.figures)
    assert packed(by_night.columns()) == packed(at_once.columns())
    under_one = judge_inputs(inputs, plans, deepcopy(memory))
    assert np.array_equal(whole.state[:50], under_one.state[:50])
    assert not np.array_equal(whole.state[50:], under_one.state[50:])


def test_without_another_policy_it_is_the_judge_alone():
    inputs, plans, memory = a_pass()
    assert same(judge_by_days(inputs, plans, deepcopy(memory), Rulings()), judge_inputs(inputs, plans, memory))


def test_a_trial_counts_what_a_stricter_line_flags_and_leaves_the_memory_alone():
    inputs, plans, memory = a_pass()
    before = packed(memory.columns())
    found = compare(inputs, plans, memory, Rulings(), STRICT)
    assert packed(memory.columns()) == before
    counted = found.counted()
    assert counted["fading"][1] > counted["fading"][0]
    assert counted["flagged"] == (int(found.causes[0].any(axis=0).sum()), int(found.causes[1].any(axis=0).sum()))
    assert set(found.turned.tolist()) >= set(np.flatnonzero(found.causes[0].any(0) != found.causes[1].any(0)).tolist())
    assert not compare(inputs, plans, memory, Rulings(), DEFAULT_POLICY).turned.size
    until = len(inputs.acted) - HELD_DAYS
    assert 0 < until < len(inputs.acted)


def test_counts_of_pieces_add_up():
    assert added({}, {"flagged": (1, 2)}) == {"flagged": (1, 2)}
    both = added({"flagged": [1, 2], "silence": [3, 3]}, {"flagged": (10, 20)})
    assert both == {"flagged": (11, 22), "silence": (3, 3)}


def test_as_delivered_is_the_policy_of_the_code():
    assert (AS_DELIVERED.policy, AS_DELIVERED.version, LEAD_DAYS) == (DEFAULT_POLICY, RULE_VERSION, 112)
