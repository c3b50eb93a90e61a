"""Files of orders in the hands of workers: killed anywhere, two at once, cancelled while they are written, lost."""

from __future__ import annotations

import os
import signal
import traceback
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from groups import orders
from groups.models import LedgerLine, OrderImport, OutboxMessage, ShopOrder
from groups.tests.making import make_group
from groups.tests.making_orders import make_rule
from groups.tests.racing import at_once
from lifecycle import order_imports

pytestmark = pytest.mark.django_db(transaction=True)
FILE = b"order_no,amount,paid_at,coupon\n" + b"".join(b"E%d,1.00,2026-11-10,TEA\n" % n for n in range(50))


@pytest.fixture
def group():
    group = make_group()
    make_rule(group, "TEA")
    return group


def received(group):
    return orders.receive(
        team=group.team, shop="youzan", file_name="a.csv", content=FILE, by=group.owner, now=timezone.now()
    )


def work(upload):
    return order_imports.work(upload.pk, now=timezone.now(), today=timezone.localdate())


def confirmed(group):
    upload = received(group)
    work(upload)
    orders.ask(upload=upload, by=group.owner, now=timezone.now())
    return upload


def run_and_die(upload, module, step):
    """Work on the file in a process that is killed when it is about to take the step."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        setattr(module, step, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
        try:
            work(upload)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize(
    ("begin", "module", "step"),
    [
        (received, order_imports, "read_orders_in_child"),
        (received, orders, "packed"),
        (confirmed, orders, "write_orders"),
        (confirmed, orders, "asdict"),
    ],
)
def test_killed_anywhere_the_next_one_goes_on(group, begin, module, step):
    upload = begin(group)
    run_and_die(upload, module, step)
    assert not ShopOrder.objects.exists()
    assert not work(upload), "the lease of the dead one still stands"
    OutboxMessage.objects.update(sent_at=timezone.now())
    OrderImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert orders.lost(timezone.now() + timedelta(hours=1)) == [upload.pk]
    assert work(upload)
    upload.refresh_from_db()
    assert upload.state == ("done" if begin is confirmed else "looked_at")
    assert upload.outcome["orders_new"] == 50
    assert ShopOrder.objects.count() == (50 if begin is confirmed else 0)


def test_two_workers_at_once_write_once(group):
    upload = confirmed(group)
    assert sorted(at_once(*[lambda: work(upload)] * 3)) == [False, False, True]
    assert (ShopOrder.objects.count(), LedgerLine.objects.get().amount) == (50, 50)


def test_cancelled_while_they_are_written_the_books_are_as_before(group, monkeypatch):
    upload, write = confirmed(group), orders.write_orders

    def cancelled(**told):
        outcome = write(**told)
        at_once(lambda: orders.drop(upload=upload, by=group.owner, now=timezone.now()))
        return outcome

    monkeypatch.setattr(orders, "write_orders", cancelled)
    assert not work(upload)
    upload.refresh_from_db()
    assert (upload.state, upload.rows) == ("dropped", None)
    assert not ShopOrder.objects.exists() and not LedgerLine.objects.exists()


def test_a_file_that_kills_its_worker_waits_again(group):
    upload = confirmed(group)
    for _ in range(order_imports.MOST_ATTEMPTS):
        run_and_die(upload, orders, "write_orders")
        OrderImport.objects.update(lease_until=None)
    work(upload)
    upload.refresh_from_db()
    assert (upload.state, upload.problem) == ("looked_at", "gave_up")
    orders.ask(upload=upload, by=group.owner, now=timezone.now())
    work(upload)
    assert ShopOrder.objects.count() == 50
