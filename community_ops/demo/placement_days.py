"""On which days the partners of the demo were shown in a group: known to what happened there, and to the calendar."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from community_ops.demo import shapes
from community_ops.demo.shapes import Shape
from groups.rules.profit_and_loss import months_through

LAST_DAYS_AHEAD = 24
TIRED_DAYS = 4  # so long after a placement fewer people speak


def placement_days(shape: Shape, today: date) -> list[date]:
    """Two days a month for a group that partners pay for; a third in this month for one that could not say no."""
    if shape.monetization != "sponsorship" or shape.life == shapes.DEAD:
        return []
    shift = zlib.crc32(shape.key.encode()) % 9
    first, last = months_through(today, shapes.MONTHS_OF_BOOKS)[0], today + timedelta(days=LAST_DAYS_AHEAD)
    calendar = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    wanted = {4 + shift, 17 + shift}
    days = [day for day in calendar if day.day in wanted]
    if shape.key == "spon-03":
        days.append(today.replace(day=15 if today.day != 15 else 16))
    return sorted(set(days))
