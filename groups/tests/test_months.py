"""Closing and reopening months: what it refuses, what it records, and two people at once."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, connections, transaction

from groups import ledger, months
from groups.models import AuditEntry, LedgerLine, MonthTurn
from groups.months import MonthClosed, MonthNotOver, ReasonMissing
from groups.tests.making import make_group, make_team
from groups.tests.making_money import make_line

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def group():
    return make_group()


def close(team, month=OCTOBER):
    return months.close_month(team=team, month=month, by=None, now=NOW)


def reopen(team, reason="An invoice came late"):
    return months.reopen_month(team=team, month=OCTOBER, reason=reason, by=None, now=NOW)


def line_on(group, day, amount="10.00", **fields):
    return make_line(group, amount, on=day, **fields)


def test_a_closed_month_takes_no_line_until_it_is_reopened(group):
    line_on(group, date(2026, 10, 5), "12.50")
    assert close(group.team)
    with pytest.raises(MonthClosed) as refused:
        line_on(group, date(2026, 10, 31))
    assert refused.value.month == OCTOBER
    line_on(group, date(2026, 11, 1))
    line_on(group, date(2026, 9, 30))
    line_on(make_group(), date(2026, 10, 31))
    assert reopen(group.team)
    line_on(group, date(2026, 10, 31))
    assert LedgerLine.objects.filter(group=group).count() == 4


def test_closing_twice_is_closing_once_and_what_it_came_to_is_on_record(group):
    line_on(group, date(2026, 10, 5), "12.50")
    assert [close(group.team), close(group.team)] == [True, False]
    assert [reopen(group.team), reopen(group.team)] == [True, False]
    assert close(group.team)
    turns = MonthTurn.objects.order_by("turn").values_list("turn", "kind", "net", "lines", "reason")
    assert list(turns) == [
        (1, "closed", Decimal("12.50"), 1, ""),
        (2, "reopened", None, None, "An invoice came late"),
        (3, "closed", Decimal("12.50"), 1, ""),
    ]
    verbs = AuditEntry.objects.filter(team_id=group.team_id, verb__startswith="month").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["month closed", "month reopened", "month closed"]
    assert months.is_closed(group.team_id, OCTOBER)


def test_a_month_is_closed_after_its_last_day_and_reopened_for_a_reason(group):
    with pytest.raises(MonthNotOver):
        close(group.team, date(2026, 11, 1))
    close(group.team)
    with pytest.raises(ReasonMissing):
        reopen(group.team, "  ")
    assert months.is_closed(group.team_id, date(2026, 10, 31))


def test_a_line_of_a_closed_month_is_taken_back_in_the_open_one(group):
    line = line_on(group, date(2026, 10, 5), "12.50")
    close(group.team)
    reversal = ledger.reverse_line(line=line, reason="wrong", by=None, now=NOW)
    assert (reversal.on, reversal.amount, reversal.reverses) == (date(2026, 11, 25), Decimal("-12.50"), line)


def test_a_form_that_was_sent_before_the_month_closed_may_be_sent_again(group):
    line = line_on(group, date(2026, 10, 5))
    close(group.team)
    assert line_on(group, date(2026, 10, 5), token=line.token) == line


def test_the_database_refuses_a_line_of_a_closed_month_however_it_comes(group):
    line = line_on(group, date(2026, 11, 5))
    close(group.team)
    line.pk, line.token, line.on = None, None, date(2026, 10, 31)
    with pytest.raises(IntegrityError, match="a closed month takes no line"), transaction.atomic():
        LedgerLine.objects.bulk_create([line])


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        pytest.param({"turn": 1, "kind": "reopened", "reason": "x"}, "closed, then reopened", id="reopened first"),
        pytest.param({"turn": 2, "kind": "closed"}, "closed, then reopened", id="closed twice"),
        pytest.param({"turn": 2, "kind": "reopened"}, "reopened for a reason", id="no reason"),
        pytest.param({"turn": 1, "kind": "closed", "month": date(2026, 9, 2)}, "named by its first day", id="no month"),
        pytest.param({"turn": 0, "kind": "reopened", "reason": "x"}, "closed, then reopened", id="turn zero"),
    ],
)
def test_the_database_refuses_turns_that_cannot_be(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MonthTurn.objects.create(**{"team": make_team(), "month": OCTOBER, "at": NOW} | fields)


def test_a_turn_is_never_rewritten(group):
    close(group.team)
    with pytest.raises(IntegrityError, match="reopened by another row"), transaction.atomic():
        MonthTurn.objects.update(net=0)


@pytest.mark.django_db(transaction=True)
def test_who_enters_while_the_month_closes_is_in_it_or_refused():
    """Many rounds: the line is either counted by the closing or refused, never added behind it."""
    groups = [make_group() for _ in range(8)]
    for group in groups:
        start, ended = Barrier(2), []

        def enter(group=group, start=start, ended=ended):
            try:
                start.wait()
                line_on(group, date(2026, 10, 31))
                ended.append(1)
            except MonthClosed:
                ended.append(0)
            finally:
                connections.close_all()

        def shut(group=group, start=start):
            try:
                start.wait()
                close(group.team)
            finally:
                connections.close_all()

        threads = [Thread(target=enter), Thread(target=shut)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert ended == [MonthTurn.objects.get(team=group.team).lines]


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_line_that_is_not_committed_yet():
    """Held open by direct SQL, so that the wait is that of the database and not of the writer."""
    group, closed = make_group(), []
    line = line_on(group, date(2026, 11, 5))
    line.pk, line.token, line.on = None, None, date(2026, 10, 31)

    def shut():
        close(group.team)
        closed.append(True)
        connections.close_all()

    thread = Thread(target=shut)
    with transaction.atomic():
        LedgerLine.objects.bulk_create([line])
        thread.start()
        thread.join(0.5)
        assert not closed
    thread.join()
    assert MonthTurn.objects.get().lines == 1


def test_the_lock_of_a_month_is_its_own(group):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month_key(1, '2026-10-01'), month_key(1, '2026-11-01'), month_key(2, '2026-10-01'),"
            " month_key(9223372036854, '2026-10-01')"
        )
        keys = cursor.fetchone()
    assert len(set(keys)) == 4
