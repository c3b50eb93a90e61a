"""Scores the judge and the simple rules that it must beat, over the same decisions and the same labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lifecycle.evaluation.behaviour import behaviour_of
from lifecycle.evaluation.decisions import Decisions
from lifecycle.evaluation.measures import auc, auc_interval, calibration
from lifecycle.evaluation.replay import Replay
from lifecycle.rules.arrays import Bools, Floats
from lifecycle.rules.risk import risk_of

BOOTSTRAP_ROUNDS = 400
LOGIT_FLAG = 0.3
FEW_SPEAKERS = 4


@dataclass(frozen=True)
class Predictor:
    """A risk per decision, and per group and day whether the rule stands flagged. `chance`: if it forecasts."""

    risk: Floats
    flagged: list[Bools]
    chance: Floats | None = None


def result_of(decisions: Decisions, predictor: Predictor, keep: Bools, replays: list[Replay]) -> dict[str, Any]:
    """The figures of one predictor over the decisions to keep; null where there is nothing to count."""
    some = decisions.only(keep)
    risk = predictor.risk[keep]
    behaviour = behaviour_of(some, predictor.flagged, replays)
    years = behaviour.group_years
    chance = None if predictor.chance is None else predictor.chance[keep]
    return {
        "n": len(some.at),
        "groups": len(np.unique(some.group)),
        "deaths": behaviour.deaths,
        "auc_functional": _rounded(auc(risk, some.functional)),
        "auc_functional_ci": auc_interval(risk, some.functional, some.group, BOOTSTRAP_ROUNDS),
        "auc_strict": _rounded(auc(risk, some.strict)),
        "auc_strict_ci": auc_interval(risk, some.strict, some.group, BOOTSTRAP_ROUNDS),
        "recall": _rounded(behaviour.caught / behaviour.deaths if behaviour.deaths else None),
        "false_flags_per_group_year": _rounded(behaviour.false_flags / years if years else None),
        "flips_per_group_year": _rounded(behaviour.flips / years if years else None),
        "lead_days": float(np.median(behaviour.leads)) if behaviour.leads else None,
        "calibration": [] if chance is None else calibration(chance, some.functional),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def judge_predictor(decisions: Decisions, replays: list[Replay]) -> Predictor:
    """The product's own: the risk that it shows, flagged by state."""
    chance = risk_of(decisions.score, decisions.at) / 10_000
    return Predictor(chance, [found.flagged for found in replays], chance)


def baselines(decisions: Decisions, replays: list[Replay]) -> dict[str, Predictor]:
    """The rules that others use. Only logit3 is fitted: for each source on all other sources."""
    drop = 1.0 - (decisions.messages_28 + 1.0) / (decisions.messages_before + 1.0)
    chance = _logit3(decisions, [found.source for found in replays])
    made: dict[str, tuple[Floats, Callable[[Floats], Bools], Floats | None]] = {
        "silence_14": (decisions.silence.astype(np.float64), lambda x: x >= 14, None),
        "drop_30": (drop, lambda x: x >= 0.3, None),
        "ewma": (-decisions.ewma, lambda x: x > -0.5, None),
        "logit3": (chance, lambda x: x >= LOGIT_FLAG, chance),
        "speakers_28": (-decisions.speakers_28.astype(np.float64), lambda x: x > -FEW_SPEAKERS, None),
    }
    return {
        name: Predictor(risk, _flags(decisions, rule(risk), replays), forecast)
        for name, (risk, rule, forecast) in made.items()
    }


def _flags(decisions: Decisions, flagged: Bools, replays: list[Replay]) -> list[Bools]:
    """A rule's decisions as days: what was said on a decision stands until the next one."""
    days = []
    for n, found in enumerate(replays):
        here = decisions.group == n
        stands = np.zeros(found.days, dtype=np.bool_)
        for at, flag in zip(decisions.at[here].tolist(), flagged[here].tolist(), strict=True):
            stands[at : at + 7] = flag
        days.append(stands)
    return days


def _logit3(decisions: Decisions, sources: list[str]) -> Floats:
    """Forecasts of a logistic regression on silence, messages and trend, for each source fitted on the others."""
    inputs = np.stack(
        [
            np.log1p(decisions.silence),
            np.log1p(decisions.messages_28),
            np.log1p(decisions.messages_28) - np.log1p(decisions.messages_before),
        ],
        axis=1,
    )
    source = np.array(sources)[decisions.group]
    chance = np.full(len(decisions.at), decisions.functional.mean() if len(decisions.at) else 0.0)
    for name in np.unique(source):
        rest = source != name
        if decisions.functional[rest].any():
            weights = _fit(inputs[rest], decisions.functional[rest])
            chance[~rest] = _logistic(_with_one(inputs[~rest]) @ weights)
    return chance


def _fit(inputs: Floats, died: Bools, rounds: int = 25, ridge: float = 1.0) -> Floats:
    """Logistic regression by Newton's method, slightly drawn to zero."""
    x = _with_one(inputs)
    weights = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = _logistic(x @ weights)
        slope = x.T @ (died - p) - ridge * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def _with_one(inputs: Floats) -> Floats:
    return np.concatenate([np.ones((len(inputs), 1)), inputs], axis=1)


def _logistic(x: Floats) -> Floats:
    value: Floats = 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))
    return value


def report(decisions: Decisions, replays: list[Replay], eligible_groups: int) -> dict[str, Any]:
    """Everything that `evaluate_lifecycle` writes; see docs/evaluation.md for the definitions."""
    source = np.array([found.source for found in replays] or [""])[decisions.group]
    judge = judge_predictor(decisions, replays)
    alive = decisions.material
    every = np.ones(len(decisions.at), dtype=np.bool_)
    names = np.unique(source).tolist()

    def over(keep: Bools, predictor: Predictor = judge) -> dict[str, Any]:
        return result_of(decisions, predictor, keep, replays)

    rivals = baselines(decisions, replays)
    return {
        "groups": eligible_groups,
        "decisions": len(decisions.at),
        "overall": over(alive),
        "all": over(every),
        "by_source": {name: over(alive & (source == name)) for name in names},
        "leave_one_source_out": {name: over(alive & (source != name)) for name in names},
        "baselines": {name: over(alive, rival) for name, rival in rivals.items()},
        "baselines_all": {name: over(every, rival) for name, rival in rivals.items()},
    }
