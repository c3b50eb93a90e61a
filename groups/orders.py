"""Brings the orders of one file in: new ones, further refunds of known ones, and the revenue lines of their days.

An order number stands once per team and shop system, so files may overlap; the same file again writes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from groups import audit, column_presets, leases, outbox
from groups.attribution import FOUND_GROUP, FOUND_RULE, JOINS
from groups.leases import Lease
from groups.models import OrderImport, OutboxMessage, Team, User
from groups.order_lines import lock_orders, settle_lines
from groups.rules.order_rows import OrderRow, packed, unpacked
from groups.sealing import seal

# A large file outlasts what a page may take.
PATIENCE = "SET LOCAL statement_timeout = '300s'; SET LOCAL lock_timeout = '60s'"
WORDS = "coupon, distributor, shop_point, group_key, buyer_key"
STAGE = f"""
    DROP TABLE IF EXISTS orders_told;
    CREATE TEMP TABLE orders_told ON COMMIT DROP AS
    SELECT number, paid_on, amount, amount AS refund, paid_on AS refunded_on, {WORDS} FROM groups_shoporder
    WITH NO DATA;
"""  # noqa: S608 - names of ours
STAGE_COLUMNS = f"number, paid_on, amount, refund, refunded_on, {WORDS}"
COPY_STAGE = f"COPY orders_told ({STAGE_COLUMNS}) FROM STDIN (FORMAT csv, FORCE_NULL (refunded_on))"
ENTER_SALES = f"""
    INSERT INTO groups_shoporder
        (team_id, shop, number, part, paid_on, amount, {WORDS}, group_id, rule_id, upload_id)
    SELECT %(team)s, %(shop)s, o.number, 0, o.paid_on, o.amount,
        {", ".join(f"o.{word}" for word in WORDS.split(", "))}, {FOUND_GROUP}, {FOUND_RULE}, %(upload)s
    FROM orders_told o {JOINS}
    ON CONFLICT (team_id, shop, number, part) DO NOTHING
"""  # noqa: S608
# A refund goes where its order went, on its own day, or that of the order where the file does not tell.
ENTER_REFUNDS = f"""
    INSERT INTO groups_shoporder
        (team_id, shop, number, part, paid_on, amount, {WORDS}, group_id, rule_id, upload_id)
    SELECT s.team_id, s.shop, s.number, COALESCE(k.parts, 0) + 1, GREATEST(o.refunded_on, s.paid_on),
        COALESCE(k.given_back, 0) - o.refund,
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
LOST_AFTER = timedelta(minutes=2)
State = OrderImport.State
AT_WORK = OrderImport.AT_WORK
WAITING = (State.COLUMNS, State.LOOKED_AT)
KEPT_FOR = timedelta(days=30)
WHAT = "orders"


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
    told = sorted(json.dumps(_as_hashed(row), default=str) for row in rows)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _as_hashed(row: OrderRow) -> dict[str, Any]:
    """A row without a day of refund reads as it did before files told one."""
    told = asdict(row)
    return told if row.refunded_on else {name: told[name] for name in told if name != "refunded_on"}


@transaction.atomic
def receive(*, team: Team, shop: str, file_name: str, content: bytes, by: User | None, now: datetime) -> OrderImport:
    """Keep an upload, encrypted, until a worker has read it."""
    upload = _new(team, shop, file_name, by, now)
    upload.sealed = seal(content)
    upload.save(force_insert=True)
    _call_a_worker(upload.pk, now)
    return upload


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
    """Keep the orders of a file that was read elsewhere until somebody decides."""
    upload = _new(team, shop, file_name, by, now)
    upload.save(force_insert=True)
    lease = _claimed(upload.pk, State.READING)
    told = {"refusals": refusals, "rows_refused": rows_refused, "rows_skipped": rows_skipped}
    keep_look(upload=upload, lease=lease, rows=rows, now=now, **told)
    upload.refresh_from_db()
    return upload


@transaction.atomic
def keep_look(
    *,
    upload: OrderImport,
    lease: Lease,
    rows: Sequence[OrderRow],
    refusals: list[dict[str, Any]],
    rows_refused: int,
    rows_skipped: int,
    now: datetime,
) -> None:
    """Keep what a file says until somebody decides; `outcome` is that of a trial run, of which nothing stays."""
    content_hash = content_hash_of(rows)
    first = _first_of(upload, content_hash)
    outcome = {} if first else asdict(_tried(upload, rows, upload.uploaded_by, now))
    lease.finish(
        state=State.REPEATED if first else State.LOOKED_AT,
        content_hash=content_hash,
        repeats=first,
        sealed=None,
        rows=None if first else packed(rows),
        refusals=refusals,
        rows_refused=rows_refused,
        rows_skipped=rows_skipped,
        outcome=outcome,
    )
    audit.record(verb="orders looked at", thing=upload, by=upload.uploaded_by, now=now, after={"orders": len(rows)})


@transaction.atomic
def match(*, upload: OrderImport, mapping: Mapping[str, int], remember: bool, by: User, now: datetime) -> None:
    """Say which column fills which field, and have the file read again. Raises AlreadyDecided the second time."""
    told = {"state": State.READING, "mapping": dict(mapping), "attempts": 0}
    if not OrderImport.objects.filter(pk=upload.pk, state=State.COLUMNS).update(**told):
        raise AlreadyDecided(upload.pk)
    if remember:
        column_presets.remember(upload.team_id, WHAT, upload.headers, mapping, by=by, now=now)
    else:
        column_presets.forget(upload.team_id, WHAT, upload.headers)
    _call_a_worker(upload.pk, now)


def ask_for_columns(*, upload: OrderImport, lease: Lease, headers: Sequence[str], now: datetime) -> None:
    """The columns of the file do not name themselves: match them as the team did before, else leave it to people."""
    preset = column_presets.remembered(upload.team_id, WHAT, headers)
    with transaction.atomic():
        lease.finish(state=State.READING if preset else State.COLUMNS, headers=list(headers), mapping=preset or {})
        if preset:
            _call_a_worker(upload.pk, now)


def _tried(upload: OrderImport, rows: Sequence[OrderRow], by: User | None, now: datetime) -> Outcome:
    """Write everything, count, and take it back."""
    with transaction.atomic():
        outcome = write_orders(upload=upload, rows=rows, by=by, now=now)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def ask(*, upload: OrderImport, by: User | None, now: datetime) -> None:
    """Have the orders brought in. Raises AlreadyDecided the second time, of two at once for one of them."""
    told = {"state": State.WRITING, "attempts": 0, "decided_by": by, "problem": ""}
    if not OrderImport.objects.filter(pk=upload.pk, state=State.LOOKED_AT).update(**told):
        raise AlreadyDecided(upload.pk)
    _call_a_worker(upload.pk, now)


def confirm(*, upload: OrderImport, by: User | None, now: datetime) -> Outcome:
    """Bring the orders in here and now. Raises AlreadyDecided the second time, of two at once for one of them."""
    ask(upload=upload, by=by, now=now)
    lease = _claimed(upload.pk, State.WRITING)
    outcome = write_confirmed(upload=OrderImport.objects.get(pk=upload.pk), lease=lease, now=now)
    if outcome is None:
        raise AlreadyDecided(State.REPEATED)
    return outcome


@transaction.atomic
def write_confirmed(*, upload: OrderImport, lease: Lease, now: datetime) -> Outcome | None:
    """Bring the orders in; the claim ends in the same transaction. None if another file brought the same meanwhile.

    Raises TakenOver, after which nothing stays.
    """
    by, rows = upload.decided_by, upload.rows
    if rows is None:
        raise AlreadyDecided(upload.state)
    lock_orders(upload.team_id)
    first = _first_of(upload, upload.content_hash)
    if first:
        lease.finish(state=State.REPEATED, rows=None, repeats=first, decided_at=now)
        return None
    outcome = write_orders(upload=upload, rows=unpacked(bytes(rows)), by=by, now=now, keep=lease.keep)
    lease.finish(state=State.DONE, rows=None, outcome=asdict(outcome), decided_at=now)
    audit.record(verb="orders imported", thing=upload, by=by, now=now, after=asdict(outcome))
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
    """Forget the rows of a file; a worker that is writing them takes everything back. Raises AlreadyDecided when it is
    over."""
    told = {"state": State.DROPPED, "rows": None, "sealed": None, "decided_by": by, "decided_at": now, "claim": None}
    if not OrderImport.objects.filter(pk=upload.pk, state__in=(*AT_WORK, *WAITING)).update(**told):
        raise AlreadyDecided(upload.pk)
    audit.record(verb="orders dropped", thing=upload, by=by, now=now)


def delete_old(today: date) -> int:
    """Drop files that nobody matched the columns of, or confirmed, with their rows; they are kept no longer."""
    old = OrderImport.objects.filter(state__in=WAITING, uploaded_at__date__lt=today - KEPT_FOR)
    return old.update(state=State.DROPPED, sealed=None, rows=None, decided_at=Now())


def lost(now: datetime) -> list[int]:
    """Files that wait for a worker although their message is out: the broker lost it, or the worker died."""
    unsent = OutboxMessage.objects.filter(kind="work_on_orders", sent_at=None).values_list(
        "payload__upload_id", flat=True
    )
    waiting = OrderImport.objects.filter(state__in=AT_WORK, asked_at__lt=now - LOST_AFTER)
    waiting = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=Now())).exclude(pk__in=list(unsent))
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


def _new(team: Team, shop: str, file_name: str, by: User | None, now: datetime) -> OrderImport:
    return OrderImport(team=team, shop=shop, file_name=file_name, uploaded_at=now, uploaded_by=by)


def _first_of(upload: OrderImport, content_hash: str) -> OrderImport | None:
    """The file that brought the same orders in."""
    same = OrderImport.objects.filter(team=upload.team_id, shop=upload.shop, content_hash=content_hash)
    return same.filter(state=State.DONE).first()


def _claimed(pk: int, state: str) -> Lease:
    lease = leases.claim(OrderImport, pk, [state])
    if lease is None:
        raise AlreadyDecided(pk)
    return lease


def _call_a_worker(pk: int, now: datetime) -> None:
    OrderImport.objects.filter(pk=pk).update(asked_at=now)
    outbox.post(key=f"work_on_orders:{uuid4()}", kind="work_on_orders", payload={"upload_id": pk}, now=now)


def write_orders(
    *,
    upload: OrderImport,
    rows: Sequence[OrderRow],
    by: User | None,
    now: datetime,
    keep: Callable[[], None] = lambda: None,
    patient: bool = True,
) -> Outcome:
    """All rows in a fixed number of statements, inside the transaction of the caller; `keep` is called between them.
    `patient` may outlast a page."""
    told = {"team": upload.team_id, "shop": upload.shop, "upload": upload.pk}
    with connection.cursor() as cursor:
        if patient:
            cursor.execute(PATIENCE)
        lock_orders(upload.team_id)
        cursor.execute(STAGE)
        cursor.copy_expert(
            f"COPY orders_told ({STAGE_COLUMNS}) FROM STDIN (FORMAT csv, FORCE_NULL (refunded_on))", _as_csv(rows)
        )
        cursor.execute("ANALYZE orders_told")
        cursor.execute(OTHERWISE, told)
        otherwise = cursor.fetchone()[0]
        cursor.execute(ENTER_SALES, told)
        new = cursor.rowcount
        keep()
        cursor.execute(ENTER_REFUNDS, told)
        refunds = cursor.rowcount
        keep()
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
                row.number, row.paid_on, _yuan(row.cents), _yuan(row.refund_cents), row.refunded_on or "", row.coupon,
                row.distributor, row.shop_point, row.group_key, row.buyer_key,
            )
        )  # fmt: skip
    text.seek(0)
    return text


def _yuan(cents: int) -> Decimal:
    return Decimal(cents) / 100
