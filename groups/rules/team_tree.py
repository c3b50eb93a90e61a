"""The tree of teams: which move would close a circle, and the order in which it is read."""

from __future__ import annotations

from collections.abc import Mapping

DEEPEST = 5  # levels below the top; deeper trees are drawn no further in


def would_circle(parents: Mapping[int, int | None], team: int, parent: int | None) -> bool:
    """Whether `team` would stand above itself if it were put below `parent`. `parents` maps team -> parent."""
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == team:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False


def in_order(parents: Mapping[int, int | None]) -> list[tuple[int, int]]:
    """Each team with its depth, parents before children, siblings in the order of the mapping.

    A team whose parent is not in the mapping stands at the top.
    """
    children: dict[int | None, list[int]] = {}
    for team, parent in parents.items():
        children.setdefault(parent if parent in parents else None, []).append(team)
    rows: list[tuple[int, int]] = []
    waiting = [(team, 0) for team in reversed(children.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        rows.append((team, min(depth, DEEPEST)))
        waiting += [(child, depth + 1) for child in reversed(children.get(team, []))]
    return rows
