"""Reads what of a group's messages counted as activity and what did not, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from lifecycle import valid_acts
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.policy import WINDOW_DAYS

# By day, as the judge takes them: adverts come off what is left.
SUMS = f"""
    SELECT count(*), count(*) FILTER (WHERE known & {KNOWN["filler"] | KNOWN["incentivised"]} <> 0),
        COALESCE(sum(messages), 0), COALESCE(sum(GREATEST({valid_acts.MESSAGES} - ads, 0)), 0),
        COALESCE(sum(filler), 0), COALESCE(sum(incentivised), 0), COALESCE(sum(ads), 0),
        count(*) FILTER (WHERE known & {KNOWN["filler"]} <> 0),
        count(*) FILTER (WHERE known & {KNOWN["incentivised"]} <> 0),
        count(*) FILTER (WHERE known & {KNOWN["ads"]} <> 0)
    FROM lifecycle_daily
    WHERE group_id = %s AND day > %s AND day <= %s AND known & {KNOWN["messages"]} <> 0
"""  # noqa: S608 - bits of ours


@dataclass(frozen=True)
class Counted:
    """Messages of WINDOW_DAYS days: all, those that count, and those that do not, in classes that do not overlap."""

    days: int  # on which messages are known
    days_told_apart: int  # of them, on which it is known what the messages were worth
    messages: int
    counted: int
    filler: int
    incentivised: int
    adverts: int
    days_of_filler: int = 0  # on which each class is known
    days_of_incentivised: int = 0
    days_of_adverts: int = 0


def counted_messages(group_id: int, day: date) -> Counted:
    """The days up to `day`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [group_id, day - timedelta(days=WINDOW_DAYS), day])
        return Counted(*map(int, cursor.fetchone()))
