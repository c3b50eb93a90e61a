"""What the judge is given of the judged days, and the same of the last of them alone."""

from dataclasses import fields

import numpy as np
import pytest

from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.last_day import last_day_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.windows import Acting
from lifecycle.tests.series_making import START, kinds_of, make_plans, make_seen, make_talk, poisson_speakers


def inputs_from(seen):
    groups = seen.shape[1]
    return inputs_of(seen, kinds_of(seen), make_plans(groups), Memory.fresh(groups))


@pytest.mark.parametrize("days", [1, 4])
def test_the_last_day_alone_is_the_last_of_all_days(days):
    whole = inputs_from(make_talk(poisson_speakers(days, 2)))
    last = last_day_of(whole)
    assert last.first == START.toordinal() + days - 1
    for name in ("evidence", "acted", "share_at_look"):
        np.testing.assert_array_equal(getattr(last, name), getattr(whole, name)[-1:])
    for part, of_days in (("carried", lambda each: each[-1:]), ("weeks", lambda each: each[:, -1:])):
        for each in fields(getattr(whole, part)):
            kept = getattr(getattr(last, part), each.name)
            np.testing.assert_array_equal(kept, of_days(getattr(getattr(whole, part), each.name)), err_msg=each.name)
    for name in ("week", "window", "either"):
        np.testing.assert_array_equal(getattr(last.named, name), getattr(whole.named, name)[-1:])
    np.testing.assert_array_equal(last.named.before, whole.named.before[:, -1:])


def test_the_share_of_one_is_of_four_weeks_to_the_day():
    """Eight days from a Monday on: one has 10 acts on the first, another 30 on the last, which is a Monday too."""
    messages = np.array([[10.0], *[[0.0]] * 6, [30.0]])
    acting = Acting.of(*np.array([[0, 1, LEAD_DAYS, 10], [0, 2, LEAD_DAYS + 7, 30]], dtype=np.int32).T)
    seen = make_seen(8, acting, True, messages=messages, speakers=np.minimum(messages, 1))
    found = inputs_from(seen)
    assert found.acted[:, 0].tolist() == [True, *[False] * 6, True]
    assert found.share_of_one.tolist() == [0.75]
    assert found.share_at_look[:, 0] == pytest.approx([1.0, *[np.nan] * 6, 0.75], nan_ok=True)
