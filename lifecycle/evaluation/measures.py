"""How well risks rank deaths, with intervals from resampled groups, and how well they are calibrated."""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints


def auc(risk: Floats, died: Bools) -> float | None:
    """The chance that a death is ranked above a survivor, ties half; None without both kinds."""
    order = np.argsort(risk, kind="stable")
    _, tie, sizes = np.unique(risk[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    ranks = (ends - (sizes - 1) / 2)[tie]
    deaths = int(died.sum())
    rest = len(died) - deaths
    if not deaths or not rest:
        return None
    return float((ranks[died[order]].sum() - deaths * (deaths + 1) / 2) / (deaths * rest))


def auc_interval(risk: Floats, died: Bools, group: Ints, rounds: int, seed: int = 1) -> list[float] | None:
    """A 95 % interval of the AUC from drawing whole groups anew: decisions of one group are not independent.

    Each draw is a weighted AUC over the sorted risks, so a round costs one pass.
    """
    names, place = np.unique(group, return_inverse=True)
    order = np.argsort(risk, kind="stable")
    died, place = died[order], place[order]
    starts = np.flatnonzero(np.r_[True, np.diff(risk[order]) > 0]) if len(order) else np.zeros(0, dtype=np.int64)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        times = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        weight = times[place].astype(np.float64)
        dead = np.add.reduceat(weight * died, starts)
        alive = np.add.reduceat(weight * ~died, starts)
        below = np.cumsum(alive) - alive
        pairs = dead.sum() * alive.sum()
        if pairs:
            found.append(float((dead * (below + alive / 2)).sum() / pairs))
    return [round(float(np.quantile(found, q)), 4) for q in (0.025, 0.975)] if found else None


def calibration(chance: Floats, died: Bools, bins: int = 10) -> list[list[float]]:
    """[mean forecast, share that died, decisions] by tenths of the forecast, empty ones left out."""
    if not len(chance):
        return []
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, chance, side="right")
    return [
        [round(float(chance[place == b].mean()), 4), round(float(died[place == b].mean()), 4), int((place == b).sum())]
        for b in range(len(edges) + 1)
        if (place == b).any()
    ]
