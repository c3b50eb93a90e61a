"""Which group of ours the people of a dying one can be asked into, the best first, each with what speaks for it.

A group fits if it lives, is for the same kind of activity, stands in the same layer (or one of the two is in no funnel)
and is not known to be full. Everything else only decides which comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Alive, the best first. Watch is alive, but who has just left a quiet room should not land in another one.
ALIVE = ("thriving", "stable", "forming", "declining")
NO_LAYER = "none"
MOST_SHOWN = 8


@dataclass(frozen=True)
class Room:
    """A group as a place to move to. `members` and `cap` are None where nobody knows; `words` are of its theme."""

    pk: int
    team: int
    platform: str
    layer: str
    activity: str
    state: str
    members: int | None = None
    cap: int | None = None
    words: frozenset[str] = frozenset()

    @property
    def places_left(self) -> int | None:
        """None where the cap or the members are not known."""
        return None if self.cap is None or self.members is None else max(self.cap - self.members, 0)


@dataclass(frozen=True)
class Fit:
    """A group that fits, and the codes of what speaks for or against it, in the order in which they are told."""

    room: Room
    reasons: tuple[str, ...]


def fits(source: Room, candidates: Iterable[Room], movers: int) -> tuple[Fit, ...]:
    """The groups that `movers` people of `source` can be asked into, the best first; at most MOST_SHOWN.

    Alive before barely so, the same team, platform and layer before others, room that is known before room that is
    not, then shared words of the theme, then more room.
    """
    found = [each for each in candidates if _fits(source, each, movers)]
    found.sort(key=lambda each: _order(source, each))
    return tuple(Fit(each, _reasons(source, each)) for each in found[:MOST_SHOWN])


def _fits(source: Room, each: Room, movers: int) -> bool:
    left = each.places_left
    return (
        each.pk != source.pk
        and each.state in ALIVE
        and each.activity == source.activity
        and (each.layer == source.layer or NO_LAYER in (each.layer, source.layer))
        and (left is None or left >= max(movers, 1))
    )


def _order(source: Room, each: Room) -> tuple[int, ...]:
    left = each.places_left
    return (
        ALIVE.index(each.state),
        each.team != source.team,
        each.platform != source.platform,
        each.layer != source.layer,
        left is None,
        -len(source.words & each.words),
        -(left or 0),
        each.pk,
    )


def _reasons(source: Room, each: Room) -> tuple[str, ...]:
    told = [each.state]
    if each.words & source.words:
        told.append("theme_alike")
    told.append("same_layer" if each.layer == source.layer else "no_layer")
    told.append("places_unknown" if each.places_left is None else "places_left")
    if each.platform != source.platform:
        told.append("other_platform")
    if each.team != source.team:
        told.append("other_team")
    return tuple(told)


def words_of(text: str) -> frozenset[str]:
    """What two themes can share: words of Latin letters, and pairs of neighbouring characters of the others."""
    words: set[str] = set()
    for part in text.casefold().split():
        if part.isascii():
            words.add(part)
        else:
            words |= {part[place : place + 2] for place in range(len(part) - 1)}
    return frozenset(words)
