"""The tree of cost categories: in which order and how deep they are shown, and which lie below one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A category as its place in the tree; `parent` is None directly below the root."""

    id: int
    parent: int | None
    name: str


@dataclass(frozen=True)
class Placed:
    """Where a node is shown: `depth` 1 is directly below the root, `path` the names from there to it."""

    id: int
    depth: int
    path: tuple[str, ...]


def in_tree_order(nodes: Iterable[Node]) -> list[Placed]:
    """Each node after the one above it, siblings in the order given. A node whose parent is not given stands on top."""
    nodes = list(nodes)
    known = {node.id for node in nodes}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes:
        children[node.parent if node.parent in known else None].append(node)
    placed: list[Placed] = []
    waiting: list[tuple[Node, int, tuple[str, ...]]] = [(node, 1, (node.name,)) for node in reversed(children[None])]
    while waiting:
        node, depth, path = waiting.pop()
        placed.append(Placed(node.id, depth, path))
        waiting += [(child, depth + 1, (*path, child.name)) for child in reversed(children[node.id])]
    return placed


def at_or_below(start: int, nodes: Iterable[Node]) -> set[int]:
    """The node and everything below it, to any depth."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for node in nodes:
        children[node.parent].append(node.id)
    found: set[int] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children[here]
    return found


def with_those_above(wanted: Iterable[int], nodes: Iterable[Node]) -> set[int]:
    """The nodes wanted and everything between them and the root, so that a search result keeps its place."""
    parents = {node.id: node.parent for node in nodes}
    found: set[int] = set()
    for start in wanted:
        here: int | None = start
        while here is not None and here not in found:
            found.add(here)
            here = parents.get(here)
    return found
