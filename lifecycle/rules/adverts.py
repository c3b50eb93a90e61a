"""Adverts and leavers: two ways in which a group is spoilt, from the trailing weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.policy import BASELINE_WEEKS, WINDOW_DAYS, Policy
from lifecycle.rules.weeks import Weeks, over

WINDOW_WEEKS = WINDOW_DAYS // 7


@dataclass(frozen=True)
class Adverts:
    """Adverts of the trailing policy.ad_span days; judged days x groups. NaN = not known."""

    ads: Floats
    share: Floats
    high: Bools
    low: Bools


def adverts_of(weeks: Weeks, policy: Policy) -> Adverts:
    """How many of the messages were adverts, and whether that is too many, or few enough again."""
    span = policy.ad_span // 7
    ads, known, said = over(weeks.ads, span), over(weeks.ads_known, span), over(weeks.said, span)
    share = np.zeros(ads.shape)
    np.divide(ads, said, out=share, where=said > 0)
    return Adverts(
        ads=np.where(known > 0, ads, np.nan),
        share=np.where(known > 0, share, np.nan),
        high=(share >= policy.ad_share) & (ads >= policy.ad_least),
        low=(known > 0) & (share < policy.ad_share_left),
    )


@dataclass(frozen=True)
class Leavers:
    """Those who left in 28 days, and per 28 days before them; judged days x groups. NaN = not known."""

    left: Floats
    usual: Floats
    exodus: Bools


def leavers_of(weeks: Weeks, members: Ints, policy: Policy) -> Leavers:
    """`exodus`: more left than three times the usual and than five per cent of the members."""
    left, known = over(weeks.leaves, WINDOW_WEEKS), over(weeks.leaves_known, WINDOW_WEEKS)
    before = over(weeks.leaves, BASELINE_WEEKS, WINDOW_WEEKS)
    known_before = over(weeks.leaves_known, BASELINE_WEEKS, WINDOW_WEEKS)
    usual = np.full(left.shape, np.nan)
    np.divide(before * WINDOW_DAYS, known_before, out=usual, where=known_before >= WINDOW_DAYS)
    high = np.maximum(policy.exodus_ratio * usual, policy.exodus_share * members)
    exodus = (members > 0) & (known > 0) & (left > np.nan_to_num(high, nan=np.inf)) & (left >= 3)
    return Leavers(np.where(known > 0, left, np.nan), usual, exodus)
