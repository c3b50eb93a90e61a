"""Which zeros of a source are believed: both sides of each line."""

from __future__ import annotations

import numpy as np
import pytest

from lifecycle.rules.calendar import FESTIVAL, REST_DAY, WORKDAY
from lifecycle.rules.outages import spells_of, zeros_of

USUAL = 28


def source(*shares, groups=12, rest=0.0, before=0.0):
    """28 usual days of groups of which a share `before` is at zero (on rest days `rest` more), then days with so many
    groups at zero; None is a day that nobody told of. All begin on a Monday."""
    days = USUAL + len(shares)
    kinds = np.array([REST_DAY if day % 7 >= 5 else WORKDAY for day in range(days)], dtype=np.int8)
    acted, known = np.ones((days, groups), dtype=bool), np.ones((days, groups), dtype=bool)
    for day in range(USUAL):
        quiet = round(groups * (before + (rest if kinds[day] == REST_DAY else 0)))
        acted[day, (day + np.arange(quiet)) % groups] = False
    for place, zeros in enumerate(shares):
        if zeros is None:
            known[USUAL + place] = acted[USUAL + place] = False
        else:
            acted[USUAL + place, : round(zeros)] = False
    return acted, known, kinds


def broken(*args, **kwargs):
    return zeros_of(*source(*args, **kwargs), USUAL).broken[USUAL:].tolist()


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(source(3), [False], id="a quarter is chance"),
        pytest.param(source(4), [True], id="a third is not"),
        pytest.param(source(12), [True], id="all"),
        pytest.param(source(4, before=2 / 12), [False], id="a source that is often at zero"),
        pytest.param(source(4, before=1 / 12), [True], id="a source that is seldom at zero"),
        pytest.param(source(5, groups=5), [False], id="too few groups to tell"),
        pytest.param(source(6, groups=6), [True], id="just enough groups"),
        pytest.param(source(0, 0, 0, 0, 0, 5, rest=5 / 12), [False] * 6, id="quiet weekends are usual"),
        pytest.param(source(0, 0, 0, 0, 0, 5), [False] * 5 + [True], id="a weekend that is not"),
        pytest.param(source(None), [False], id="nothing told is no zero"),
        pytest.param(source(12, None, 12, 0, 12), [True, False, True, False, True], id="until they act again"),
    ],
)
def test_a_day_of_a_source_is_broken(seen, expected):
    assert zeros_of(*seen, USUAL).broken[USUAL:].tolist() == expected


def test_a_long_outage_stays_one_when_the_usual_days_are_out_of_sight():
    assert broken(*[12] * 60) == [True] * 60
    assert broken(*[12] * 60, 0, 0) == [True] * 60 + [False] * 2


def test_festivals_are_not_looked_at():
    acted, known, kinds = source(12)
    kinds[USUAL] = FESTIVAL
    assert not zeros_of(acted, known, kinds, USUAL).broken.any()


def test_only_zeros_of_broken_days_are_doubted():
    acted, known, kinds = source(4, 0)
    known[USUAL, 11] = acted[USUAL, 11] = False
    found = zeros_of(acted, known, kinds, USUAL)
    assert np.argwhere(found.doubted).tolist() == [[USUAL, group] for group in range(4)]


def test_spells_run_from_the_first_broken_day_to_the_first_right_one():
    found = zeros_of(*source(0, 12, None, 12, 0, 12), USUAL)
    assert spells_of(found, USUAL) == [(USUAL + 1, USUAL + 4), (USUAL + 5, None)]
