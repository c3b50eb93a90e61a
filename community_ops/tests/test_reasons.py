"""What stands behind a score, as people count it: silence in days of the calendar, people against what costs more."""

import pytest
from django.utils import translation

from community_ops.reasons import behind, cause_sentence

SINCE_JULY = {"last_act": "2026-07-30", "last_observed": "2026-11-26"}


@pytest.mark.parametrize(
    ("figures", "cause", "part"),
    [
        pytest.param({}, "Silence", "", id="not known"),
        pytest.param({"silent_exposure": 12.4}, "Silence: quiet for 12 days", "quiet for 12 days", id="no last act"),
        pytest.param(
            SINCE_JULY | {"silent_exposure": 96.7},
            "Silence: quiet for 119 days",
            "quiet for 119 days, which weigh as 96",
            id="weekends and a festival weigh less",
        ),
        pytest.param(
            {"last_act": "2026-11-25", "last_observed": "2026-11-26", "silent_exposure": 1.0},
            "Silence: quiet for 1 day",
            "quiet for 1 day",
            id="one day that weighs as one",
        ),
        pytest.param(
            {"last_act": "2026-11-14", "last_observed": "2026-11-26", "silent_exposure": 13.1},
            "Silence: quiet for 12 days",
            "quiet for 12 days",
            id="weekends that weigh more add no sentence",
        ),
    ],
)
def test_silence_is_told_as_people_count_it(figures, cause, part):
    with translation.override("en"):
        assert cause_sentence("silence", figures) == cause
        assert behind("rhythm", figures) == part


PEOPLE = {"people_28": 31, "people_judged": 31.0, "people_counted": 1, "people_goal": 20.0, "observed_28": 28}


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        pytest.param({}, "31 people took part in 28 days (goal 20)", id="no own best yet"),
        pytest.param({"people_to_keep": 30.1}, "31 people took part in 28 days (goal 20)", id="kept enough"),
        pytest.param(
            {"people_to_keep": 60.2},
            "31 people took part in 28 days (by its own best, at least 61 should)",
            id="many of them are gone, though the goal is met",
        ),
        pytest.param(
            {"people_28": 12, "people_counted": 0, "people_to_keep": 60.2},
            "about 31 people took part in 28 days (by its own best, at least 61 should)",
            id="estimated, as the best was",
        ),
        pytest.param(
            {"people_28": 3, "people_judged": 3.0, "people_to_keep": 4.0},
            "3 people took part in 28 days (goal 20)",
            id="the goal costs more",
        ),
    ],
)
def test_people_are_told_against_what_costs_more(figures, told):
    with translation.override("en"):
        assert behind("breadth", PEOPLE | figures) == told
