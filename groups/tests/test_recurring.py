"""Lines that come back: entered once per due day, missed days caught up, unknown is said and never zero."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from groups import cost_categories, ledger, months, recurring
from groups.models import AuditEntry, LedgerLine, MissedDue, RecurringLine
from groups.tests.making import make_group
from groups.tests.making_money import make_category, make_recurring

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def tick(today=TODAY, members=None):
    return recurring.enter_due(today=today, now=NOW, members_on=lambda group, day: (members or {}).get(day))


def entered():
    return [(line.due_on.isoformat(), line.amount) for line in LedgerLine.objects.order_by("due_on", "pk")]


def test_missed_months_are_caught_up_and_each_is_entered_once():
    line = make_recurring()
    assert tick() == 3
    assert tick() == 0
    assert entered() == [("2026-08-31", 100), ("2026-09-30", 100), ("2026-10-31", 100)]
    line.refresh_from_db()
    assert line.next_due_on == date(2026, 11, 30)
    assert set(LedgerLine.objects.values_list("on", flat=True)) == {
        date(2026, 8, 31),
        date(2026, 9, 30),
        date(2026, 10, 31),
    }
    assert tick(today=date(2026, 11, 30)) == 1


def test_weeks_end_where_they_were_to_end():
    make_recurring(rhythm="weekly", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 16))
    assert tick() == 3
    assert RecurringLine.objects.get().next_due_on is None
    assert tick(today=date(2027, 1, 1)) == 0


def test_a_group_that_closed_owes_nothing_after_its_end():
    make_recurring(make_group(closed_on=date(2026, 10, 1)))
    assert tick() == 2
    assert RecurringLine.objects.get().next_due_on is None


def test_a_price_per_member_takes_the_members_of_the_day():
    make_recurring(starts_on=date(2026, 10, 10), measure="members", amount=None, unit_price=Decimal("0.50"))
    assert tick(members={date(2026, 10, 10): 300, date(2026, 11, 10): 0}) == 2
    assert entered() == [("2026-10-10", 150), ("2026-11-10", 0)]
    assert LedgerLine.objects.earliest("due_on").quantity == 300


def test_unknown_members_are_said_and_entered_when_they_become_known():
    make_recurring(starts_on=date(2026, 11, 10), measure="members", amount=None, unit_price=Decimal("0.50"))
    assert tick() == 0
    assert tick() == 0
    assert not LedgerLine.objects.exists()
    missed = MissedDue.objects.get()
    assert (missed.due_on, missed.why) == (date(2026, 11, 10), "members_unknown")
    assert tick(today=date(2026, 12, 9), members={date(2026, 11, 10): 300}) == 1
    assert entered() == [("2026-11-10", 150)]
    assert not MissedDue.objects.exists()


def test_what_is_missed_too_long_stays_on_record():
    make_recurring(starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 10), measure="members", amount=None)
    tick()
    assert tick(today=date(2026, 12, 25), members={date(2026, 11, 10): 300}) == 0
    assert MissedDue.objects.count() == 1


def test_each_due_day_takes_the_default_price_of_that_day():
    category = make_category("labour", priced_by="hour", default_price=80)
    cost_categories.set_price(category=category, price=Decimal(90), since=date(2026, 12, 1), by=None, now=NOW)
    make_recurring(
        category=category, measure="quantity", amount=None, quantity=Decimal(10), starts_on=date(2026, 11, 1)
    )
    assert tick(today=date(2026, 12, 1)) == 2
    assert [amount for _day, amount in entered()] == [800, 900]


def test_a_category_without_a_price_or_out_of_use_is_said():
    make_recurring(measure="quantity", amount=None, quantity=Decimal(1), starts_on=TODAY)
    disabled = make_recurring(starts_on=TODAY)
    cost_categories.archive_category(category=disabled.category, by=None, now=NOW)
    assert tick() == 0
    assert sorted(MissedDue.objects.values_list("why", flat=True)) == ["category_disabled", "price_unknown"]


def test_a_due_day_of_a_closed_month_is_entered_today_and_says_when_it_was_due():
    line = make_recurring(starts_on=date(2026, 10, 31))
    months.close_month(team=line.team, month=date(2026, 10, 1), by=None, now=NOW)
    assert tick() == 1
    found = LedgerLine.objects.get()
    assert (found.on, found.due_on) == (TODAY, date(2026, 10, 31))


def test_a_pause_leaves_its_days_out():
    line = make_recurring(rhythm="weekly", starts_on=date(2026, 11, 2))
    tick(today=date(2026, 11, 2))
    assert recurring.pause(line=line, by=None, now=NOW)
    assert not recurring.pause(line=line, by=None, now=NOW)
    assert tick(today=date(2026, 11, 20)) == 0
    assert recurring.go_on(line=line, today=date(2026, 11, 20), by=None, now=NOW)
    assert not recurring.go_on(line=line, today=date(2026, 11, 20), by=None, now=NOW)
    tick(today=date(2026, 11, 30))
    assert [day for day, _amount in entered()] == ["2026-11-02", "2026-11-23", "2026-11-30"]


def test_what_has_ended_is_entered_no_more_and_stays_ended():
    line = make_recurring()
    tick(today=date(2026, 8, 31))
    assert recurring.end(line=line, by=None, now=NOW)
    assert not recurring.end(line=line, by=None, now=NOW)
    assert not recurring.go_on(line=line, today=TODAY, by=None, now=NOW)
    assert tick() == 0
    verbs = AuditEntry.objects.filter(verb__startswith="recurring").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["recurring line added", "recurring line ended"]


def test_a_promise_is_made_once_per_token():
    line = make_recurring()
    again = make_recurring(line.group, category=line.category, token=line.token)
    assert again == line
    assert RecurringLine.objects.count() == 1
    with pytest.raises(ledger.CategoryArchived):
        make_recurring(category=make_category(archived_at=timezone.now()))


def test_a_line_that_was_taken_back_is_not_entered_again():
    make_recurring(starts_on=date(2026, 11, 1))
    tick()
    ledger.reverse_line(line=LedgerLine.objects.get(), reason="", by=None, now=NOW)
    RecurringLine.objects.update(next_due_on=date(2026, 11, 1))
    tick()
    assert sum(line.amount for line in LedgerLine.objects.all()) == 0


def test_case_57_the_database_refuses_a_second_line_of_a_due_day():
    make_recurring(starts_on=date(2026, 11, 1))
    tick()
    line = LedgerLine.objects.get()
    line.pk, line.token = None, None
    with pytest.raises(IntegrityError, match="once per due day"), transaction.atomic():
        line.save()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_enter_each_day_once():
    make_recurring(rhythm="weekly", starts_on=date(2026, 9, 7))
    start, ended = Barrier(2), []

    def work():
        try:
            start.wait()
            ended.append(tick())
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sum(ended) == LedgerLine.objects.count() == 12
