"""Compares the months of money with the ledger that they are made from, and makes them anew if ever they differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from groups.money_of_spans import NAMES, of_lines

# All lines, without a scope and a span.
ALL_LINES = of_lines("team_id").replace("l.team_id = ANY(%s) AND l.on BETWEEN %s AND %s", "true")
ROWS = {"group_id": "groups_moneymonth", "team_id": "groups_teammoneymonth"}
LEDGER = f"""
    SELECT {{key}}, month, {", ".join(f"sum({name}) AS {name}" for name in NAMES)}
    FROM ({ALL_LINES}) lines GROUP BY {{key}}, month
"""  # noqa: S608 - names of ours
DIFFERENCES = f"""
    SELECT {{key}}, month, {", ".join(f"l.{name}, m.{name}" for name in NAMES)}
    FROM ({LEDGER}) l FULL JOIN {{table}} m USING ({{key}}, month)
    WHERE ({", ".join(f"l.{name}" for name in NAMES)})
        IS DISTINCT FROM ({", ".join(f"m.{name}" for name in NAMES)})
    ORDER BY {{key}}, month
"""  # noqa: S608
MAKE_GROUPS = f"""
    INSERT INTO groups_moneymonth (group_id, month, team_id, {", ".join(NAMES)})
    SELECT l.group_id, l.month, g.team_id, {", ".join(f"l.{name}" for name in NAMES)}
    FROM ({LEDGER.format(key="group_id")}) l JOIN groups_group g ON g.id = l.group_id
"""  # noqa: S608
MAKE_TEAMS = f"""
    INSERT INTO groups_teammoneymonth (team_id, month, {", ".join(NAMES)}) {LEDGER.format(key="team_id")}
"""


@dataclass(frozen=True)
class Difference:
    """A column of a month (`key` says of what: group_id or team_id) that is not what the lines add up to.

    None where that side has no row.
    """

    key: str
    number: int
    month: date
    name: str
    ledger: Decimal | None
    month_says: Decimal | None


def differences() -> list[Difference]:
    """Where the months of money and the ledger disagree; empty as it should be. Run it while nobody enters lines."""
    return [each for key, table in ROWS.items() for each in _differences(key, table)]


def _differences(key: str, table: str) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES.format(key=key, table=table))
        rows = cursor.fetchall()
    return [
        Difference(key, number, month, name, figures[2 * place], figures[2 * place + 1])
        for number, month, *figures in rows
        for place, name in enumerate(NAMES)
        if figures[2 * place] != figures[2 * place + 1]
    ]


@transaction.atomic
def make_anew() -> None:
    """Sum the whole ledger again. Lines wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE groups_ledgerline IN SHARE ROW EXCLUSIVE MODE")
        for table in ROWS.values():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(MAKE_GROUPS)
        cursor.execute(MAKE_TEAMS)
