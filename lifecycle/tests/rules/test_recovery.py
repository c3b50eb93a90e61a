from datetime import date, timedelta

import pytest

from lifecycle.rules.recovery import Result, judge_attempt

DAY = date(2026, 11, 2)


def scores(*runs: tuple[int, int]) -> list[tuple[date, int]]:
    """Runs of (days, score) one after another from DAY on."""
    flat = [score for days, score in runs for _ in range(days)]
    return [(DAY + timedelta(days=place), score) for place, score in enumerate(flat)]


@pytest.mark.parametrize(
    ("readings", "result", "checks"),
    [
        pytest.param([], Result.PENDING, 0, id="nothing read"),
        pytest.param(scores((7, 9000)), Result.PENDING, 0, id="day 7 does not count"),
        pytest.param(scores((14, 6000)), Result.PENDING, 1, id="one check"),
        pytest.param(scores((20, 6000)), Result.PENDING, 1, id="a day before the second"),
        pytest.param(scores((21, 6000)), Result.RECOVERED, 2, id="two checks at the bar"),
        pytest.param(scores((21, 5999)), Result.PENDING, 2, id="just under the bar"),
        pytest.param(scores((13, 9000), (8, 4000)), Result.PENDING, 2, id="a burst that passes"),
        pytest.param(scores((21, 4000), (7, 7000)), Result.FAILED, 3, id="good in the end, but once"),
        pytest.param(scores((20, 4000), (8, 7000)), Result.RECOVERED, 3, id="late but twice"),
        pytest.param(scores((27, 4000)), Result.PENDING, 2, id="a day before it is over"),
        pytest.param(scores((28, 4000)), Result.FAILED, 3, id="over"),
        pytest.param(scores((28, 0)), Result.FAILED, 3, id="nothing at all is a score"),
        pytest.param(scores((20, 4000), (60, -1)), Result.PENDING, 1, id="an outage does not fail it"),
        pytest.param(scores((14, 6000), (60, -1), (7, 6000)), Result.RECOVERED, 2, id="nor does it forget"),
    ],
)
def test_the_result_of_an_attempt(readings, result, checks):
    found = judge_attempt(readings)
    assert (found.result, len(found.checks)) == (result, checks)
