"""What a treatment did beside what happens anyway: tables, both sides of every bound. No database."""

import math
import random
from decimal import Decimal
from statistics import stdev

import pytest

from lifecycle.rules import outcomes
from lifecycle.rules.outcomes import (
    Course,
    Finding,
    Window,
    are_alike,
    effect_of,
    middle_of,
    student,
    worth_of,
)


def course(before: int, after: int, days: int = 28, days_after: int | None = None) -> Course:
    return Course(Window(before, days), Window(after, days if days_after is None else days_after))


STEADY = [course(100, 90), course(90, 100), course(110, 105), course(95, 100)]


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 6.314), (2, 2.920), (3, 2.353), (5, 2.015), (30, 1.697)])
def test_the_quantiles_are_those_of_the_books(freedom, quantile):
    assert student(freedom) == pytest.approx(quantile, rel=0.002)


def test_each_term_of_the_expansion_at_two_deviations(monkeypatch):
    """10 / 4, 294 / 96, 1098 / 384 and 169950 / 92160 by hand, over powers of four degrees of freedom."""
    monkeypatch.setattr(outcomes, "_normal", lambda: 2.0)
    assert student(4) == pytest.approx(2 + 2.5 / 4 + 3.0625 / 16 + 2.859375 / 64 + 169950 / 92160 / 256, rel=1e-12)


@pytest.mark.parametrize(
    ("treated", "similar", "finding"),
    [
        pytest.param(course(100, 300), STEADY, Finding.HELPED, id="three times as much, others as before"),
        pytest.param(course(100, 20), STEADY, Finding.HARMED, id="a fifth is left, others as before"),
        pytest.param(course(100, 102), STEADY, Finding.UNSURE, id="as the others"),
        pytest.param(course(100, 200), [course(100, n) for n in (180, 200, 220)], Finding.UNSURE, id="all came back"),
        pytest.param(course(100, 300), STEADY[:3], Finding.HELPED, id="three similar groups"),
        pytest.param(course(100, 300), STEADY[:2], Finding.NO_COMPARISON, id="two similar groups"),
        pytest.param(course(100, 300, 28, 13), STEADY, Finding.NO_DATA, id="hardly observed"),
        pytest.param(course(100, 300), [*STEADY[:2], course(9, 9, 13)], Finding.NO_COMPARISON, id="others unobserved"),
    ],
)
def test_what_is_found(treated, similar, finding):
    found = effect_of([treated], similar)
    assert found.finding is finding
    assert (found.effect is None) == (finding in (Finding.NO_COMPARISON, Finding.NO_DATA))
    if found.effect is not None:
        assert found.low < found.effect < found.high


def test_several_are_held_against_several_by_the_difference_of_their_means():
    """Three beside three that are as uneven: four degrees of freedom, and an error of sqrt(2 / 3) deviations."""
    courses = [course(100, after) for after in (80, 100, 125)]
    found = effect_of(courses, courses)
    error = math.sqrt(2 / 3) * stdev(each.change for each in courses)
    assert (found.effect, found.expected) == (0.0, None)
    assert (found.low, found.high) == pytest.approx((-student(4) * error, student(4) * error))


def test_days_without_data_count_neither_way():
    whole, half = effect_of([course(100, 100)], STEADY), effect_of([course(100, 50, 28, 14)], STEADY)
    assert half.effect == pytest.approx(whole.effect, abs=0.01)


def test_what_was_to_be_expected_is_what_the_similar_groups_did():
    found = effect_of([course(100, 300)], [course(50, 25)] * 2 + [course(60, 30)])
    assert found.expected == pytest.approx(50, abs=1)


def test_nothing_before_and_nothing_after_is_no_effect():
    found = effect_of([course(0, 0)], [course(0, 0)] * 3)
    assert (found.effect, found.finding) == (0.0, Finding.UNSURE)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Groups without any effect: nine intervals in ten hold zero, for one treated group and for several."""
    chance = random.Random(7)
    for treated in (1, 6):
        held = 0
        for _ in range(400):
            drawn = [course(200, round(200 * math.exp(chance.gauss(-0.2, 0.4)))) for _ in range(treated + 8)]
            held += effect_of(drawn[:treated], drawn[treated:]).finding is Finding.UNSURE
        assert 0.86 <= held / 400 <= 0.94


@pytest.mark.parametrize(("other", "alike"), [(30, False), (34, True), (300, True), (310, False)])
def test_similar_groups_are_at_most_three_times_as_busy_or_as_quiet(other, alike):
    assert are_alike(Window(100, 28), Window(other, 28)) is alike


def test_two_effects_have_no_middle_and_a_draw_is_repeatable():
    assert middle_of([0.5, 0.4]) is None
    middle, low, high = middle_of([0.5, 0.4, 0.6])
    assert (middle, low, high) == (0.5, 0.4, 0.6)


def test_what_acts_beyond_the_expected_ones_are_worth():
    assert worth_of(150, 100.0, Decimal(3000), 300) == Decimal("500.00")
    assert worth_of(50, 100.0, Decimal(3000), 300) == Decimal("-500.00")
