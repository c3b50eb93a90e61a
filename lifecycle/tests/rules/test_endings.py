"""When an ended group had faded: a tenth of its own pace, up to the end, with enough seen before."""

import numpy as np
import pytest

from lifecycle.rules.endings import faded_weeks_ago


@pytest.mark.parametrize(
    ("weeks", "ago"),
    [
        ([10] * 20 + [0] * 13, 13),
        ([10] * 20 + [1] + [0] * 12, 13),  # one last word does not keep it alive
        ([10] * 20 + [1] * 13, 0),  # a tenth is not less than a tenth
        ([10] * 20 + [0] * 6 + [10] * 4 + [0] * 13, 13),  # it came back once
        ([-1] * 5 + [10] * 20 + [-1] * 4 + [0] * 9, 9),  # a week that nobody saw is no silence
        ([10] * 20 + [-1] * 13, 0),
        ([10] * 3 + [0] * 4, 0),  # too little seen before
        ([3] * 9 + [0] * 13, 0),  # 27 acts are no pace
        ([10] * 20, 0),
        ([10] * 8 + [0] * 4, 4),  # eight weeks are enough
        ([10] * 7 + [0], 0),  # seven are not
        ([30] + [0] * 12, 5),  # thirty acts are enough
        ([29] + [0] * 12, 0),  # 29 are not
        ([40] + [10] * 26 + [1] * 13, 0),  # its pace is that of 26 weeks, not of 27
        ([10] * 40 + [1] + [0] * 12, 13),  # nor that of its whole life
        ([10] * 40 + [1] * 13, 0),
        ([10] * 20 + [0] + [-1] * 20 + [0], 22),  # what nobody saw is no act
    ],
)
def test_a_fade_is_found_where_it_began(weeks, ago):
    assert faded_weeks_ago(np.array([weeks])).tolist() == [ago]


def test_groups_do_not_mix():
    lively, quiet = [10] * 30, [10] * 20 + [0] * 10
    assert faded_weeks_ago(np.array([lively, quiet, lively])).tolist() == [0, 10, 0]
