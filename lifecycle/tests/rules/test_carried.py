"""What is carried from day to day without a window, and what a rest day is worth: small series, counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.carried import carried_of
from lifecycle.rules.exposure import Exposure, rest_factor_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Count
from lifecycle.rules.policy import DEFAULT_POLICY

FIRST = 739_000


def column(values, kind=bool):
    return np.array(values, dtype=kind)[:, None]


def carried(acts, *, observed=None, unserved=None, members=(), **remembered):
    """One group from FIRST on, after one row of lead; members of None are not known."""
    days = len(acts)
    observed = observed or [True] * days
    memory = Memory.fresh(1)
    for name, value in remembered.items():
        getattr(memory, name)[:] = value
    counted = [*members, *[None] * (days - len(members))]
    return carried_of(
        SimpleNamespace(acts=column([0, *acts], int), observed=column([False, *observed])),
        Exposure(column([False, *observed]), column([False] * (days + 1))),
        column([False, *(unserved or [False] * days)]),
        Count(
            column([0, *(each or 0 for each in counted)], int),
            column([False, *(each is not None for each in counted)]),
        ),
        FIRST,
        memory,
        lead=1,
    )


@pytest.mark.parametrize(
    ("made", "name", "told"),
    [
        pytest.param(lambda: carried([0, 0, 3, 0]), "silent_work", [1, 2, 0, 1], id="silence begins anew after an act"),
        pytest.param(
            lambda: carried([0, 3, 0], silent_work=5), "silent_work", [6, 0, 1], id="silence goes on from before"
        ),
        pytest.param(
            lambda: carried([0, 0, 0], observed=[1, 0, 1]), "silent_work", [1, 1, 2], id="an unseen day is no silence"
        ),
        pytest.param(lambda: carried([3, 0], lived_work=9), "lived_work", [10, 11], id="days lived"),
        pytest.param(
            lambda: carried([0, 0, 0], observed=[0, 1, 1]),
            "first_observed",
            [NO_DAY, FIRST + 1, FIRST + 1],
            id="first seen on the second day",
        ),
        pytest.param(
            lambda: carried([0, 0], first_observed=FIRST - 9), "first_observed", [FIRST - 9] * 2, id="seen before"
        ),
        pytest.param(lambda: carried([0, 0], observed=[0, 0]), "first_observed", [NO_DAY] * 2, id="never seen"),
        pytest.param(
            lambda: carried([0, 3, 0], last_act=FIRST - 4),
            "last_act",
            [FIRST - 4, FIRST + 1, FIRST + 1],
            id="the last act",
        ),
        pytest.param(lambda: carried([0, 0], observed=[1, 0]), "last_observed", [FIRST, FIRST], id="last seen"),
        pytest.param(
            lambda: carried([0] * 3, members=[None, 30, None]), "members", [-1, 30, 30], id="members from a day on"
        ),
        pytest.param(lambda: carried([0] * 2), "members", [-1, -1], id="members never known"),
        pytest.param(
            lambda: carried([0] * 3, unserved=[0, 1, 1], unserved_for=4),
            "unserved_for",
            [0, 1, 2],
            id="days without an offer",
        ),
        pytest.param(
            lambda: carried([0] * 2, unserved=[1, 1], unserved_for=4), "unserved_for", [5, 6], id="goes on so"
        ),
    ],
)
def test_each_day_leaves(made, name, told):
    assert getattr(made(), name)[:, 0].tolist() == told


@pytest.mark.parametrize(
    ("work", "rest", "factor"),
    [
        pytest.param((0, 0), (0, 0), 0.7, id="nothing seen"),
        pytest.param((20, 20), (0, 0), 0.7, id="no rest day seen"),
        pytest.param((20, 20), (1, 1), (1 + 7) / 11, id="one rest day"),
        pytest.param((20, 20), (8, 8), (8 + 7) / 18, id="as a working day"),
        pytest.param((20, 0), (8, 8), 0.7, id="no act on a working day"),
        pytest.param((20, 1), (8, 0), 7 / 18, id="one act on a working day"),
        pytest.param((20, 20), (2, 20), (2 * 3 + 7) / 12, id="counted as three times at most"),
        pytest.param((20, 20), (8, 80), 1.5, id="worth one and a half at most"),
        pytest.param((20, 20), (200, 0), 0.05, id="worth a twentieth at least"),
    ],
)
def test_what_a_rest_day_is_worth(work, rest, factor):
    """(days, acts); ten days of the prior 0.7 beside what was seen."""
    seen = (np.array([value]) for value in (*work, *rest))
    assert rest_factor_of(*seen, DEFAULT_POLICY)[0] == pytest.approx(factor)
