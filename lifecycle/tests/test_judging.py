"""One pass or many: the same. Nothing of a later day enters an earlier one."""

import numpy as np
import pytest

from lifecycle.rules.judging import judge
from lifecycle.rules.memory import MEMORY_ROW, Memory
from lifecycle.rules.packing import packed, unpacked
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.tests.series_making import judge_all, kinds_of, make_plans, make_talk, part_of, poisson_speakers

DAYS, GROUPS = 400, 12


@pytest.fixture(scope="module")
def seen():
    """Groups that live, fade, stop, return, lose their data and change their size."""
    random = np.random.default_rng(5)
    speakers = poisson_speakers(DAYS, GROUPS, mean=4, seed=5)
    speakers[150:, 1] *= np.linspace(1, 0, DAYS - 150) > random.random(DAYS - 150)
    speakers[200:, 2] = 0
    speakers[180:330, 3] = 0
    speakers[120:170, 4] = np.nan
    speakers[300:, 5] = np.nan
    speakers[:60, 6] = np.nan
    speakers[:, 7] = np.minimum(speakers[:, 7], 1)
    speakers[random.random(DAYS) < 0.3, 8] = np.nan
    members = np.full((DAYS, GROUPS), np.nan)
    members[::30] = 40
    leaves = random.poisson(0.3, (DAYS, GROUPS)).astype(float)
    leaves[250, 9] = 30
    ads = np.where(np.isnan(speakers), np.nan, 0)
    ads[220:260, 10] = 40
    seen = make_talk(speakers, seed=6, members=50, leaves=leaves, ads=ads)
    seen.messages.values[LEAD_DAYS + 220 : LEAD_DAYS + 260, 10] += 40
    seen.members.values[LEAD_DAYS:] = np.nan_to_num(members)
    seen.members.known[LEAD_DAYS:] = ~np.isnan(members)
    return seen


def assert_same(whole, pieces, begin):
    """The piece's arrays are the whole's rows, bit for bit."""
    rows = slice(begin, begin + len(pieces.state))
    for name in ("state", "score", "coverage", "losses", "cap_loss", "severity", "sign"):
        np.testing.assert_array_equal(getattr(whole, name)[rows], getattr(pieces, name), err_msg=name)
    for name, values in pieces.figures.items():
        np.testing.assert_array_equal(whole.figures[name][rows], values, err_msg=name)


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(list(range(0, DAYS + 1)), id="night by night"),
        pytest.param([0, 1, 3, 90, 91, 245, 246, 253, DAYS], id="uneven pieces"),
    ],
)
def test_many_passes_give_what_one_pass_gives(seen, cuts):
    whole_memory = Memory.fresh(GROUPS)
    plans = make_plans(GROUPS)
    whole = judge(seen, kinds_of(seen), plans, whole_memory)
    memory = Memory.fresh(GROUPS)
    for begin, end in zip(cuts, cuts[1:], strict=False):
        piece = part_of(seen, begin, end)
        assert_same(whole, judge(piece, kinds_of(piece), plans, memory), begin)
        memory = Memory.of(unpacked(packed(memory.columns()), MEMORY_ROW))
    assert packed(memory.columns()) == packed(whole_memory.columns())


@pytest.mark.parametrize("until", [1, 30, 113, 251, 399])
def test_cutting_off_the_future_changes_nothing(seen, until):
    piece = part_of(seen, 0, until)
    assert_same(judge_all(seen), judge_all(piece), 0)


def test_every_state_is_met(seen):
    assert set(np.unique(judge_all(seen).state)) >= {0, 1, 3, 4, 5, 6}


def test_the_lead_in_is_needed():
    with pytest.raises(ValueError, match="lead-in"):
        judge_all(part_of(make_talk(poisson_speakers(5)), 0, 0))
