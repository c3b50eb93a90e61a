"""One day from all its rows is the last of many days, to the bit; other rows than those of one day are refused."""

from dataclasses import fields, replace

import numpy as np
import pytest

from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.last_day import last_day_of
from lifecycle.rules.lately import lately_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.whole_day import inputs_of_day
from lifecycle.rules.windows import Acting
from lifecycle.tests.series_making import START, kinds_of, make_plans, make_talk, part_of, poisson_speakers

GROUPS = 3


def one_day(days, **plans):
    """The last of so many judged days, by all its rows and who acted lately; and the same out of all days."""
    whole = make_talk(poisson_speakers(days, GROUPS, mean=3.0))
    seen = part_of(whole, days - 1, days)
    acting = seen.acting
    entries = (acting.group, acting.member, acting.day, acting.acts)
    lately = lately_of([entries], GROUPS, LEAD_DAYS, seen.first + LEAD_DAYS)
    nobody = Acting.of(*np.zeros((4, 0), dtype=np.int32))
    plans = make_plans(GROUPS, **plans)
    found = inputs_of_day(replace(seen, acting=nobody), lately, kinds_of(seen), plans, Memory.fresh(GROUPS))
    return found, last_day_of(inputs_of(seen, kinds_of(seen), plans, Memory.fresh(GROUPS)))


@pytest.mark.parametrize("transaction", [False, True], ids=["talks", "sells"])
@pytest.mark.parametrize("days", [1, 7, 8, 40, 120])
def test_one_day_from_its_rows_is_the_last_of_many(days, transaction):
    found, expected = one_day(days, transaction=transaction)
    assert found.first == START.toordinal() + days - 1
    for name in ("evidence", "acted", "share_at_look", "share_of_one"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    for part in ("carried", "weeks"):
        of_day, of_many = getattr(found, part), getattr(expected, part)
        for each in fields(of_many):
            np.testing.assert_array_equal(getattr(of_day, each.name), getattr(of_many, each.name), err_msg=each.name)
    for name in ("week", "window", "either", "before"):
        np.testing.assert_array_equal(getattr(found.named, name), getattr(expected.named, name), err_msg=name)


@pytest.mark.parametrize("days", [2, 3])
def test_rows_of_more_than_one_day_are_refused(days):
    seen = make_talk(poisson_speakers(days, GROUPS))
    lately = lately_of([], GROUPS, LEAD_DAYS, seen.first + LEAD_DAYS)
    with pytest.raises(ValueError, match="its own"):
        inputs_of_day(seen, lately, kinds_of(seen), make_plans(GROUPS), Memory.fresh(GROUPS))


def test_rows_of_less_than_a_day_are_refused():
    seen = part_of(make_talk(poisson_speakers(1, GROUPS)), 0, 0)
    with pytest.raises(ValueError, match="its own"):
        inputs_of_day(seen, lately_of([], GROUPS, 0, 1), kinds_of(seen), make_plans(GROUPS), Memory.fresh(GROUPS))
