from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups import ledger
from groups.models import AuditEntry, LedgerLine
from groups.tests.making import make_group, make_user
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make_group()


def enter(group, **fields):
    return ledger.enter_line(
        **{
            "group": group,
            "kind": "cost",
            "on": date(2026, 11, 10),
            "token": uuid4(),
            "by": None,
            "now": timezone.now(),
        }
        | fields
    )


def test_a_double_submit_enters_one_line(group):
    token, category = uuid4(), make_category()
    first = enter(group, amount=Decimal("12.50"), category=category, token=token)
    again = enter(group, amount=Decimal("12.50"), category=category, token=token)
    assert first == again
    assert LedgerLine.objects.count() == AuditEntry.objects.count() == 1


def test_a_quantity_takes_the_default_price(group):
    specialist = make_category("labour", priced_by="hour", default_price=Decimal("80.00"))
    line = enter(group, category=specialist, quantity=Decimal("1.25"))
    assert (line.amount, line.unit_price) == (Decimal("100.00"), Decimal("80.00"))
    assert enter(group, category=specialist, quantity=Decimal("1"), unit_price=Decimal("90")).amount == Decimal("90.00")


@pytest.mark.parametrize(
    "fields",
    [pytest.param({}, id="no amount"), pytest.param({"quantity": Decimal(2)}, id="a quantity without a price")],
)
def test_a_line_without_an_amount_is_refused(group, fields):
    with pytest.raises(ValueError, match="needs"):
        enter(group, category=make_category(), **fields)


def test_an_archived_category_takes_no_new_line(group):
    with pytest.raises(ledger.CategoryArchived):
        enter(group, amount=Decimal(1), category=make_category(archived_at=timezone.now()))


def test_a_line_is_taken_back_once_in_its_own_month(group):
    line = make_line(group, "100.00", goods_cost=Decimal("60.00"))
    by = make_user(group.team)
    for _ in range(2):
        reversal = ledger.reverse_line(line=line, reason="typed twice", by=by, now=timezone.now())
    assert (reversal.amount, reversal.goods_cost, reversal.on) == (Decimal("-100.00"), Decimal("-60.00"), line.on)
    assert LedgerLine.objects.count() == 2
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == ["line entered", "line reversed"]
    with pytest.raises(ledger.ReversalStands):
        ledger.reverse_line(line=reversal, reason="", by=by, now=timezone.now())


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        pytest.param("amount = -0.01", "only a reversal or a refund is negative", id="negative money"),
        pytest.param("currency = 'yen'", "a currency is a code of three letters", id="no currency"),
        pytest.param("kind = 'cost'", "a cost has a category and revenue has none", id="a cost without category"),
        pytest.param("goods_cost = -1", "goods cost stands behind revenue", id="negative goods cost"),
        pytest.param("quantity = -1", "only a reversal takes back a quantity", id="negative quantity"),
        pytest.param("unit_price = -1", "a unit price is not negative", id="negative price"),
        pytest.param("amount = 'NaN'", "figures of a line are numbers", id="not a number"),
        pytest.param("goods_cost = 'NaN'", "figures of a line are numbers", id="goods cost not a number"),
        pytest.param("amount = 1000000000000", "numeric", id="too large"),
    ],
)
def test_the_database_refuses_money_that_cannot_be(group, columns, constraint):
    line = make_line(group, "5.00")
    refused = pytest.raises(Exception, match=constraint)
    with refused as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE groups_ledgerline SET {columns} WHERE id = %s", [line.pk])
    assert error.type.__module__ == "django.db.utils"


def test_the_database_refuses_a_second_reversal(group):
    line = make_line(group, "5.00")
    ledger.reverse_line(line=line, reason="", by=None, now=timezone.now())
    with pytest.raises(IntegrityError, match="reverses_id"), transaction.atomic():
        LedgerLine.objects.create(
            team_id=group.team_id, group=group, kind="revenue", on=line.on, amount=-5, reverses=line,
            entered_at=timezone.now(),
        )  # fmt: skip


def test_many_lines_are_entered_like_one_each_and_once(group):
    specialist = make_category("labour", priced_by="hour", default_price=Decimal("80.00"))
    lines = [
        {"kind": "revenue", "on": date(2026, 10, 31), "amount": Decimal("99.90"), "note": "orders", "token": uuid4()},
        {"kind": "cost", "on": date(2026, 11, 1), "category": specialist, "quantity": Decimal(2), "token": uuid4()},
    ]
    singly = [enter(group, **line | {"token": uuid4()}) for line in lines]
    together = ledger.enter_lines(group=group, lines=lines, by=None, now=timezone.now())

    def figures(of):
        return [(line.kind, line.on, line.amount, line.unit_price, line.category, line.note, line.team) for line in of]

    assert figures(together) == figures(singly)
    said = [entry.after | {"line": None} for entry in AuditEntry.objects.order_by("id")]
    assert said[:2] == said[2:]
    assert ledger.enter_lines(group=group, lines=lines, by=None, now=timezone.now()) == []
    assert LedgerLine.objects.count() == AuditEntry.objects.count() == 4


def test_many_lines_are_entered_all_or_none(group):
    lines = [
        {"kind": "cost", "on": date(2026, 11, 1), "amount": Decimal(1), "token": uuid4()},
        {
            "kind": "cost",
            "on": date(2026, 11, 1),
            "category": make_category(archived_at=timezone.now()),
            "amount": Decimal(1),
            "token": uuid4(),
        },
    ]
    with pytest.raises(ledger.CategoryArchived):
        ledger.enter_lines(group=group, lines=lines, by=None, now=timezone.now())
    assert not LedgerLine.objects.exists()


def test_many_lines_of_which_somebody_enters_one_meanwhile_are_entered_one_by_one(group, monkeypatch):
    lines = [
        {
            "kind": "cost",
            "on": date(2026, 11, 1),
            "amount": Decimal(n),
            "token": uuid4(),
            "category": make_category(name=str(n)),
        }
        for n in (1, 2)
    ]
    held = ledger.months.hold_open

    def and_then(*args):
        monkeypatch.setattr(ledger.months, "hold_open", held)
        enter(group, **lines[0])
        held(*args)

    monkeypatch.setattr(ledger.months, "hold_open", and_then)
    ledger.enter_lines(group=group, lines=lines, by=None, now=timezone.now())
    assert sorted(LedgerLine.objects.values_list("amount", flat=True)) == [1, 2]
    assert AuditEntry.objects.count() == 2
