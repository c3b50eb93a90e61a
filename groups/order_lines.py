"""Keeps one revenue line for each group and day at the sum of its orders less refunds, by reversal, never by edit."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection

from groups.models import User

LOCK = "SELECT pg_advisory_xact_lock(hashtext('orders of a team'), %s)"
# What a day refunds beyond what it sold cannot be a line, since only a reversal is negative: it is taken from the
# latest days before. `kept` is what has come in by a day and does not go back later: the lowest of all sums from that
# day on.
CHANGED = """
    DROP TABLE IF EXISTS order_days_changed;
    CREATE TEMP TABLE order_days_changed ON COMMIT DROP AS
    SELECT group_id, "on", w.total, w.orders, s.day_id, s.line_id
    FROM (
        SELECT group_id, "on", orders,
            kept - lag(kept, 1, 0::numeric) OVER (PARTITION BY group_id ORDER BY "on") AS total
        FROM (
            SELECT group_id, "on", orders, min(so_far) OVER (PARTITION BY group_id ORDER BY "on" DESC) AS kept
            FROM (
                SELECT group_id, paid_on AS "on", count(*) FILTER (WHERE part = 0) AS orders,
                    sum(sum(amount)) OVER (PARTITION BY group_id ORDER BY paid_on) AS so_far
                FROM groups_shoporder WHERE team_id = %(team)s AND group_id IS NOT NULL GROUP BY 1, 2
            ) days
        ) sums
    ) w
    FULL JOIN (
        SELECT d.group_id, d."on", d.id AS day_id, d.line_id, l.amount
        FROM groups_orderday d JOIN groups_ledgerline l ON l.id = d.line_id
        WHERE d.team_id = %(team)s AND d.superseded_at IS NULL
    ) s USING (group_id, "on")
    WHERE COALESCE(w.total, 0) <> COALESCE(s.amount, 0)
"""
# A line that somebody took back by hand is not taken back again.
REVERSE = """
    INSERT INTO groups_ledgerline
        (team_id, group_id, kind, "on", amount, currency, note, reverses_id, entered_at, entered_by_id)
    SELECT l.team_id, l.group_id, l.kind, l."on", -l.amount, l.currency, '', l.id, %(now)s, %(by)s
    FROM groups_ledgerline l JOIN order_days_changed c ON c.line_id = l.id
    ORDER BY l.group_id, l."on"
    ON CONFLICT (reverses_id) DO NOTHING
"""
SUPERSEDE = """
    UPDATE groups_orderday d SET superseded_at = %(now)s FROM order_days_changed c WHERE c.day_id = d.id
"""
# The token joins a line made here with its day in one statement.
ENTER = """
    WITH wanted AS MATERIALIZED (
        SELECT group_id, "on", total, orders, gen_random_uuid() AS token
        FROM order_days_changed WHERE total > 0 ORDER BY group_id, "on"
    ),
    made AS (
        INSERT INTO groups_ledgerline
            (team_id, group_id, kind, "on", amount, currency, note, token, entered_at, entered_by_id)
        SELECT %(team)s, group_id, 'revenue', "on", total, %(currency)s, '', token, %(now)s, %(by)s
        FROM wanted RETURNING id, token
    )
    INSERT INTO groups_orderday (team_id, group_id, "on", line_id, orders)
    SELECT %(team)s, w.group_id, w."on", m.id, w.orders FROM wanted w JOIN made m USING (token)
"""


def lock_orders(team_id: int) -> None:
    """One writer of orders of a team at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [team_id])


def settle_lines(*, team_id: int, by: User | None, now: datetime) -> int:
    """Enter, or reverse and enter anew, the lines of the days whose orders add up to something else; returns how many.

    Call it inside a transaction that holds `lock_orders`. What the goods of an order cost is not known.
    """
    told = {
        "team": team_id,
        "by": by.pk if by else None,
        "now": now,
        "currency": settings.CURRENCY,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, told)
        cursor.execute(REVERSE, told)
        cursor.execute(SUPERSEDE, told)
        cursor.execute(ENTER, told)
        return cursor.rowcount
