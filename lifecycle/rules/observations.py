"""What the health rules are given: counts by day, who acted, and the plan that a group is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import NO_DAY, Bools, Ints
from lifecycle.rules.windows import Acting

FLASH, BOUNDED, LASTING = 0, 1, 2
# What the rules look at. Messages and the people who sent them are those that count: without filler and what was said
# for a red packet, where that is known (lifecycle.valid_acts); adverts are taken off by the plan (signal_of).
COUNTED = ("members", "leaves", "messages", "speakers", "clicks", "orders", "buyers", "ads", "questions", "answered")


@dataclass(frozen=True)
class Count:
    """One count, days x groups; zero where it is not known."""

    values: Ints
    known: Bools

    @classmethod
    def unknown(cls, shape: tuple[int, int]) -> Count:
        return cls(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_))


@dataclass(frozen=True)
class Plans:
    """What each group promised; one entry per group. Days as ordinals, NO_DAY where there is none."""

    transaction: Bools
    clicks: Bools  # the plan names clicks as its signal
    lifespan: NDArray[np.int8]
    opened_on: Ints
    ends_on: Ints
    goal_met_on: Ints
    goal_acts: Ints  # in 28 days; 0 = none
    goal_people: Ints  # in 28 days; 0 = none
    target_share: NDArray[np.float64]  # of the members, from the plan's signal; NaN = none
    service: Bools  # the plan names answered questions as its signal
    answer_target: NDArray[np.float64]  # the share of them that it wants answered; NaN = none

    @classmethod
    def plain(cls, groups: int) -> Plans:
        """Lasting conversation groups without goals."""
        no = np.zeros(groups, dtype=np.bool_)
        never = np.full(groups, NO_DAY, dtype=np.int64)
        return cls(
            transaction=no,
            clicks=no,
            lifespan=np.full(groups, LASTING, dtype=np.int8),
            opened_on=never,
            ends_on=never,
            goal_met_on=never,
            goal_acts=np.zeros(groups, dtype=np.int64),
            goal_people=np.zeros(groups, dtype=np.int64),
            target_share=np.full(groups, np.nan),
            service=no,
            answer_target=np.full(groups, np.nan),
        )


@dataclass(frozen=True)
class Observations:
    """T days x G groups, beginning LEAD_DAYS before the first day to judge (policy.LEAD_DAYS)."""

    first: int  # ordinal of row 0
    members: Count
    leaves: Count
    messages: Count
    speakers: Count
    clicks: Count
    orders: Count
    buyers: Count
    ads: Count
    questions: Count
    answered: Count
    acting: Acting
    acting_known: Bools  # the set of members who spoke is known for this day and group

    @property
    def shape(self) -> tuple[int, int]:
        height, width = self.messages.values.shape
        return height, width


@dataclass(frozen=True)
class Signal:
    """The acts that count by each group's plan. Talk never counts in a transaction group."""

    acts: Ints
    observed: Bools
    people: Count  # different people by day
    acting: Acting
    acting_known: Bools
    ads: Count  # conversation groups only
    messages: Ints


def signal_of(seen: Observations, plans: Plans, orders_since: Ints) -> Signal:
    """Choose by plan: messages that are not adverts and speakers; or orders and buyers, clicks until orders are known.

    `orders_since`: ordinal of the first day with known orders, per group; NO_DAY = not yet.
    """
    rows = seen.first + np.arange(seen.shape[0], dtype=np.int64)[:, None]
    by_orders = ~plans.clicks & (orders_since != NO_DAY) & (rows >= orders_since)
    spoken = np.maximum(seen.messages.values - seen.ads.values, 0)
    if not plans.transaction.any():
        return Signal(
            acts=spoken,
            observed=seen.messages.known,
            people=seen.speakers,
            acting=seen.acting,
            acting_known=seen.acting_known,
            ads=seen.ads,
            messages=seen.messages.values,
        )
    sold = np.where(by_orders, seen.orders.values, seen.clicks.values)
    sold_known = np.where(by_orders, seen.orders.known, seen.clicks.known)
    bought = np.where(by_orders, seen.buyers.values, 0)
    bought_known = by_orders & seen.buyers.known
    talks = ~plans.transaction[seen.acting.group] if seen.acting.group.size else np.zeros(0, dtype=np.bool_)
    return Signal(
        acts=np.where(plans.transaction, sold, spoken),
        observed=np.where(plans.transaction, sold_known, seen.messages.known),
        people=Count(
            np.where(plans.transaction, bought, seen.speakers.values),
            np.where(plans.transaction, bought_known, seen.speakers.known),
        ),
        acting=Acting(
            *(values[talks] for values in (seen.acting.group, seen.acting.member, seen.acting.day, seen.acting.acts))
        ),
        acting_known=seen.acting_known & ~plans.transaction,
        ads=Count(np.where(plans.transaction, 0, seen.ads.values), seen.ads.known & ~plans.transaction),
        messages=np.where(plans.transaction, 0, seen.messages.values),
    )


def first_orders(seen: Observations, plans: Plans, orders_since: Ints) -> Ints:
    """The first day with known orders, from the memory or else from these rows; NO_DAY where there is none."""
    known = seen.orders.known & plans.transaction
    found = np.where(known.any(axis=0), seen.first + known.argmax(axis=0), NO_DAY)
    return np.where(orders_since != NO_DAY, orders_since, found)
