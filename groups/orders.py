"""Brings the orders of one file in: new ones, further refunds of known ones, and the revenue lines of their days.

An order number stands once per team and shop system, so files may overlap; the same file again writes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from groups import audit
from groups.attribution import FOUND_GROUP, FOUND_RULE, JOINS
from groups.models import OrderImport, Team, User
from groups.order_lines import lock_orders, settle_lines
from groups.rules.order_rows import OrderRow, packed, unpacked

# A large file outlasts what a page may take.
PATIENCE = "SET LOCAL statement_timeout = '300s'; SET LOCAL lock_timeout = '60s'"
WORDS = "coupon, distributor, shop_point, group_key, buyer_key"
STAGE = f"""
    DROP TABLE IF EXISTS orders_told;
    CREATE TEMP TABLE orders_told ON COMMIT DROP AS
    SELECT number, paid_on, amount, amount AS refund, {WORDS} FROM groups_shoporder WITH NO DATA;
"""  # noqa: S608 - names of ours
STAGE_COLUMNS = f"number, paid_on, amount, refund, {WORDS}"
ENTER_SALES = f"""
    INSERT INTO groups_shoporder
        (team_id, shop, number, part, paid_on, amount, {WORDS}, group_id, rule_id, upload_id)
    SELECT %(team)s, %(shop)s, o.number, 0, o.paid_on, o.amount,
        {", ".join(f"o.{word}" for word in WORDS.split(", "))}, {FOUND_GROUP}, {FOUND_RULE}, %(upload)s
    FROM orders_told o {JOINS}
    ON CONFLICT (team_id, shop, number, part) DO NOTHING
"""  # noqa: S608
# A refund goes where its order went, on the day of the order.
ENTER_REFUNDS = f"""
    INSERT INTO groups_shoporder
        (team_id, shop, number, part, paid_on, amount, {WORDS}, group_id, rule_id, upload_id)
    SELECT s.team_id, s.shop, s.number, COALESCE(k.parts, 0) + 1, s.paid_on, COALESCE(k.given_back, 0) - o.refund,
        {", ".join(f"s.{word}" for word in WORDS.split(", "))}, s.group_id, s.rule_id, %(upload)s
    FROM orders_told o
    JOIN groups_shoporder s ON s.team_id = %(team)s AND s.shop = %(shop)s AND s.number = o.number AND s.part = 0
    LEFT JOIN LATERAL (
        SELECT count(*) AS parts, -sum(p.amount) AS given_back FROM groups_shoporder p
        WHERE p.team_id = %(team)s AND p.shop = %(shop)s AND p.number = o.number AND p.part > 0
    ) k ON true
    WHERE o.refund > COALESCE(k.given_back, 0) AND o.amount = s.amount
"""  # noqa: S608
OTHERWISE = """
    SELECT count(*) FROM orders_told o
    JOIN groups_shoporder s ON s.team_id = %(team)s AND s.shop = %(shop)s AND s.number = o.number AND s.part = 0
    WHERE (s.amount, s.paid_on) <> (o.amount, o.paid_on)
"""
SUMS = """
    SELECT COALESCE(sum(amount) FILTER (WHERE part = 0), 0), COALESCE(-sum(amount) FILTER (WHERE part > 0), 0),
        count(*) FILTER (WHERE part = 0 AND group_id IS NOT NULL), count(*) FILTER (WHERE part = 0 AND group_id IS NULL)
    FROM groups_shoporder WHERE upload_id = %(upload)s
"""


class AlreadyDecided(ValueError):
    """The file was imported or dropped before."""


@dataclass(frozen=True)
class Outcome:
    """What a file brings. `told_otherwise`: known orders whose amount or day differs now; they are left as they are.

    Yuan as text, so that it is stored as it is.
    """

    orders_new: int
    orders_known: int
    told_otherwise: int
    refunds_new: int
    attributed: int
    unattributed: int
    lines: int
    amount: str
    refunded: str


def content_hash_of(rows: Sequence[OrderRow]) -> str:
    """Equal for equal orders, whatever the order of rows, the encoding or the name of the file."""
    told = sorted(json.dumps(asdict(row), default=str) for row in rows)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@transaction.atomic
def look_at(
    *,
    team: Team,
    shop: str,
    file_name: str,
    rows: Sequence[OrderRow],
    refusals: list[dict[str, Any]],
    rows_refused: int,
    rows_skipped: int,
    by: User | None,
    now: datetime,
) -> OrderImport:
    """Keep what a file says until somebody decides; `outcome` is that of a trial run, of which nothing stays."""
    content_hash = content_hash_of(rows)
    first = OrderImport.objects.filter(
        team=team, shop=shop, content_hash=content_hash, state=OrderImport.State.DONE
    ).first()
    upload = OrderImport.objects.create(
        team=team,
        shop=shop,
        file_name=file_name,
        content_hash=content_hash,
        state=OrderImport.State.REPEATED if first else OrderImport.State.LOOKED_AT,
        repeats=first,
        rows=None if first else packed(rows),
        refusals=refusals,
        rows_refused=rows_refused,
        rows_skipped=rows_skipped,
        uploaded_at=now,
        uploaded_by=by,
    )
    if not first:
        upload.outcome = asdict(_tried(upload, rows, by, now))
        upload.save(update_fields=["outcome"])
    audit.record(verb="orders looked at", thing=upload, by=by, now=now, after={"orders": len(rows)})
    return upload


def _tried(upload: OrderImport, rows: Sequence[OrderRow], by: User | None, now: datetime) -> Outcome:
    """Write everything, count, and take it back."""
    with transaction.atomic():
        outcome = write_orders(upload=upload, rows=rows, by=by, now=now)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def confirm(*, upload: OrderImport, by: User | None, now: datetime) -> Outcome:
    """Bring the orders in. Raises AlreadyDecided the second time, of two at once for one of them."""
    lock_orders(upload.team_id)
    found = OrderImport.objects.select_for_update().get(pk=upload.pk)
    if found.state != OrderImport.State.LOOKED_AT or found.rows is None:
        raise AlreadyDecided(found.state)
    first = OrderImport.objects.filter(
        team=found.team_id, shop=found.shop, content_hash=found.content_hash, state=OrderImport.State.DONE
    ).first()
    if first:
        _decide(found, OrderImport.State.REPEATED, by, now, repeats=first)
        raise AlreadyDecided(OrderImport.State.REPEATED)
    outcome = write_orders(upload=found, rows=unpacked(bytes(found.rows)), by=by, now=now)
    _decide(found, OrderImport.State.DONE, by, now, outcome=asdict(outcome))
    audit.record(verb="orders imported", thing=found, by=by, now=now, after=asdict(outcome))
    return outcome


@transaction.atomic
def bring_in(
    *, team: Team, shop: str, system: str, rows: Sequence[OrderRow], by: User, now: datetime
) -> tuple[OrderImport, Outcome]:
    """Bring in what a connected system tells, without a look before; the same again writes nothing."""
    lock_orders(team.pk)
    content_hash = content_hash_of(rows)
    done = OrderImport.objects.filter(team=team, shop=shop, state=OrderImport.State.DONE)
    if first := done.filter(content_hash=content_hash).first():
        before = Outcome(**first.outcome)
        nothing = Outcome(0, len(rows), before.told_otherwise, 0, 0, 0, 0, "0.00", "0.00")
        return first, nothing
    upload = OrderImport.objects.create(
        team=team,
        shop=shop,
        file_name=system,
        content_hash=content_hash,
        state=OrderImport.State.DONE,
        uploaded_at=now,
        uploaded_by=by,
        decided_at=now,
        decided_by=by,
    )
    outcome = write_orders(upload=upload, rows=rows, by=by, now=now, patient=False)
    upload.outcome = asdict(outcome)
    upload.save(update_fields=["outcome"])
    audit.record(verb="orders imported", thing=upload, by=by, now=now, after=asdict(outcome))
    return upload, outcome


@transaction.atomic
def drop(*, upload: OrderImport, by: User | None, now: datetime) -> None:
    """Forget the rows of a file. Raises AlreadyDecided the second time."""
    found = OrderImport.objects.select_for_update().get(pk=upload.pk)
    if found.state != OrderImport.State.LOOKED_AT:
        raise AlreadyDecided(found.state)
    _decide(found, OrderImport.State.DROPPED, by, now)
    audit.record(verb="orders dropped", thing=found, by=by, now=now)


def write_orders(
    *, upload: OrderImport, rows: Sequence[OrderRow], by: User | None, now: datetime, patient: bool = True
) -> Outcome:
    """All rows in a fixed number of statements, inside the transaction of the caller; `patient` may outlast a page."""
    told = {"team": upload.team_id, "shop": upload.shop, "upload": upload.pk}
    with connection.cursor() as cursor:
        if patient:
            cursor.execute(PATIENCE)
        lock_orders(upload.team_id)
        cursor.execute(STAGE)
        cursor.copy_expert(f"COPY orders_told ({STAGE_COLUMNS}) FROM STDIN (FORMAT csv)", _as_csv(rows))
        cursor.execute("ANALYZE orders_told")
        cursor.execute(OTHERWISE, told)
        otherwise = cursor.fetchone()[0]
        cursor.execute(ENTER_SALES, told)
        new = cursor.rowcount
        cursor.execute(ENTER_REFUNDS, told)
        refunds = cursor.rowcount
        lines = settle_lines(team_id=upload.team_id, by=by, now=now)
        cursor.execute(SUMS, told)
        amount, refunded, attributed, unattributed = cursor.fetchone()
    return Outcome(
        orders_new=new,
        orders_known=len(rows) - new,
        told_otherwise=otherwise,
        refunds_new=refunds,
        attributed=attributed,
        unattributed=unattributed,
        lines=lines,
        amount=str(amount),
        refunded=str(refunded),
    )


def _as_csv(rows: Sequence[OrderRow]) -> io.StringIO:
    """Quoted where it is not a number: an empty word is a word, not null."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow(
            (
                row.number, row.paid_on, _yuan(row.cents), _yuan(row.refund_cents), row.coupon, row.distributor,
                row.shop_point, row.group_key, row.buyer_key,
            )
        )  # fmt: skip
    text.seek(0)
    return text


def _yuan(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _decide(upload: OrderImport, state: str, by: User | None, now: datetime, **more: Any) -> None:
    upload.state, upload.rows, upload.decided_by, upload.decided_at = state, None, by, now
    for name, value in more.items():
        setattr(upload, name, value)
    upload.save()
