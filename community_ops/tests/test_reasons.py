"""Silence is told in days of the calendar, which people check against the last act, and its weight beside it."""

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
