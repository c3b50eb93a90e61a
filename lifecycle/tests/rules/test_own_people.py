"""What a group should keep of its own best: one window is no proof but the first, and it fades."""

from dataclasses import replace

import numpy as np
import pytest

from lifecycle.rules.card import breadth_of
from lifecycle.rules.own_people import told_by_own_best
from lifecycle.rules.policy import DEFAULT_POLICY, LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.windows import Acting
from lifecycle.tests.series_making import START, judge_all, make_plans, make_seen

FIRST_LOOK = -START.toordinal() % WINDOW_DAYS  # the first judged day on which the best is looked at
DAYS = 12 * WINDOW_DAYS + FIRST_LOOK + 1


def crowd(*sizes):
    """Speakers of windows one after the other, each ending on a look: everybody speaks each day of it."""
    speakers = np.full((DAYS, 1), float(sizes[-1]))
    for n, size in enumerate(sizes):
        begin = FIRST_LOOK + 1 + WINDOW_DAYS * (n - 1)
        speakers[max(begin, 0) : begin + WINDOW_DAYS] = size
    return speakers


def looks(speakers, plans=None, **policy):
    """What is to be kept on each look; on a day with n speakers these are the members 0 to n - 1."""
    entries = [
        (0, member, day + LEAD_DAYS, 1)
        for day, (count,) in enumerate(speakers.tolist())
        if count == count
        for member in range(int(count))
    ]
    acting = Acting.of(*np.array(entries, dtype=np.int32).T)
    seen = make_seen(DAYS, acting, ~np.isnan(speakers), messages=speakers, speakers=speakers)
    found = judge_all(seen, plans, policy=replace(DEFAULT_POLICY, **policy))
    return [float(each) for each in found.figures["people_to_keep"][FIRST_LOOK::WINDOW_DAYS, 0]], found


def test_it_is_what_a_window_had_and_fades():
    kept, _ = looks(crowd(50, 50, 20), people_kept_share=1.0, people_best_kept=0.9)
    assert kept[:5] == [50, 50, 45, 40, 36]


def test_before_the_first_look_nothing_is_to_be_kept():
    _, found = looks(crowd(50), people_kept_share=1.0)
    assert np.isnan(found.figures["people_to_keep"][:FIRST_LOOK, 0]).all()


def test_a_window_of_many_alone_is_an_event_and_two_are_growth():
    kept, _ = looks(crowd(20, 20, 150, 20), people_kept_share=1.0)
    assert max(kept) == 20
    kept, _ = looks(crowd(20, 20, 150, 140, 20), people_kept_share=1.0)
    assert max(kept) == kept[3] == 140


def test_an_event_after_silence_is_no_first_window():
    kept, _ = looks(crowd(20, 0, 0, 150, 20), people_kept_share=1.0, people_best_kept=0.9)
    assert kept[:5] == [20, 18, 16, 14, 20]


def test_a_window_that_nobody_saw_changes_nothing():
    speakers = crowd(50, 50, 50, 50, 30)
    unseen = slice(FIRST_LOOK + 1 + 2 * WINDOW_DAYS, FIRST_LOOK + 1 + 4 * WINDOW_DAYS)
    speakers[unseen] = np.nan
    kept, _ = looks(speakers, people_kept_share=1.0)
    assert kept[1:5] == [50, 50, 50, 50]
    assert kept[5] == 45  # seen again, with fewer


def test_a_group_that_keeps_a_quarter_of_its_people_is_below_the_line_though_above_the_goal():
    """The plan's goal of 25 is met: half of the breadth is gone by the own people alone."""
    for plan in (None, make_plans(goal_people=25)):
        _, found = looks(crowd(120, 120, 120, 30), plan)
        loss = found.losses[FIRST_LOOK + 3 * WINDOW_DAYS, 2, 0]
        assert loss == pytest.approx(3000 * (1 - 30 / (0.8 * 108)) / 2, abs=20)
        assert found.score[FIRST_LOOK + 3 * WINDOW_DAYS, 0] < DEFAULT_POLICY.low_score


@pytest.mark.parametrize(
    ("people", "goal", "keep", "share"),
    [
        (30, 20, np.nan, 1.0),
        (30, 20, 60, 0.75),
        (3, 20, 4, np.log(4) / np.log(21)),
        (10, 20, 40, (np.log(11) / np.log(21) + 0.25) / 2),
        (0, 20, 10, 0.0),
        (90, 20, 60, 1.0),
    ],
)
def test_breadth_is_the_goal_and_half_the_own_people_where_fewer_stay(people, goal, keep, share):
    found = breadth_of(np.array([float(people)]), np.array([float(goal)]), np.array([float(keep)]))
    assert found[0] == pytest.approx(share)


@pytest.mark.parametrize(
    ("people", "keep", "seen", "told"),
    [(30, 60, 28, True), (30, 60, 14, True), (3, 4, 28, False), (30, None, 28, False), (None, 60, 28, False)],
)
def test_the_sentence_names_the_own_best_where_it_costs_more(people, keep, seen, told):
    evidence = {"people_judged": people, "people_goal": 20.0, "people_to_keep": keep, "observed_28": seen}
    assert told_by_own_best(evidence) is told
