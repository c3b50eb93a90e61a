"""The worked example of the README: the formulas of the card by hand, held against the judge."""

from math import log, log10

import numpy as np
import pytest

from lifecycle.rules.evidence import evidence_of
from lifecycle.rules.policy import PARTS
from lifecycle.rules.windows import Acting
from lifecycle.tests.series_making import judge_all, make_seen

WEEKS, QUIET, PEOPLE, EACH = 30, 2, 6, 2
DAYS = 7 * (WEEKS + QUIET)


def test_the_worked_example_comes_out_as_written():
    day = np.arange(DAYS)
    talks = (day % 7 < 5) & (day < 7 * WEEKS)
    table = np.array([(0, m, d + 112, EACH) for d in day[talks] for m in range(PEOPLE)], dtype=np.int32)
    acting = Acting.of(*table.T)
    speakers = np.where(talks, PEOPLE, 0)[:, None]
    seen = make_seen(DAYS, acting, np.ones((DAYS, 1), dtype=bool), messages=speakers * EACH, speakers=speakers)
    told = evidence_of(judge_all(seen), DAYS - 1, 0)

    rest = (32 * 0 + 10 * 0.7) / (32 + 10)
    exposure = 20 + 8 * rest
    silence = 10 + 6 * rest
    usual = 5 * PEOPLE * EACH / (5 + 2 * rest)
    parts = {
        "rhythm": max(0, 1 + silence * log10(1 - 0.5) / 3),
        "level": (10 * PEOPLE * EACH / exposure + 1 / 28) / (usual + 1 / 28),
        "breadth": log(1 + PEOPLE) / log(1 + 20),
        "regularity": 14 / 16,
        "core": log(1 + PEOPLE) / log(1 + 10),
    }
    weights = dict(zip(PARTS, (20, 15, 30, 20, 15), strict=True))
    health = sum(weights[part] * parts[part] for part in PARTS)

    assert told["silent_exposure"] == pytest.approx(silence, abs=1e-4)
    assert told["base_rate"] == pytest.approx(usual, abs=1e-4)
    for part in PARTS:
        assert told["losses"][part] == pytest.approx(100 * weights[part] * (1 - parts[part]), abs=1)
    assert told["score"] == 10_000 - sum(told["losses"].values()) == pytest.approx(100 * health, abs=1)
