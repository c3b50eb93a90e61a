"""What a search shows: shelves of hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lifecycle.display_states import DisplayState

SHOWN = 6


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `state` and `verdict` are shown as tags."""

    text: str
    address: str
    about: str = ""
    state: DisplayState | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Shelf:
    """What was found of one kind; `more` leads to the list of all of it where not all is shown, `cut` says so."""

    title: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""
    is_cut: bool = False


def cut(title: str, hits: Sequence[Hit], more: str = "") -> Shelf:
    """The first SHOWN of the hits, of which one more than that was looked for."""
    over = len(hits) > SHOWN
    return Shelf(title, list(hits[:SHOWN]), more if over else "", over)
