"""The five-part card: what each part is worth, and losses that sum exactly to what is missing from 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.policy import Policy

FULL = 10_000  # a perfect score in hundredths


def share_of_goal(people: Floats, goal: Floats) -> Floats:
    """How far a head count is towards a goal, by logarithm: the first ones matter most."""
    return np.clip(np.log1p(people) / np.log1p(np.maximum(goal, 1e-9)), 0.0, 1.0)


def breadth_of(people: Floats, goal: Floats, to_keep: Floats) -> Floats:
    """How far towards the goal; where a group keeps a smaller share of its own people, both weigh the same.

    By the own people the share is plain: half of those who should have stayed are half. NaN `to_keep` = not known.
    """
    towards = share_of_goal(people, goal)
    kept = np.clip(people / np.maximum(to_keep, 1e-9), 0.0, 1.0)
    return np.where(kept < towards, (towards + kept) / 2, towards)  # NaN is not less


def people_goal(members: Ints, goal: Ints, target_share: Floats, policy: Policy) -> Floats:
    """How many different people should take part in 28 days.

    The plan's goal; else its target share of the members; else five per cent of them within bounds. Never more than
    half of a known membership unless the plan itself says so.
    """
    known = members > 0
    low, high = policy.people_goal_bounds
    usual = np.where(known, np.clip(policy.people_goal_share * members, low, high), policy.people_goal_unknown)
    usual = np.where(known, np.minimum(usual, policy.people_goal_cap_share * members), usual)
    promised = np.where(known & ~np.isnan(target_share), np.nan_to_num(target_share) * members, usual)
    return np.maximum(np.where(goal > 0, goal, promised), 1.0)


@dataclass(frozen=True)
class Card:
    """Scores and losses in hundredths; -1 = not known. losses: parts x groups. cap_loss: taken off by a cap."""

    score: Ints
    coverage: Ints
    losses: Ints
    cap_loss: Ints


def card_of(parts: Floats, judged: Bools, cap: Ints, policy: Policy) -> Card:
    """Weigh the known parts (parts x groups, 0..1, NaN = not known) into a score.

    `judged`: enough exposure and weeks to say anything. `cap`: the highest score allowed, in hundredths.
    Each part loses its weight times what it lacks, as a share of the known weights; the hundredths are dealt out by
    largest remainder, so score + losses + cap loss = 10000 exactly.
    """
    weights = np.array(policy.weights, dtype=np.float64)[:, None]
    known = ~np.isnan(parts)
    weight = (weights * known).sum(axis=0)
    coverage = weight / weights.sum()
    shown = judged & (coverage >= policy.least_coverage - 1e-9)
    raw = FULL * weights * (1.0 - np.where(known, parts, 1.0)) / np.maximum(weight, 1.0)
    losses = _whole_hundredths(raw)
    score = FULL - losses.sum(axis=0)
    cap_loss = np.maximum(score - cap, 0)
    return Card(
        score=np.where(shown, score - cap_loss, -1),
        coverage=np.rint(coverage * FULL).astype(np.int64),
        losses=np.where(known & shown, losses, -1),
        cap_loss=np.where(shown, cap_loss, 0),
    )


def _whole_hundredths(raw: Floats) -> Ints:
    """Round the columns to whole numbers whose sums are the rounded sums: the largest remainders are rounded up."""
    raw = np.round(raw, 6)
    whole = np.floor(raw)
    missing = np.rint(np.round(raw.sum(axis=0), 6)) - whole.sum(axis=0)
    rank = np.argsort(np.argsort(whole - raw, axis=0, kind="stable"), axis=0, kind="stable")
    whole += rank < missing
    return whole.astype(np.int64)
