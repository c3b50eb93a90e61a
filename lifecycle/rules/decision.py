"""From the situation of a dying group to a recommendation: farewell, revive, migrate, dissolve or nothing.

The order is that of the three principles: save what can be saved, move who still shows life, dissolve what does not
move. Money may skip a revival that cannot pay; it may neither skip a migration while enough members are active nor
dissolve a group that moves. Answers carry codes and figures; the sentences are made where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lifecycle.rules.worth import NAMES, SHARE, ExpectedValues, Inputs, complete, turning_values, values_of

VERSION = 3


class Remedy(StrEnum):
    REVIVE = "revive"
    MIGRATE = "migrate"
    DISSOLVE = "dissolve"
    FAREWELL = "farewell"


@dataclass(frozen=True)
class Thresholds:
    """Shares are parts of the members; counts are members."""

    most_attempts: int = 2
    active_least: int = 5
    active_percent: int = 3
    probe_least: int = 3
    probe_percent: int = 2
    prior_wins: int = 2
    prior_losses: int = 4
    answered_at_least: Decimal = Decimal("0.5")
    unanswered_at_most: Decimal = Decimal("0.15")
    accept_rate: Decimal = Decimal("0.3")  # mean of Beta(3, 7)

    def active_needed(self, members: int | None) -> int:
        """How many active members make a migration worth it; the floor alone where the size is unknown."""
        return max(self.active_least, _percent_of(members, self.active_percent))

    def answers_needed(self, members: int | None) -> int:
        """How many different members must answer a cheap prompt within 72 hours."""
        return max(self.probe_least, _percent_of(members, self.probe_percent))


@dataclass(frozen=True)
class Movement:
    """Different members with a valid act in the last 56 known days: exact, or between two bounds from daily counts."""

    at_least: int = 0
    at_most: int | None = None  # None = the counts give no upper bound
    known_days: int = 0

    @property
    def none(self) -> bool:
        return self.at_most == 0


@dataclass(frozen=True)
class TrackRecord:
    """Earlier attempts of the same kind of remedy on the same kind of group."""

    wins: int = 0
    tries: int = 0


@dataclass(frozen=True)
class Economics:
    """Yuan and months. Expected margins are those of a healthy month; months are at most 3. None = not on record."""

    monthly_margin: Decimal | None
    margin_per_active: Decimal | None
    monthly_keep: Decimal | None
    revive_cost: Decimal | None
    migrate_cost: Decimal | None
    farewell_cost: Decimal | None
    months: Decimal | None = Decimal(3)


NO_RECORD = Economics(*[None] * 7)


@dataclass(frozen=True)
class Situation:
    """All that the recommendation depends on. `members` None = size unknown; `answers` None = nobody has asked yet."""

    mission_complete: bool = False
    known: bool = True
    exempt: bool = False
    immune: bool = False
    unserved: bool = False
    ad_overrun: bool = False
    cleaning_failed: bool = False
    moved: bool = False  # a migration of this case has invited the active members
    attempts: int = 0
    members: int | None = None
    movement: Movement = field(default_factory=Movement)
    answers: int | None = None
    record: TrackRecord = field(default_factory=TrackRecord)
    economics: Economics | None = None


@dataclass(frozen=True)
class Reason:
    """A code and its figures, both plain, so that a stored one renders in any language."""

    code: str
    figures: Mapping[str, int | str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Recommendation:
    """`remedy` None = nothing should be done yet. `others` says of each other remedy why it does not come first."""

    remedy: Remedy | None
    reasons: tuple[Reason, ...]
    others: tuple[tuple[Remedy, Reason], ...] = ()
    values: ExpectedValues | None = None
    version: int = VERSION


@dataclass(frozen=True)
class Turn:
    """At which value of an input, the others as they are, another remedy comes first; None = at none."""

    name: str
    at: Decimal | None
    remedy: Remedy | None


def recommend(
    situation: Situation, thresholds: Thresholds | None = None, inputs: Inputs | None = None
) -> Recommendation:
    """The first remedy of the order that fits, with its reasons. `inputs` are tried in the place of those on record;
    they speak for money alone: who moved and who answered stays what was measured.
    """
    limits = thresholds or Thresholds()
    if situation.mission_complete:
        return Recommendation(Remedy.FAREWELL, (Reason("mission_complete"), Reason("offer_next_group")))
    wait = _reason_to_wait(situation)
    if wait:
        return Recommendation(None, (wait,))
    values = values_of(inputs) if inputs else expected_values(situation, limits)
    ends = () if values else (Reason("economics_missing"),)
    if situation.record.tries and values:
        ends = (Reason("track_record", {"wins": situation.record.wins, "tries": situation.record.tries}),)
    movement = _movement_reason(situation, limits)
    if situation.ad_overrun and situation.cleaning_failed:
        last = situation.movement.at_least
        moving = (Reason("move_last_members", {"active": last}),) if last else ()
        reasons = (Reason("cleaning_failed"), *moving)
        others = ((Remedy.REVIVE, Reason("cleaning_failed")), (Remedy.MIGRATE, Reason("only_adverts_left")))
        return Recommendation(Remedy.DISSOLVE, reasons + ends, others, values)
    revivable, why = _revivable(situation, values, limits)
    dissolvable = dissolution_ground(situation, limits)
    no_dissolving = Reason("revive_first") if dissolvable else movement
    if revivable:
        others = ((Remedy.MIGRATE, Reason("revive_first")), (Remedy.DISSOLVE, no_dissolving))
        first = (Reason("clean_first"),) if situation.ad_overrun else ()
        return Recommendation(Remedy.REVIVE, (*first, *why, *ends), others, values)
    if dissolvable is None:
        others = ((Remedy.REVIVE, why[0]), (Remedy.DISSOLVE, movement))
        return Recommendation(Remedy.MIGRATE, (*why, movement, *ends), others, values)
    others = ((Remedy.REVIVE, why[0]), (Remedy.MIGRATE, movement))
    return Recommendation(Remedy.DISSOLVE, (*why, movement, *ends), others, values)


def turns_of(situation: Situation, inputs: Inputs, thresholds: Thresholds | None = None) -> tuple[Turn, ...]:
    """For each input the nearest value at which the recommendation is another one."""
    now = recommend(situation, thresholds, inputs).remedy
    return tuple(_turn(situation, inputs, thresholds, name, now) for name in NAMES)


def _turn(situation: Situation, inputs: Inputs, thresholds: Thresholds | None, name: str, now: Remedy | None) -> Turn:
    for value in turning_values(inputs, name):
        then = recommend(situation, thresholds, replace(inputs, **{name: value})).remedy
        if then is not now:
            return Turn(name, value, then)
    return Turn(name, None, None)


def dissolution_ground(situation: Situation, thresholds: Thresholds | None = None) -> str | None:
    """The code of the ground on which this group may be dissolved, or None while it moves or nobody knows.

    Grounds: mission complete, adverts after a failed cleaning, active members moved away, too little movement.
    """
    limits = thresholds or Thresholds()
    if situation.mission_complete:
        return "mission_complete"
    if situation.ad_overrun and situation.cleaning_failed:
        return "cleaning_failed"
    if situation.moved:
        return "members_moved"
    most = situation.movement.at_most
    if situation.known and most is not None and most < limits.active_needed(situation.members):
        return "no_movement"
    return None


def asks_again_before_dissolving(situation: Situation) -> bool:
    """Whether dissolving needs a second look: nothing was tried, and it is neither adverts nor complete stillness."""
    settled = situation.mission_complete or situation.ad_overrun or situation.moved or situation.movement.none
    return situation.attempts == 0 and not settled


def chance_of_revival(situation: Situation, thresholds: Thresholds | None = None) -> Decimal:
    """Share of attempts expected to succeed: the record shrunk to its prior, then what the pulse probe told."""
    limits = thresholds or Thresholds()
    weight = limits.prior_wins + limits.prior_losses + situation.record.tries
    chance = Decimal(limits.prior_wins + situation.record.wins) / Decimal(weight)
    if situation.answers is not None:
        answered = situation.answers >= limits.answers_needed(situation.members)
        chance = max(chance, limits.answered_at_least) if answered else min(chance, limits.unanswered_at_most)
    return chance.quantize(SHARE, ROUND_HALF_UP)


def known_inputs(situation: Situation, thresholds: Thresholds | None = None) -> dict[str, Decimal | None]:
    """Each input of the money by its name; None = not on record. Without any record of money nothing of it is known."""
    limits = thresholds or Thresholds()
    money = situation.economics or NO_RECORD
    return {
        "chance": chance_of_revival(situation, limits),
        "monthly_margin": money.monthly_margin,
        "monthly_keep": money.monthly_keep,
        "months": money.months,
        "revive_cost": money.revive_cost,
        "active": Decimal(situation.movement.at_least),
        "accept_rate": limits.accept_rate,
        "margin_per_active": money.margin_per_active,
        "migrate_cost": money.migrate_cost,
        "farewell_cost": money.farewell_cost,
    }


def expected_values(situation: Situation, thresholds: Thresholds | None = None) -> ExpectedValues | None:
    """What each remedy is worth in yuan, or None where cost and margin are not on record."""
    inputs = complete(known_inputs(situation, thresholds))
    return values_of(inputs) if inputs else None


def _reason_to_wait(situation: Situation) -> Reason | None:
    if not situation.known:
        return Reason("no_data")
    if situation.exempt:
        return Reason("exempt")
    if situation.immune:
        return Reason("immune")
    if situation.unserved:
        return Reason("unserved")
    return None


def _revivable(
    situation: Situation, values: ExpectedValues | None, limits: Thresholds
) -> tuple[bool, tuple[Reason, ...]]:
    """Whether another attempt is worth it, and why. Silence alone, unasked, does not rule a group out."""
    attempts = {"attempts": situation.attempts, "most": limits.most_attempts}
    if situation.attempts >= limits.most_attempts:
        return False, (Reason("attempts_used_up", attempts),)
    left = Reason("attempts_left", attempts)
    needed = limits.answers_needed(situation.members)
    answer = {"answers": situation.answers, "needed": needed}
    if situation.answers is not None and situation.answers >= needed:
        return True, (Reason("pulse_answered", answer), left)
    if values is not None:
        odds = {
            "chance": str(values.chance),
            "needed": None if values.needed is None else str(values.needed),
        }
        if values.pays:
            return True, (Reason("revival_pays", odds), left)
        possible = values.needed is not None and values.needed <= 1
        return False, (Reason("revival_cannot_pay" if possible else "revival_never_pays", odds),)
    if situation.answers is not None:
        return False, (Reason("pulse_unanswered", answer),)
    return True, (Reason("pulse_not_asked", {"needed": needed}), left)


def _movement_reason(situation: Situation, limits: Thresholds) -> Reason:
    moving, needed = situation.movement, limits.active_needed(situation.members)
    figures = {
        "active": moving.at_least,
        "most": moving.at_most,
        "needed": needed,
        "members": situation.members,
    }
    if situation.moved:
        return Reason("members_moved", figures)
    if moving.at_least >= needed:
        return Reason("enough_active", figures)
    if moving.at_most is not None and moving.at_most < needed:
        return Reason("no_movement" if moving.none else "too_few_active", figures)
    return Reason("movement_unsure", figures)


def _percent_of(members: int | None, percent: int) -> int:
    """The share rounded up: 3 % of 201 members is 7."""
    return -(-(members or 0) * percent // 100)
