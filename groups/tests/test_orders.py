"""Orders: never counted twice, never guessed, and their lines always at what the orders add up to."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from groups import attribution, ledger, orders
from groups.attribution import key_of_phone
from groups.models import AuditEntry, LedgerLine, MoneyMonth, OrderDay, OrderImport, ShopOrder
from groups.money_check import differences
from groups.tests.making import make_group, make_team
from groups.tests.making_orders import DAY, bring_in, look_at, make_rule, order

pytestmark = pytest.mark.django_db


def revenue_of(group) -> Decimal:
    return sum((line.amount for line in LedgerLine.objects.filter(group=group)), Decimal(0))


@pytest.fixture
def group():
    return make_group()


def test_looking_writes_nothing_to_the_books(group):
    make_rule(group, "TEA")
    upload = look_at(group.team, order("E1", 30, coupon="TEA"), order("E2", 20))
    assert (upload.state, upload.outcome["orders_new"], upload.outcome["attributed"]) == ("looked_at", 2, 1)
    assert (upload.outcome["amount"], upload.outcome["lines"]) == ("50.00", 1)
    assert not ShopOrder.objects.exists() and not LedgerLine.objects.exists()


def test_orders_of_a_group_and_day_become_one_line(group):
    make_rule(group, "TEA")
    outcome = bring_in(
        group.team, order("E1", 30, coupon="TEA"), order("E2", 12.5, coupon="TEA"), order("E3", 99),
        order("E4", 8, coupon="TEA", paid_on=date(2026, 11, 11)),
    )  # fmt: skip
    assert (outcome.orders_new, outcome.attributed, outcome.unattributed, outcome.lines) == (4, 3, 1, 2)
    assert [(line.on, line.amount) for line in LedgerLine.objects.order_by("on")] == [
        (DAY, Decimal("42.50")), (date(2026, 11, 11), 8),
    ]  # fmt: skip
    assert OrderDay.objects.get(on=DAY).orders == 2
    assert MoneyMonth.objects.get(group=group).revenue_without_goods_cost == Decimal("50.50")
    assert differences() == []


@pytest.mark.parametrize(
    ("kind", "pattern", "fields"),
    [
        ("coupon", "满30减5", {"coupon": "满30减5"}),
        ("distributor", "小王", {"distributor": "小王"}),
        ("shop_point", "西湖店", {"shop_point": "西湖店"}),
        ("group_key", "tGid0001", {"group_key": "tGid0001"}),
        ("phone", "13800001234", {"buyer_key": key_of_phone("13800001234")}),
    ],
)
def test_each_kind_of_rule_finds_its_orders_exactly(group, kind, pattern, fields):
    rule = make_rule(group, pattern, kind)
    others = {name: key_of_phone("1") if kind == "phone" else f"{word}x" for name, word in fields.items()}
    bring_in(group.team, order("E1", 5, **fields), order("E2", 7, **others))
    assert list(ShopOrder.objects.filter(rule=rule).values_list("number", flat=True)) == ["E1"]
    assert "13800001234" not in str(vars(rule))


def test_a_rule_speaks_on_its_days_only(group):
    make_rule(group, "TEA", valid_from=DAY, valid_until=DAY)
    days = [date(2026, 11, 9), DAY, date(2026, 11, 11)]
    bring_in(group.team, *(order(f"E{day}", coupon="TEA", paid_on=day) for day in days))
    assert ShopOrder.objects.exclude(group=None).get().paid_on == DAY


def test_where_rules_disagree_nobody_guesses(group):
    other = make_group(team=group.team)
    make_rule(group, "TEA")
    make_rule(other, "West lake", "shop_point")
    bring_in(group.team, order("E1", coupon="TEA", shop_point="West lake"), order("E2", shop_point="West lake"))
    assert ShopOrder.objects.get(number="E1").group is None
    assert ShopOrder.objects.get(number="E2").group == other
    assert attribution.disagreed_on([group.team_id]) == {ShopOrder.objects.get(number="E1").pk}


def test_rules_of_another_team_say_nothing(group):
    make_rule(make_group(), "TEA")
    assert bring_in(group.team, order("E1", coupon="TEA")).attributed == 0


def test_a_rule_added_later_finds_what_waits_and_a_second_run_nothing(group):
    bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=1000), order("E2", 5))
    assert not LedgerLine.objects.exists()
    make_rule(group, "TEA")
    assert revenue_of(group) == 20
    before = LedgerLine.objects.count()
    done = attribution.attribute_waiting(team_id=group.team_id, by=None, now=timezone.now())
    assert (done.orders, done.lines, LedgerLine.objects.count()) == (0, 0, before)


def test_a_withdrawn_rule_takes_its_lines_back_and_gives_way_to_another(group):
    other = make_group(team=group.team)
    rule = make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA"))
    with pytest.raises(attribution.RuleOverlaps):
        make_rule(other, "TEA")
    attribution.withdraw_rule(rule=rule, by=None, now=timezone.now())
    assert (revenue_of(group), ShopOrder.objects.get().group) == (0, None)
    with pytest.raises(attribution.RuleWithdrawn):
        attribution.withdraw_rule(rule=rule, by=None, now=timezone.now())
    make_rule(other, "TEA")
    assert (revenue_of(group), revenue_of(other)) == (0, 30)
    assert differences() == []


def test_the_same_orders_again_are_a_repeat_and_overlapping_files_their_union(group):
    """Cases 25 and 26."""
    make_rule(group, "TEA")
    first, second, third = (order(f"E{n}", 10 * n, coupon="TEA") for n in (1, 2, 3))
    bring_in(group.team, first, second)
    again = look_at(group.team, second, first, file_name="renamed.csv")
    assert (again.state, again.rows, again.repeats.file_name) == ("repeated", None, "orders.csv")
    outcome = bring_in(group.team, second, third)
    assert (outcome.orders_new, outcome.orders_known) == (1, 1)
    assert revenue_of(group) == 60
    assert OrderDay.objects.filter(superseded_at=None).count() == 1
    assert bring_in(group.team, first, shop="jd").orders_new == 1, "another shop numbers its orders itself"


def test_a_refund_seen_later_is_a_row_of_its_own(group):
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA"))
    assert bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=500)).refunds_new == 1
    assert bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=1250)).refunds_new == 1
    assert bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=400)).refunds_new == 0
    parts = ShopOrder.objects.order_by("part").values_list("part", "amount", "group_id")
    assert list(parts) == [(0, 30, group.pk), (1, -5, group.pk), (2, Decimal("-7.50"), group.pk)]
    assert revenue_of(group) == Decimal("17.50")
    bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=3000))
    assert revenue_of(group) == 0


def lines_of(group):
    days = OrderDay.objects.filter(group=group, superseded_at=None).order_by("on")
    return [(day.on.day, day.line.amount) for day in days]


def test_a_refund_counts_on_its_own_day_and_goes_where_its_order_went(group):
    """Whatever the rules say on that day; and beyond what the day sold it is taken from the days before."""
    make_rule(group, "TEA", valid_until=DAY)
    first = order("E1", 30, coupon="TEA", paid_on=date(2026, 11, 9))
    bring_in(group.team, first, order("E2", 5, coupon="TEA"))
    back = order("E1", 30, coupon="TEA", paid_on=date(2026, 11, 9), refund_cents=400, refunded_on=DAY)
    bring_in(group.team, back)
    assert lines_of(group) == [(9, 30), (10, 1)]
    later = {"paid_on": date(2026, 11, 9), "refund_cents": 2600, "refunded_on": date(2026, 11, 20)}
    bring_in(group.team, order("E1", 30, coupon="TEA", **later))
    assert [(row.paid_on.day, row.amount, row.group) for row in ShopOrder.objects.filter(part__gt=0)] == [
        (10, -4, group), (20, -22, group),
    ]  # fmt: skip
    assert lines_of(group) == [(9, 9)]
    assert (revenue_of(group), differences()) == (9, [])


def test_a_refund_that_waited_follows_its_order(group):
    told = {"coupon": "TEA", "refund_cents": 100, "refunded_on": date(2026, 12, 1)}
    bring_in(group.team, order("E1", 30, **told))
    make_rule(group, "TEA", valid_until=DAY)
    assert set(ShopOrder.objects.values_list("part", "group")) == {(0, group.pk), (1, group.pk)}
    assert revenue_of(group) == 29


def test_a_known_order_that_is_told_otherwise_stays(group):
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA"))
    outcome = bring_in(group.team, order("E1", 31, coupon="TEA"), order("E2", 1, coupon="TEA"))
    assert (outcome.orders_new, outcome.told_otherwise, revenue_of(group)) == (1, 1, 31)


def test_a_line_taken_back_by_hand_is_not_taken_back_twice(group):
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA"))
    ledger.reverse_line(line=LedgerLine.objects.get(), reason="", by=None, now=timezone.now())
    assert bring_in(group.team, order("E9", 1)).lines == 0
    bring_in(group.team, order("E2", 12, coupon="TEA"))
    assert revenue_of(group) == 42


def test_a_file_is_decided_once(group):
    upload = look_at(group.team, order("E1"))
    orders.drop(upload=upload, by=None, now=timezone.now())
    for decide in (orders.confirm, orders.drop):
        with pytest.raises(orders.AlreadyDecided):
            decide(upload=upload, by=None, now=timezone.now())
    assert not ShopOrder.objects.exists()
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["orders looked at", "orders dropped"]
    twins = [look_at(group.team, order("E2"), file_name=name) for name in ("a.csv", "b.csv")]
    orders.confirm(upload=twins[0], by=None, now=timezone.now())
    with pytest.raises(orders.AlreadyDecided):
        orders.confirm(upload=twins[1], by=None, now=timezone.now())


def test_the_number_of_statements_does_not_depend_on_the_rows(group, django_assert_num_queries):
    make_rule(group, "TEA")
    small = look_at(group.team, order("S1", coupon="TEA"))
    rows = [order(f"E{n}", coupon="TEA", paid_on=date(2026, 10, 1 + n % 28)) for n in range(300)]
    large = look_at(group.team, *rows)
    for upload in (small, large):
        with django_assert_num_queries(30):
            orders.confirm(upload=upload, by=None, now=timezone.now())


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": Decimal(-1)}, "a sale is not negative"),
        ({"part": 1}, "a sale is not negative"),
        ({"rule": None}, "an attributed order names its rule"),
    ],
)
def test_the_database_refuses_orders_that_cannot_be(group, change, constraint):
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", coupon="TEA"))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ShopOrder.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_make_one():
    group = make_group()
    make_rule(group, "TEA")
    upload = look_at(group.team, *(order(f"E{n}", 1, coupon="TEA") for n in range(50)))
    outcomes = _at_once([lambda: orders.confirm(upload=upload, by=None, now=timezone.now()) for _ in range(3)])
    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyDecided", "AlreadyDecided", "Outcome"]
    assert (revenue_of(group), ShopOrder.objects.count()) == (50, 50)


@pytest.mark.django_db(transaction=True)
def test_overlapping_files_and_rules_at_once_count_each_order_once():
    group, other = make_group(), make_group()
    make_rule(group, "TEA")
    files = [
        look_at(group.team, *(order(f"E{n}", 1, coupon="TEA", shop_point="W") for n in range(at, at + 40)))
        for at in (0, 20)
    ]
    _at_once(
        [
            *(lambda upload=upload: orders.confirm(upload=upload, by=None, now=timezone.now()) for upload in files),
            lambda: make_rule(make_group(team=group.team), "elsewhere"),
            lambda: bring_in(other.team, order("E1", 1)),
        ]
    )
    assert (revenue_of(group), ShopOrder.objects.filter(team=group.team).count()) == (60, 60)
    assert differences() == []


def _at_once(works):
    start = threading.Barrier(len(works))
    results = []

    def run(work):
        try:
            start.wait(120)
            results.append(work())
        except Exception as failure:
            results.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


told = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.integers(0, 5000),
        st.integers(0, 1),
        st.sampled_from(["A", "B", ""]),
        st.integers(1, 3),
        st.integers(0, 3),
    ),
    max_size=12,
)


class LinesFollowOrders(TestCase):
    @settings(max_examples=25)
    @given(files=st.lists(told, min_size=1, max_size=3))
    def test_lines_are_what_the_orders_add_up_to(self, files):
        team = make_team()
        groups = {word: make_group(team=team) for word in "AB"}
        for file in files:
            rows = {
                f"E{number}": order(
                    f"E{number}", cents=cents, refund_cents=cents * refunded, coupon=word,
                    paid_on=date(2026, 11, day), refunded_on=date(2026, 11, day + later) if later else None,
                )
                for number, cents, refunded, word, day, later in file
            }  # fmt: skip
            try:
                bring_in(team, *rows.values())
            except orders.AlreadyDecided:
                assert OrderImport.objects.filter(team=team, state="repeated").exists()
        for word, group in groups.items():
            make_rule(group, word)
            expected = sum((each.amount for each in ShopOrder.objects.filter(group=group)), Decimal(0))
            assert revenue_of(group) == expected
        assert differences() == []
