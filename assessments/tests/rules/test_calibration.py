"""Intervals against published values, bins and their edges, and what may be said of a rule with few cases."""

from decimal import Decimal as D

import pytest

from assessments.rules.calibration import Case, Rate, RuleRecord, Worth, bins_of, brier_of, records_of


def case(chance, earned, *codes):
    return Case(None if chance is None else D(chance), frozenset(codes), earned)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # R: prop.test(k, n, correct = FALSE)
        (0, 10, 0.0, 0.2775),
        (5, 7, 0.3589, 0.9178),
        (8, 10, 0.4902, 0.9433),
        (81, 263, 0.2553, 0.3662),
        (1, 1, 0.2065, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits, n, low, high):
    found = Rate(hits, n).interval
    assert found == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


@pytest.mark.parametrize(("chance", "place"), [("0", 0), ("0.1999", 0), ("0.2", 1), ("0.8", 4), ("1", 4)])
def test_each_chance_lies_in_one_bin(chance, place):
    assert [each.earned.n for each in bins_of([case(chance, True)])] == [int(at == place) for at in range(5)]


def test_what_is_not_known_is_in_no_bin_and_no_score():
    cases = [case("0.9", None), case(None, True)]
    assert sum(each.earned.n for each in bins_of(cases)) == 0
    assert brier_of(cases) == (None, 0)


def test_the_mean_squared_difference():
    assert brier_of([case("0.8", True), case("0.8", False), case("0.5", True)]) == (
        pytest.approx((0.04 + 0.64 + 0.25) / 3),
        3,
    )


def test_a_bin_fits_when_its_chance_lies_within_the_interval():
    sure_and_right = bins_of([case("0.9", True)] * 9 + [case("0.9", False)])[4]
    sure_and_wrong = bins_of([case("0.9", True)] + [case("0.9", False)] * 9)[4]
    assert (sure_and_right.fits, sure_and_wrong.fits) == (True, False)
    assert bins_of([])[0].fits


@pytest.mark.parametrize(
    ("with_it", "without", "worth"),
    [
        ((9, 9), (0, 50), Worth.TOO_FEW),
        ((50, 50), (0, 9), Worth.TOO_FEW),
        ((9, 10), (1, 20), Worth.EARNS),
        ((1, 20), (9, 10), Worth.HARMS),
        ((5, 10), (10, 20), Worth.IDLE),
    ],
)
def test_what_a_rule_is_worth(with_it, without, worth):
    assert RuleRecord("C11", Rate(*with_it), Rate(*without)).worth is worth


def test_rules_are_told_by_the_plans_that_ended():
    cases = [case("0.5", False, "C11"), case("0.5", True, "C11", "C17"), case(None, False), case("0.5", None, "C19")]
    found = {record.code: record for record in records_of(cases, ["C11", "C17", "C19"])}
    assert set(found) == {"C11", "C17"}
    assert (found["C11"].with_it, found["C11"].without) == (Rate(1, 2), Rate(1, 1))
