"""What own groups tell: from three on, most of them between the ends, the young ones not counted as dead."""

from decimal import Decimal as D

import pytest

from assessments.rules.experience import Told, survival, told_by


def test_the_middle_and_the_span_of_most():
    assert told_by([D(value) for value in (5, 1, 3, 2, 4)]) == Told(5, D("1.4000"), D(3), D("4.6000"))


@pytest.mark.parametrize("values", [[], [D(1), D(2)], [D(1), None, None, D(2)]])
def test_too_few_tell_nothing(values):
    assert told_by(values) is None


def test_what_is_not_known_does_not_count():
    assert told_by([D(1), None, D(1), D(1)]).n == 3


@pytest.mark.parametrize(("value", "inside"), [("1.9", True), ("1.8", False), ("4.1", True), ("4.2", False)])
def test_both_ends_are_inside(value, inside):
    assert Told(12, D("1.9"), D("2.7"), D("4.1")).holds(D(value)) is inside


@pytest.mark.parametrize(
    ("lives", "told"),
    [
        ([], (0, 0)),
        ([(89, False)], (0, 0)),
        ([(89, True)], (0, 1)),
        ([(90, False), (90, True), (20, True), (20, False)], (2, 3)),
    ],
    ids=["none", "young and running", "ended early", "of all kinds"],
)
def test_who_lived_so_long(lives, told):
    assert survival(lives, 90) == told


def test_in_another_unit_every_part_is_multiplied():
    assert Told(12, D(1), D(2), D(4)).times(D(3)) == Told(12, D(3), D(6), D(12))
