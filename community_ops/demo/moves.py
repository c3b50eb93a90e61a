"""Who of the demo moved on from layer to layer: from the open groups to the courses, from those to the best."""

from __future__ import annotations

import uuid
import zlib
from datetime import date, datetime, timedelta

from community_ops.demo.company import Company
from community_ops.demo.roster import roster
from community_ops.demo.shapes import Shape
from groups import layer_moves

MONTHS = 5
# Of the members of the deeper group, so many came with each move.
SHARES = {"course": 0.11, "vip": 0.24}
LATE = "ppt-vip-1"  # its course group ends soon, and few have moved


def move_people(*, company: Company, now: datetime, today: date) -> int:
    """One move a month into every group that has one above it; returns how many were recorded."""
    shapes = {shape.key: shape for shape in roster()}
    return sum(
        _moves_into(company, shape, shapes[shape.upstream], now, today) for shape in shapes.values() if shape.upstream
    )


def _moves_into(company: Company, shape: Shape, source: Shape, now: datetime, today: date) -> int:
    shift = zlib.crc32(shape.key.encode()) % 23
    made = 0
    for month in range(MONTHS):
        days_ago = 3 + shift + month * 30
        if days_ago >= shape.opened_days_ago:
            break
        on = today - timedelta(days=days_ago)
        share = SHARES[shape.layer] / (4 if shape.key == LATE else 1)
        people = max(1, round(shape.members * share * (1 - 0.12 * ((shift + month) % 4))))
        layer_moves.record_move(
            source=company.groups[source.key],
            target=company.groups[shape.key],
            on=on,
            people=people,
            known_members=source.members,
            note="" if month else "月度选拔",
            token=uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{source.key}/{shape.key}/{on}"),
            by=company.groups[source.key].owner,
            now=now - timedelta(days=days_ago),
        )
        made += 1
    return made
