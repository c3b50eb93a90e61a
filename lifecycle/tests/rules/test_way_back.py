"""What suffices is the least that suffices: the card itself, asked again with one person fewer, says no."""

import numpy as np
import pytest

from lifecycle.rules.card import FULL, breadth_of, card_of
from lifecycle.rules.memory import DECLINING, MISSION_COMPLETE, STABLE
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS
from lifecycle.rules.way_back import Change, way_back


def evidence_of(people=8, goal=20.0, keep=None, *, rhythm=1.0, level=1.0, regularity=1.0, core=1.0, cap=FULL, **fields):
    """Evidence as the judge would keep it for such parts."""
    to_keep = np.array([np.nan if keep is None else keep])
    breadth = float(breadth_of(np.array([float(people)]), np.array([goal]), to_keep)[0])
    card = card_of(
        np.array([rhythm, level, breadth, regularity, core])[:, None], np.array([True]), np.array([cap]), DEFAULT_POLICY
    )
    loss = int(card.cap_loss[0])
    return {
        "state": DECLINING,
        "score": int(card.score[0]),
        "losses": {
            part: None if lost < 0 else lost for part, lost in zip(PARTS, card.losses[:, 0].tolist(), strict=True)
        },
        "cap": {"by": "exodus", "loss": loss} if loss else None,
        "people_judged": float(people),
        "people_goal": goal,
        "people_to_keep": keep,
        "observed_28": 28,
    } | fields


def score_with(people, **parts):
    return evidence_of(people, **parts)["score"]


@pytest.mark.parametrize(
    ("people", "parts"),
    [(8, {"core": 0.5}), (3, {}), (0, {}), (5, {"rhythm": 0.2, "regularity": 0.9}), (9, {"level": 0.5, "core": 0.9}),
     (30, {"keep": 84.0, "core": 0.5}), (6, {"keep": 14.0, "level": 0.6}), (25, {"keep": 60.0, "regularity": 0.6})],
)  # fmt: skip
def test_so_many_more_people_suffice_and_one_fewer_does_not(people, parts):
    found = way_back(evidence_of(people, **parts))
    assert found.change == Change.PEOPLE
    lively = parts | {"rhythm": 1.0}
    assert abs(score_with(people + found.people, **lively) - found.score) <= 5
    assert found.score >= found.line == DEFAULT_POLICY.recovered_score
    assert found.people == 1 or score_with(people + found.people - 1, **lively) < found.line


def test_to_reach_the_line_is_enough():
    on_the_line = next(each / 1000 for each in range(1000) if score_with(15, regularity=each / 1000) == 8500)
    found = way_back(evidence_of(12, regularity=on_the_line))
    assert (found.people, found.score, found.line) == (3, 8500, 8500)


def test_where_nearly_all_take_part_one_more_is_all_that_people_can_do():
    found = way_back(evidence_of(19, regularity=0.3, core=0.2))
    assert (found.change, found.people) == (Change.NOT_YET, 1)


@pytest.mark.parametrize("rhythm", [1.0, 0.5])
def test_where_enough_take_part_the_usual_level_suffices(rhythm):
    found = way_back(evidence_of(20, level=0.0, core=0.9, rhythm=rhythm))
    assert (found.change, found.people, found.score) == (Change.LEVEL, 0, 9850)


def test_both_may_be_needed():
    found = way_back(evidence_of(4, level=0.0, regularity=0.8, core=0.6))
    assert found.change == Change.BOTH and found.people > 0 and found.score >= found.line


def test_where_both_fall_short_it_says_how_far_they_bring_it():
    found = way_back(evidence_of(4, level=0.0, regularity=0.3, core=0.2))
    assert found.change == Change.NOT_YET and found.now < found.score < found.line


def test_a_cap_must_go_first():
    found = way_back(evidence_of(15, cap=6000))
    assert (found.change, found.people, found.now) == (Change.CAP, 0, 6000) and found.score > 8500


def test_who_is_only_below_the_first_line_has_that_one():
    found = way_back(evidence_of(2, state=STABLE))
    assert found.line == DEFAULT_POLICY.low_score


def test_a_partly_observed_window_needs_fewer_people():
    whole, half = way_back(evidence_of(0)), way_back(evidence_of(0, observed_28=14))
    assert half.people < whole.people


@pytest.mark.parametrize(
    "fields",
    [{"score": -1}, {"losses": None}, {"state": MISSION_COMPLETE}, {"score": 1234}],
    ids=["no score", "no losses", "completed", "figures that do not make the score"],
)
def test_nothing_is_said_where_nothing_can_be(fields):
    assert way_back(evidence_of(6, **fields)) is None


def test_nothing_is_said_above_the_line():
    assert way_back(evidence_of(20)) is None


def test_without_known_people_only_the_level_counts():
    found = way_back(evidence_of(6, level=0.0, core=0.5, people_judged=None))
    assert found.change == Change.NOT_YET and found.people == 0
