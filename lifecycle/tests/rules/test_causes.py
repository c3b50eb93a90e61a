"""From a state and a day's figures to the causes of a flag: both sides of each boundary, and the earliest sign."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.causes import AT_RISK, CAUSES, NOTE, WATCH, causes_of
from lifecycle.rules.memory import (
    AD_OVERRUN,
    BY_SILENCE,
    BY_THIN,
    DEAD,
    DECLINING,
    DORMANT,
    FORMING,
    MISSION_COMPLETE,
    STABLE,
    THRIVING,
    UNKNOWN,
    Memory,
)
from lifecycle.rules.policy import DEFAULT_POLICY
from lifecycle.tests.series_making import make_plans

DAY = 739_000


def causes(state, *, last_act=DAY, exodus=False, acts_7=0, unserved_for=0, ends_on=NO_DAY, **remembered):
    """{cause: (severity, days from the earliest sign to today)} of one group, without those that are not flagged."""
    memory = Memory.fresh(1)
    for name, value in {"state": state, **remembered}.items():
        getattr(memory, name)[:] = value
    figures = SimpleNamespace(
        carried=SimpleNamespace(last_act=np.array([[last_act]]), unserved_for=np.array([[unserved_for]])),
        leavers=SimpleNamespace(exodus=np.array([[exodus]])),
        acts_7=np.array([[acts_7]]),
    )
    found = causes_of(memory, DAY, figures, 0, make_plans(1, ends_on=ends_on), DEFAULT_POLICY)
    told = zip(CAUSES, found.severity[:, 0].tolist(), (DAY - found.sign[:, 0]).tolist(), strict=True)
    return {name: (severity, ago) for name, severity, ago in told if severity}


@pytest.mark.parametrize(
    ("state", "more", "told"),
    [
        pytest.param(STABLE, {}, {}, id="a stable one"),
        pytest.param(
            DORMANT, {"dormant_by": BY_SILENCE, "last_act": DAY - 20}, {"silence": (AT_RISK, 19)}, id="dormant"
        ),
        pytest.param(DEAD, {"dormant_by": BY_SILENCE, "last_act": DAY - 90}, {"silence": (AT_RISK, 89)}, id="dead"),
        pytest.param(
            DORMANT,
            {"last_act": DAY - 20, "below_since": DAY - 30},
            {"silence": (AT_RISK, 30)},
            id="below before it was silent",
        ),
        pytest.param(
            DORMANT,
            {"last_act": DAY - 20, "below_since": DAY - 3},
            {"silence": (AT_RISK, 19)},
            id="silent before it was below",
        ),
        pytest.param(DORMANT, {}, {"silence": (AT_RISK, 0)}, id="an act today"),
        pytest.param(DORMANT, {"last_act": NO_DAY}, {"silence": (AT_RISK, 0)}, id="never an act"),
        pytest.param(
            DORMANT, {"dormant_by": BY_THIN, "below_since": DAY - 8}, {"fading": (AT_RISK, 8)}, id="a trickle"
        ),
        pytest.param(DECLINING, {"below_since": DAY - 5}, {"fading": (WATCH, 5)}, id="declining"),
        pytest.param(DECLINING, {}, {"fading": (WATCH, 0)}, id="declining since today"),
        pytest.param(
            UNKNOWN, {"beneath": DORMANT}, {"silence": (AT_RISK, 0)}, id="no more data of one that is dormant"
        ),
        pytest.param(AD_OVERRUN, {"below_since": DAY - 2}, {"ad_overrun": (AT_RISK, 2)}, id="adverts"),
        pytest.param(STABLE, {"exodus": True, "below_since": DAY - 2}, {"exodus": (WATCH, 0)}, id="leavers"),
        pytest.param(MISSION_COMPLETE, {"ends_on": DAY - 3}, {"mission_complete": (NOTE, 3)}, id="complete"),
        pytest.param(
            MISSION_COMPLETE, {"ends_on": DAY + 9}, {"mission_complete": (NOTE, 0)}, id="complete before its end"
        ),
        pytest.param(STABLE, {"ends_on": DAY - 2, "acts_7": 1}, {}, id="going on two days after its end"),
        pytest.param(
            STABLE, {"ends_on": DAY - 3, "acts_7": 1}, {"overdue": (WATCH, 3)}, id="going on three days after it"
        ),
        pytest.param(STABLE, {"ends_on": DAY - 13}, {}, id="quiet thirteen days after it"),
        pytest.param(STABLE, {"ends_on": DAY - 14}, {"overdue": (WATCH, 14)}, id="quiet fourteen days after it"),
        pytest.param(THRIVING, {"overloaded": 1}, {"overload": (NOTE, 13)}, id="overloaded"),
        pytest.param(FORMING, {"overloaded": 1}, {}, id="overloaded, but forming"),
        pytest.param(
            STABLE, {"carried": 1, "carried_since": DAY - 7}, {"carried_by_one": (NOTE, 7)}, id="carried by one"
        ),
        pytest.param(STABLE, {"carried": 1}, {"carried_by_one": (NOTE, 0)}, id="carried by one since today"),
        pytest.param(FORMING, {"carried": 1}, {}, id="carried by one, but forming"),
        pytest.param(FORMING, {"unserved_for": 13}, {}, id="thirteen days without an offer"),
        pytest.param(FORMING, {"unserved_for": 14}, {"unserved": (WATCH, 13)}, id="fourteen days without an offer"),
        pytest.param(
            MISSION_COMPLETE, {"unserved_for": 14}, {"mission_complete": (NOTE, 0)}, id="complete without an offer"
        ),
    ],
)
def test_the_causes_of_a_day(state, more, told):
    assert causes(state, **more) == told
