"""Money that goes back: never more than was earned, once per token, two people at once."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from groups import ledger
from groups.economics import profit_and_loss
from groups.ledger import LineRefunded, MoreThanEarned, NothingToRefund
from groups.models import AuditEntry, LedgerLine
from groups.tests.making import make_group
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db
SALE, REFUND = date(2026, 10, 20), date(2026, 11, 3)


def refund(line, amount, *, returned=True, token=None):
    return ledger.refund_line(
        line=line, amount=Decimal(amount), on=REFUND, goods_returned=returned, token=token or uuid4(), by=None,
        now=timezone.now(),
    )  # fmt: skip


def take_back(line):
    return ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())


@pytest.fixture
def sale():
    return make_line(make_group(), "100.00", on=SALE, goods_cost=Decimal("60.00"))


def test_a_refund_is_a_row_of_its_own_in_the_month_in_which_the_money_went_back(sale):
    token = uuid4()
    for _ in range(2):
        row = refund(sale, "30.00", token=token)
    assert (row.amount, row.goods_cost, row.on, row.refunds) == (Decimal(-30), Decimal(-18), REFUND, sale)
    october, november = profit_and_loss([sale.group_id], date(2026, 11, 30), 2)[sale.group_id]
    assert (october.net, november.net) == (Decimal(40), Decimal(-12))
    assert AuditEntry.objects.filter(verb="line refunded").count() == 1


def test_a_refund_gives_back_no_more_than_is_left(sale):
    refund(sale, "70.00")
    with pytest.raises(MoreThanEarned) as refused:
        refund(sale, "30.01")
    assert refused.value.left == Decimal("30.00")
    refund(sale, "30.00", returned=False)
    assert ledger.given_back([sale.pk]) == {sale.pk: Decimal("100.00")}


def test_a_refund_that_was_taken_back_may_be_given_again(sale):
    take_back(refund(sale, "100.00"))
    assert ledger.given_back([sale.pk]) == {}
    assert refund(sale, "100.00")


def test_what_is_not_refunded(sale):
    group = sale.group
    gone = make_line(group, "5.00")
    reversal = take_back(gone)
    cost = make_line(group, "5.00", category=make_category())
    for line in (refund(sale, "1.00"), gone, reversal, cost):
        with pytest.raises(NothingToRefund):
            refund(line, "1.00")
    with pytest.raises(NothingToRefund):
        refund(sale, "0.00")


def test_a_refunded_line_is_not_taken_back_before_its_refunds(sale):
    back = refund(sale, "40.00")
    with pytest.raises(LineRefunded):
        take_back(sale)
    take_back(back)
    assert take_back(sale).amount == Decimal("-100.00")
    assert sum(line.amount for line in LedgerLine.objects.all()) == 0


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        pytest.param({"amount": Decimal("-100.01")}, "gives back no more than it earned", id="more than earned"),
        pytest.param({"amount": Decimal(5)}, "a refund gives back revenue", id="a positive refund"),
        pytest.param({"refunds": None}, "only a reversal or a refund is negative", id="negative without a reason"),
    ],
)
def test_case_57_the_database_refuses_refunds_that_cannot_be(sale, fields, constraint):
    columns = {
        "team_id": sale.team_id, "group": sale.group, "kind": "revenue", "on": REFUND, "amount": Decimal(-1),
        "refunds": sale, "entered_at": timezone.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LedgerLine.objects.bulk_create([LedgerLine(**columns | fields)])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_sql", [False, True], ids=["writer", "database"])
def test_two_refunds_at_once_do_not_give_back_more_than_was_earned(by_sql):
    sale = make_line(make_group(), "100.00", on=SALE)
    start, ended = Barrier(2), []

    def give():
        try:
            start.wait()
            if by_sql:
                with transaction.atomic():
                    LedgerLine.objects.create(
                        team_id=sale.team_id, group=sale.group, kind="revenue", on=REFUND, amount=-60, refunds=sale,
                        entered_at=timezone.now(),
                    )  # fmt: skip
            else:
                refund(sale, "60.00")
            ended.append("given")
        except (MoreThanEarned, IntegrityError):
            ended.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=give) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(ended) == ["given", "refused"]
    assert ledger.given_back([sale.pk]) == {sale.pk: Decimal("60.00")}
