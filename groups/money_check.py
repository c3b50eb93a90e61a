"""Compares the months of money with the ledger that they are made from, and makes them anew if ever they differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from groups.money_of_spans import NAMES, OF_LINES

# All lines, without a scope and a span.
ALL_LINES = OF_LINES.format(sign=1, column="team_id").replace("l.team_id = ANY(%s) AND l.on BETWEEN %s AND %s", "true")
LEDGER = f"""
    SELECT group_id, month, {", ".join(f"sum({name}) AS {name}" for name in NAMES)}
    FROM ({ALL_LINES}) lines GROUP BY group_id, month
"""  # noqa: S608 - names of ours
DIFFERENCES = f"""
    SELECT group_id, month, {", ".join(f"l.{name}, m.{name}" for name in NAMES)}
    FROM ({LEDGER}) l FULL JOIN groups_moneymonth m USING (group_id, month)
    WHERE ({", ".join(f"l.{name}" for name in NAMES)})
        IS DISTINCT FROM ({", ".join(f"m.{name}" for name in NAMES)})
    ORDER BY group_id, month
"""  # noqa: S608
MAKE = f"""
    INSERT INTO groups_moneymonth (group_id, month, team_id, {", ".join(NAMES)})
    SELECT l.group_id, l.month, g.team_id, {", ".join(f"l.{name}" for name in NAMES)}
    FROM ({LEDGER}) l JOIN groups_group g ON g.id = l.group_id
"""  # noqa: S608


@dataclass(frozen=True)
class Difference:
    """A column of a month that is not what the lines add up to; None where that side has no row."""

    group_id: int
    month: date
    name: str
    ledger: Decimal | None
    month_says: Decimal | None


def differences() -> list[Difference]:
    """Where the months of money and the ledger disagree; empty as it should be. One statement, a consistent view."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        rows = cursor.fetchall()
    return [
        Difference(group_id, month, name, figures[2 * place], figures[2 * place + 1])
        for group_id, month, *figures in rows
        for place, name in enumerate(NAMES)
        if figures[2 * place] != figures[2 * place + 1]
    ]


@transaction.atomic
def make_anew() -> None:
    """Sum the whole ledger again. Nobody enters a line meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE groups_ledgerline IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM groups_moneymonth")
        cursor.execute(MAKE)
