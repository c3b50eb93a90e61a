"""Turns a group of the roster into its days: counts, and who spoke, from one seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from community_ops.demo import shapes
from community_ops.demo.placement_days import TIRED_DAYS, placement_days

SEED = 20261122
DAYS = 200
DAYS_OF_THE_DEAD = 400  # groups that died are told from before they faded, so that the nights see it coming
LAST_ONES = 5  # members who still speak in a group that dies
LOST_SIGHT_DAYS = 24  # the source of such a group stopped reporting this long ago
RED_PACKET_EVERY = 19  # days; what is said within 48 hours after it is said for it
UNSERVED_DAYS = 19  # for so long nobody has offered anything in such a group


@dataclass(frozen=True)
class Days:
    """The observed days of one group, oldest first; `speakers` holds (member key, messages) of each day."""

    shape: shapes.Shape
    days: list[date]
    counts: dict[str, list[int]]
    speakers: list[list[tuple[str, int]]]


def days_of(shape: shapes.Shape, last_day: date) -> Days | None:
    """The days that were observed up to last_day, or None for a group that no source reports."""
    if shape.life == shapes.NO_DATA:
        return None
    rng = np.random.default_rng([SEED, zlib.crc32(shape.key.encode())])
    span = min(DAYS_OF_THE_DEAD if shape.life == shapes.DEAD else DAYS, shape.opened_days_ago)
    until = last_day - timedelta(days=LOST_SIGHT_DAYS if shape.life == shapes.LOST_SIGHT else 0)
    days = [last_day - timedelta(days=span - 1 - n) for n in range(span)]
    days = [day for day in days if day <= until]
    alive = level_of(shape, days, last_day)
    rhythm = rhythm_of(shape, days)
    level = alive * rhythm
    talk = shape.activity == "conversation" or shape.life == shapes.NOISY
    pace = (alive, rhythm) if shape.activity == "conversation" else (np.ones(len(days)), np.ones(len(days)))
    speakers = speakers_of(rng, rng, shape, *pace, talk)
    counts = counts_of(rng, shape, days, level, last_day)
    _wear_out(shape, days, counts, speakers, last_day)
    write_adverts(shape, counts, speakers)
    offer(shape, days, counts, speakers, last_day)
    counts["messages"] = [sum(n for _, n in day) for day in speakers]
    counts["speakers"] = [len(day) for day in speakers]
    add_idle_talk(shape, days, counts)
    return Days(shape, days, counts, speakers)


def add_idle_talk(shape: shapes.Shape, days: list[date], counts: dict[str, list[int]]) -> None:
    """Messages that do not count, beside those that do: filler, and what is said for a red packet now and then.

    Only chats whose texts are read tell them; the figures of DingTalk do not.
    """
    if shape.activity != "conversation" or shape.platform == "dingtalk":
        return
    key = zlib.crc32(shape.key.encode())
    filler, incentivised = [], []
    for day, said in zip(days, counts["messages"], strict=True):
        rng = np.random.default_rng([SEED, key, day.toordinal(), 1])
        filler.append(int(rng.poisson(said * (0.06 + key % 9 / 100))))
        after_packet = (day.toordinal() + key) % RED_PACKET_EVERY < 2
        incentivised.append(int(rng.poisson(said * 0.7)) if after_packet and shape.platform == "wechat" else 0)
    counts["filler"], counts["incentivised"] = filler, incentivised
    counts["messages"] = [sum(day) for day in zip(counts["messages"], filler, incentivised, strict=True)]


def level_of(shape: shapes.Shape, days: list[date], last_day: date) -> NDArray[np.float64]:
    """How alive the group is on each day, 1 = as planned."""
    ago = np.array([(last_day - day).days for day in days], dtype=float)
    match shape.life:
        case shapes.RISING:
            return np.clip(1.7 - ago / 220, 0.6, 1.7)
        case shapes.FADING:
            return np.maximum(np.clip((ago - 20) / 110, 0.0, 1.0) ** 1.3, 0.05)
        case shapes.STOPPED:
            return np.where(ago > 42, 1.0, 0.0)
        case shapes.DEAD:
            few_are_left = np.interp(ago, (235, 270), (0.16, 1.0)) if shape.opened_days_ago > 300 else 0.3
            return np.where(ago > 118, few_are_left, 0.0)
        case shapes.RECOVERING:
            return np.where(ago > 70, 1.0, np.where(ago > 26, 0.05, 0.85))
        case shapes.ADVERTS:
            return np.where(ago > 40, 1.0, 0.18)
        case shapes.UNSERVED:
            return np.where(ago >= UNSERVED_DAYS, 1.0, 0.0)
        case shapes.EXODUS:
            return np.where(ago > 20, 1.0, 0.55)
        case shapes.FLASH | shapes.OVERDUE:
            end = -(shape.ends_in_days or 0)
            return np.where(ago >= end, 1.0, 0.04)
        case shapes.FORMING:
            return np.clip(1.2 - ago / 30, 0.3, 1.2)
        case _:
            return np.ones(len(days))


def rhythm_of(shape: shapes.Shape, days: list[date]) -> NDArray[np.float64]:
    """Weekday pattern: work groups rest at weekends, shops sell more then."""
    weekend = 1.35 if shape.activity == "transaction" else (0.45 if shape.platform in ("dingtalk", "slack") else 0.8)
    holiday = 0.3 if shape.platform == "dingtalk" else 0.7
    return np.array(
        [
            (weekend if day.weekday() >= 5 else 1.0) * (holiday if day.month == 10 and day.day <= 7 else 1.0)
            for day in days
        ]
    )


def speakers_of(
    who: np.random.Generator,
    rng: np.random.Generator,
    shape: shapes.Shape,
    alive: NDArray[np.float64],
    rhythm: NDArray[np.float64],
    talk: bool,
    fades: bool = True,
) -> list[list[tuple[str, int]]]:
    """Who wrote how often on each day: a few write much, most little, as in every chat.

    `who` draws how talkative each of them is.
    """
    people = max(4, int(shape.members * (0.28 if talk else 0.02)))
    weights = who.pareto(1.6, people) + 0.15
    pace = (shape.pace if shape.activity == "conversation" else 34.0) if talk else 0.35
    rates = weights / weights.sum() * pace
    share = _shares(shape, alive, people) if fades else alive[:, None]
    drawn = rng.poisson(np.minimum(rates, pace * 0.16)[None, :] * rhythm[:, None] * share)
    return [[(f"{shape.key}-m{m + 1}", int(n)) for m, n in enumerate(row) if n] for row in drawn]


def _shares(shape: shapes.Shape, alive: NDArray[np.float64], people: int) -> NDArray[np.float64]:
    """How much of their usual each member says, days x members. A group fades person by person, and before one dies a
    handful of members keep it going and say more than they used to."""
    member = np.arange(people)[None, :]
    if shape.life == shapes.FADING:
        return (member < np.maximum(alive[:, None] * people, 2)).astype(float)
    if shape.life == shapes.DEAD:
        last_ones = np.where(alive > 0, 3.0, 0.0)[:, None] * (member < LAST_ONES)
        return np.where(alive[:, None] < 0.5, last_ones, 1.0)
    return np.repeat(alive[:, None], people, axis=1)


CONTENT_DAYS = 7
SELLS_EARLY = "mom-10"  # the one camp that could not wait


def _wear_out(
    shape: shapes.Shape,
    days: list[date],
    counts: dict[str, list[int]],
    speakers: list[list[tuple[str, int]]],
    last_day: date,
) -> None:
    """After a placement some leave and fewer speak; a trial camp sells nothing in its first week."""
    shown = placement_days(shape, last_day + timedelta(days=1))
    gone = 0
    for place, day in enumerate(days):
        since = min(((day - each).days for each in shown if each <= day), default=TIRED_DAYS)
        if since < TIRED_DAYS:
            left = max(3 - since, 0)
            counts["leaves"][place] += left
            gone += left
            speakers[place][:] = speakers[place][: max(1, round(len(speakers[place]) * 0.82))]
        counts["members"][place] = max(counts["members"][place] - gone, 5)
    if shape.monetization == "new_customer" and shape.key != SELLS_EARLY and shape.opened_days_ago <= DAYS:
        for name in ("ads", "orders", "buyers", "clicks", "revenue_cents"):
            counts[name][:CONTENT_DAYS] = [0] * min(CONTENT_DAYS, len(days))


def write_adverts(shape: shapes.Shape, counts: dict[str, list[int]], speakers: list[list[tuple[str, int]]]) -> None:
    """Adverts are messages too: three posters write them where they overrun a group, else members among the rest."""
    for place, day in enumerate(speakers):
        adverts = counts["ads"][place]
        if shape.life == shapes.ADVERTS:
            shares = [adverts // 3 + (adverts % 3 > n) for n in range(3)]
            day += [(f"{shape.key}-ad{n + 1}", share) for n, share in enumerate(shares) if share]
        else:
            counts["ads"][place] = min(adverts, sum(messages for _, messages in day))


def offer(
    shape: shapes.Shape,
    days: list[date],
    counts: dict[str, list[int]],
    speakers: list[list[tuple[str, int]]],
    last_day: date,
) -> None:
    """In a group that sells the host posts an offer every other day, for as long as anybody looks after it."""
    if shape.activity != "transaction":
        return
    for place, (day, spoke) in enumerate(zip(days, speakers, strict=True)):
        back = (last_day - day).days
        if shape.life == shapes.UNSERVED and back < UNSERVED_DAYS:
            counts["ads"][place] = 0
        elif back % 2 == 0:
            counts["ads"][place] += 1
            spoke.append((f"{shape.key}-host", 1))


def counts_of(
    rng: np.random.Generator, shape: shapes.Shape, days: list[date], level: NDArray[np.float64], last_day: date
) -> dict[str, list[int]]:
    ago = np.array([(last_day - day).days for day in days])
    joins = rng.poisson(np.where(ago > shape.opened_days_ago - 7, shape.members / 9, 0.6) * np.clip(level, 0.1, 1.5))
    leaves = rng.poisson(0.45 + 0.2 * (level < 0.3), len(days))
    if shape.life == shapes.EXODUS:
        leaves = leaves + rng.poisson(np.where(ago <= 18, shape.members * 0.012, 0))
    members = np.maximum(shape.members + np.cumsum(joins - leaves) - int((joins - leaves).sum()), 5)
    ads = rng.poisson(0.4, len(days))
    if shape.monetization == "sponsorship":
        ads = ads + rng.poisson(0.5, len(days))
    if shape.life == shapes.ADVERTS:
        ads = ads + rng.poisson(np.where(ago <= 40, 9.0, 0.3))
    counts = {"members": members, "joins": joins, "leaves": leaves, "ads": ads}
    if shape.order_value:
        sold = np.zeros(len(days)) if shape.life == shapes.NOISY else level
        per_day = shape.pace if shape.activity == "transaction" else shape.pace * 0.05
        if shape.life == shapes.NOISY:
            sold = np.where(ago > 60, 1.0, 0.02)
        orders = rng.poisson(per_day * sold)
        counts["clicks"] = rng.poisson(per_day * 4 * np.clip(sold, 0.01, None))
        counts["orders"] = orders
        counts["buyers"] = np.minimum(orders, np.ceil(orders * rng.uniform(0.78, 0.97, len(days)))).astype(int)
        counts["revenue_cents"] = np.rint(orders * float(shape.order_value) * 100 * rng.uniform(0.93, 1.07, len(days)))
    return {name: [int(n) for n in values] for name, values in counts.items()}
