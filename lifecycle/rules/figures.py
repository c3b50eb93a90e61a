"""Everything that a day says about a group and that does not depend on the group's state: the inputs of the judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.adverts import Adverts, Leavers, adverts_of, leavers_of
from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.baseline import Baseline, baseline_of
from lifecycle.rules.card import people_goal, share_of_goal
from lifecycle.rules.carried import Carried
from lifecycle.rules.exposure import rest_factor_of
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.load import Load, load_of
from lifecycle.rules.observations import Plans
from lifecycle.rules.people import People, people_of
from lifecycle.rules.policy import REGULARITY_WEEKS, RETURN_DAYS, WINDOW_DAYS, Policy
from lifecycle.rules.service import exchange_of, questions_of
from lifecycle.rules.serving import is_held, served_weeks
from lifecycle.rules.weeks import LEAD_WEEKS, Weeks, over

EPSILON_ACTS = 1 / WINDOW_DAYS  # one act per window: keeps the ratio of tiny groups finite
WINDOW_WEEKS, RETURN_WEEKS = WINDOW_DAYS // 7, RETURN_DAYS // 7


@dataclass(frozen=True)
class Figures:
    """Judged days x groups. Shares of the card 0..1, NaN = not known; rates are acts per exposure day."""

    evidence: Bools  # an observed day that is not a festival
    acted: Bools
    acts_28: Ints
    acts_7: Ints
    acts_week_before: Floats  # NaN = not observed
    active_days_7: Ints
    observed_28: Ints
    observed_7: Ints
    observed_14: Ints
    rest_factor: Floats
    exposure_28: Floats
    silent_exposure: Floats
    lived_exposure: Floats
    rate: Floats
    baseline: Baseline
    towards_goal: Floats  # of the planned acts
    weeks_active: Ints
    weeks_known: Ints
    regularity: Floats
    reach: Floats  # of a full window's different people, how many the days seen would meet
    core: Floats
    people: People
    people_goal: Floats
    core_goal: Floats
    people_week_known: Bools
    judged: Bools  # enough exposure and weeks to say anything
    held: Bools  # nothing is offered, so the judge waits (rules.serving)
    exchange: Floats  # rules.service: share of questions answered, or of days with a word not left alone; NaN = unknown
    questions: Floats  # of 28 days, that `exchange` is the answered share of; NaN = it is that of days
    adverts: Adverts
    leavers: Leavers
    carried: Carried
    load: Load
    share_at_look: Floats  # of the acts of 28 days, by the busiest member; NaN = not counted, or no look today


def figures_of(inputs: Inputs, plans: Plans, policy: Policy) -> Figures:
    """The figures of health-model 3.1. A partly observed window is held against a smaller goal, in proportion."""
    weeks, carried = served_weeks(inputs.weeks), inputs.carried
    asked = questions_of(weeks)
    held = is_held(carried.unserved_for)
    factor = _rest_factor(weeks, policy)
    exposure = over(weeks.work, WINDOW_WEEKS) + factor * over(weeks.rest, WINDOW_WEEKS)
    acts_known = over(weeks.acts_known, WINDOW_WEEKS)
    rate = np.divide(acts_known, exposure, out=np.zeros_like(exposure), where=exposure > 0)
    usual = 20.0 + 8.0 * factor  # exposure of four full weeks
    seen = weeks.seen
    known = seen[:REGULARITY_WEEKS] >= policy.days_of_a_known_week
    weeks_known = known.sum(axis=0)
    weeks_active = (known & (weeks.acts_known[:REGULARITY_WEEKS] > 0)).sum(axis=0)
    people = people_of(weeks, inputs.named)
    goal = people_goal(carried.members, plans.goal_people, plans.target_share, policy)
    core_goal = np.maximum(goal / 2, 1.0)
    reach = _reach(over(seen, WINDOW_WEEKS) / WINDOW_DAYS, policy)
    seen_before = over(seen, RETURN_WEEKS, WINDOW_WEEKS)
    reach_before = _reach(seen_before / RETURN_DAYS, policy)
    core = share_of_goal(people.returning.astype(np.float64), core_goal * reach * reach_before)
    core_known = people.returning_known & (seen_before >= policy.least_exposure)
    return Figures(
        evidence=inputs.evidence,
        acted=inputs.acted,
        acts_28=over(weeks.acts, 4),
        acts_7=over(weeks.acts, 1),
        acts_week_before=np.where(over(weeks.observed, 1, 1) > 0, over(weeks.acts, 1, 1), np.nan),
        active_days_7=over(weeks.active, 1),
        observed_28=over(weeks.observed, 4),
        observed_7=over(weeks.observed, 1),
        observed_14=over(weeks.observed, policy.unknown_span // 7),
        rest_factor=factor,
        exposure_28=exposure,
        silent_exposure=carried.silent_work + factor * carried.silent_rest,
        lived_exposure=carried.lived_work + factor * carried.lived_rest,
        rate=rate,
        baseline=baseline_of(weeks, factor, policy),
        towards_goal=np.clip(rate * usual / np.maximum(plans.goal_acts, 1), 0.0, 1.0),
        weeks_active=weeks_active,
        weeks_known=weeks_known,
        regularity=np.divide(weeks_active, weeks_known, out=np.full(exposure.shape, np.nan), where=weeks_known > 0),
        reach=reach,
        core=np.where(core_known, core, np.nan),
        people=people,
        people_goal=goal,
        core_goal=core_goal,
        people_week_known=over(weeks.unnamed, 1) == 0,
        judged=(exposure >= policy.least_exposure) & (weeks_known >= policy.least_weeks) & ~held,
        held=held,
        exchange=exchange_of(weeks),
        questions=np.where(asked > 0, asked, np.nan),
        adverts=adverts_of(weeks, policy),
        leavers=leavers_of(weeks, carried.members, policy),
        carried=carried,
        load=load_of(weeks, factor, plans, policy),
        share_at_look=np.where(people.counted, inputs.share_at_look, np.nan),
    )


def _rest_factor(weeks: Weeks, policy: Policy) -> Floats:
    work_acts = over(weeks.work_acts, LEAD_WEEKS)
    rest_acts = over(weeks.acts_known, LEAD_WEEKS) - work_acts
    return rest_factor_of(over(weeks.work, LEAD_WEEKS), work_acts, over(weeks.rest, LEAD_WEEKS), rest_acts, policy)


def _reach(seen: Floats, policy: Policy) -> Floats:
    """How much of a window's different people are met when only a share of its days was seen."""
    reach: Floats = np.power(np.minimum(seen, 1.0), policy.reach_exponent)
    return reach
