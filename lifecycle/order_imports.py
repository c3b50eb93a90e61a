"""What a worker does with a file of orders: it reads it in the limited child and tries it out, or brings it in.

The row of the file is the queue; see groups.orders for what people decide in between.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

from groups import leases, orders
from groups.leases import Lease, TakenOver
from groups.models import OrderImport
from groups.sealing import unseal
from groups.sheets.limits import UPLOAD
from groups.sheets.refusal import FileRefused
from lifecycle.file_safety import read_orders_in_child
from lifecycle.sources.order_sheet import Matched, Orders
from lifecycle.sources.reading import Terms

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
State = OrderImport.State


def work(upload_id: int, *, now: datetime, today: date) -> bool:
    """Do what a file of orders waits for; False if there is nothing to do or somebody else is at it. Repeatable."""
    lease = leases.claim(OrderImport, upload_id, OrderImport.AT_WORK)
    if lease is None:
        return False
    upload = OrderImport.objects.select_related("team", "uploaded_by", "decided_by").get(pk=upload_id)
    try:
        if lease.attempt > MOST_ATTEMPTS:
            _give_up(lease, now)
        elif lease.state == State.READING:
            _read(upload, lease, now, today)
        else:
            with lease.beside_a_transaction():
                orders.write_confirmed(upload=upload, lease=lease, now=now)
    except TakenOver:
        return False
    except (OperationalError, InterfaceError):
        lease.release()
        raise
    except Exception:
        log.exception("orders %s failed while %s, attempt %s", upload_id, lease.state, lease.attempt)
        lease.release()
        raise
    return True


def _read(upload: OrderImport, lease: Lease, now: datetime, today: date) -> None:
    try:
        found = _orders_in(upload, lease, today)
    except FileRefused as refused:
        if refused.figures.get("headers") and not upload.mapping:
            orders.ask_for_columns(upload=upload, lease=lease, headers=refused.figures["headers"], now=now)
            return
        told = {"refusal_code": refused.code, "refusal_figures": refused.figures}
        lease.finish(state=State.REFUSED, sealed=None, decided_at=now, **told)
        return
    with lease.beside_a_transaction():
        orders.keep_look(
            upload=upload,
            lease=lease,
            rows=found.rows,
            refusals=[refusal.as_json() for refusal in found.refusals],
            rows_refused=found.rows_refused,
            rows_skipped=found.skipped,
            now=now,
        )


def _orders_in(upload: OrderImport, lease: Lease, today: date) -> Orders:
    with tempfile.TemporaryDirectory(prefix="orders-") as name:
        path, spool = Path(name) / "upload", Path(name) / "spool"
        spool.mkdir(mode=0o700)
        path.write_bytes(unseal(bytes(upload.sealed or b"")))
        terms = Terms(zone=settings.TIME_ZONE, last_day=today, limits=UPLOAD)
        matched = Matched(upload.headers, upload.mapping) if upload.mapping else None
        return read_orders_in_child(path, spool, terms, settings.MEMBER_KEY.encode(), lease.tell, matched)


def _give_up(lease: Lease, now: datetime) -> None:
    if lease.state == State.WRITING:
        lease.finish(state=State.LOOKED_AT, problem="gave_up", decided_by=None)
    else:
        lease.finish(state=State.REFUSED, refusal_code="gave_up", sealed=None, decided_at=now)
