"""Every threshold of the health rules in one frozen value. A change of a default is a new RULE_VERSION.

What an installation adopts in the place of the defaults is in rules.rulings.
"""

from __future__ import annotations

from dataclasses import dataclass

RULE_VERSION = 5

WINDOW_DAYS = 28
BASELINE_WEEKS = 12  # the weeks before the window
BASELINE_DAYS = 7 * BASELINE_WEEKS
REGULARITY_WEEKS = 16
RETURN_DAYS = 56  # a returning member also acted in these days before the window
LEAD_DAYS = WINDOW_DAYS + BASELINE_DAYS  # nothing older than this has a say in a day, except through the memory

PARTS = ("rhythm", "level", "breadth", "regularity", "core")


@dataclass(frozen=True)
class Policy:
    """Spans in days, shares from 0 to 1, scores in hundredths (0..10000) unless the name says otherwise."""

    weights: tuple[int, int, int, int, int] = (20, 15, 30, 20, 15)  # in the order of PARTS

    # exposure
    rest_day_prior: float = 0.7
    rest_day_prior_days: int = 10
    rest_day_bounds: tuple[float, float] = (0.05, 1.5)

    # the card
    most_certain_day: float = 0.5  # days of a group hang together: no silent day is odder than a tossed coin
    odds_of_zero_rhythm: float = 3.0  # powers of ten: odds below 1/1000 score nothing
    people_goal_unknown: float = 20.0
    people_goal_share: float = 0.05
    people_goal_bounds: tuple[float, float] = (8.0, 30.0)
    people_goal_cap_share: float = 0.5
    people_best_kept: float = 0.9  # of a group's own best, each 28 days
    people_kept_share: float = 0.8  # of that, who should still take part
    least_coverage: float = 0.6
    least_exposure: float = 7.0
    least_weeks: int = 4
    days_of_a_known_week: int = 4
    reach_exponent: float = 0.6  # different people met in a share of a window: measured .54 to .62
    cap_ad_overrun: int = 4000
    cap_exodus: int = 6000
    exodus_ratio: float = 3.0
    exodus_share: float = 0.05
    carried_by_one_share: float = 0.5
    carried_least_acts: int = 10  # in 28 days; of fewer nobody's share says anything
    carried_looks: int = 2  # weekly ones in a row, to begin and to end
    overload_ratio: float = 3.0  # of the goal of a week, in two weeks running

    # states; a check is one evaluation per so many known days
    check_every: int = 7
    unknown_share: float = 0.5
    unknown_span: int = 14
    unknown_after_silent_source: int = 3
    known_days_to_return: int = 7
    forming_days: int = 28
    forming_exposure: float = 14.0
    low_score: int = 8200  # docs/decisions/watch-line.md
    low_checks: int = 1
    recovered_score: int = 8500
    recovered_checks: int = 2
    thriving_score: int = 8500
    thriving_ratio: float = 0.9
    thriving_checks: int = 3
    thriving_lost_score: int = 8000
    thriving_lost_checks: int = 2
    dormant_odds: float = 3.0  # powers of ten
    dormant_exposure: float = 14.0
    dormant_exposure_always: float = 45.0
    thin_people: int = 2
    thin_ratio: float = 0.2
    thin_checks: int = 4
    awake_people: int = 3
    awake_days: int = 2
    dead_exposure: float = 90.0
    ad_span: int = 14
    ad_share: float = 0.5
    ad_share_left: float = 0.2
    ad_least: int = 10
    ad_valid_ratio: float = 0.5
    ad_checks: int = 2

    # offers
    unserved_after: int = 14  # days of evidence without one, in a group that sells

    # ends
    complete_after_end: int = 3
    undecided_after_end: int = 14

    # the risk within 30 days, docs/decisions/risk-by-age.md: p30 = 1 / (1 + exp(slope * points / 10 - intercept))
    risk_intercept: float = 2.95
    risk_slope: float = 0.54  # per ten points
    risk_age_points: float = 25.0  # for having lasted


DEFAULT_POLICY = Policy()
