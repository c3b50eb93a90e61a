"""What people tell of the calendar: read from pasted lines, kept, known to every process, and heeded by the nights."""

from datetime import date

import pytest
from django.utils import timezone

from groups.models import AuditEntry
from groups.tests.making import make_user
from lifecycle import told_calendar
from lifecycle.models import CalendarTurn
from lifecycle.rules import calendar
from lifecycle.rules.calendar import (
    FESTIVAL,
    REST_DAY,
    WORKDAY,
    HolidayName,
    Schedule,
    ToldCalendar,
    ToldDay,
    day_kinds,
    holidays_of,
    is_day_off,
    schedule_of,
    years_lacking,
)
from lifecycle.rules.calendar_text import LONGEST_SPAN, Fault, Problem, read_year

NOW = timezone.now()
YEAR = """
2027-02-05 ~ 2027-02-11  off   Spring Festival

2027年2月20日 班 春节
10月1日至10月7日，休，国庆节、中秋节
5/1 - 5/5\t放假\t劳动节
"""


@pytest.fixture(autouse=True)
def what_was_known_before():
    yield
    calendar.take_over(ToldCalendar())
    told_calendar._known = None


def kind_of(*day):
    return int(day_kinds(date(*day), date(*day)).kinds[0])


def test_a_pasted_year_is_read_in_either_language():
    days, faults = read_year(YEAR, 2027)
    assert faults == []
    assert len(days) == 7 + 1 + 7 + 5
    assert days[date(2027, 2, 5)] == days[date(2027, 2, 11)] == ToldDay(True, HolidayName.SPRING)
    assert days[date(2027, 2, 20)] == ToldDay(False, HolidayName.SPRING)
    assert days[date(2027, 10, 7)] == ToldDay(True, HolidayName.NATIONAL)
    assert days[date(2027, 5, 5)] == ToldDay(True, HolidayName.LABOUR)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("something else", Problem.LINE),
        ("2027-02-30 off Spring Festival", Problem.DAY),
        ("2026-02-05 off Spring Festival", Problem.YEAR),
        ("2027-02-11 ~ 2027-02-05 off Spring Festival", Problem.SPAN),
        (f"2027-03-01 ~ 2027-03-{LONGEST_SPAN + 1} off Labour Day", Problem.SPAN),
        ("2027-03-01 perhaps Labour Day", Problem.KIND),
        ("2027-03-01 off Thanksgiving", Problem.HOLIDAY),
        ("2027-02-06 work Labour Day", Problem.TWICE),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(line, problem):
    assert read_year(f"2027-02-05 ~ 2027-02-11 off Spring Festival\n{line}", 2027)[1] == [Fault(2, problem)]


def test_the_longest_span_is_read_and_a_year_without_its_festivals_is_not():
    days, faults = read_year(f"2027-03-01 ~ 2027-03-{LONGEST_SPAN} off Labour Day", 2027)
    assert len(days) == LONGEST_SPAN
    assert faults == [Fault(0, Problem.LACKS)]
    assert read_year("", 2027)[1] == [Fault(0, Problem.LACKS)]


def test_a_told_year_is_whole_and_a_told_day_holds_against_the_schedule():
    december = date(2026, 12, 1)
    assert (kind_of(2027, 4, 5), schedule_of(2027), years_lacking(december)) == (REST_DAY, Schedule.STATUTORY, [2027])
    days, _faults = read_year(YEAR, 2027)
    looked_at = ToldCalendar(days, frozenset([2027]))
    assert [each.names for each in holidays_of(2027, looked_at)][0] == ("Spring Festival",)
    assert schedule_of(2027) is Schedule.STATUTORY  # that was only a look
    calendar.take_over(looked_at)
    assert (kind_of(2027, 4, 5), schedule_of(2027), years_lacking(december)) == (WORKDAY, Schedule.PUBLISHED, [])
    assert [kind_of(2027, 2, day) for day in (1, 2, 5, 14, 15, 20)] == [
        WORKDAY, FESTIVAL, FESTIVAL, FESTIVAL, WORKDAY, WORKDAY,
    ]  # fmt: skip
    assert kind_of(2027, 2, 27) == REST_DAY
    (spring,) = [each for each in holidays_of(2027) if each.silent and each.first.month == 2]
    assert spring.make_up_days == (date(2027, 2, 20),)
    assert is_day_off(date(2026, 9, 20)) is False  # of the published schedule
    calendar.take_over(ToldCalendar({date(2026, 9, 20): ToldDay(True)}))
    assert is_day_off(date(2026, 9, 20)) is True
    assert kind_of(2027, 4, 5) == REST_DAY


@pytest.mark.django_db
def test_what_is_told_is_known_at_the_next_look_and_goes_with_a_later_word(django_assert_num_queries):
    by, day = make_user(is_administrator=True), date(2027, 5, 2)
    days, _faults = read_year(YEAR, 2027)
    told_calendar.import_year(year=2027, days=days, by=by, now=NOW)
    assert schedule_of(2027) is Schedule.STATUTORY
    told_calendar.freshen()
    assert schedule_of(2027) is Schedule.PUBLISHED
    with django_assert_num_queries(1):
        told_calendar.freshen()

    def changed(kind, holiday=""):
        told_calendar.change_day(day=day, kind=kind, holiday=holiday, reason="announced", by=by, now=NOW)
        told_calendar.freshen()
        return is_day_off(day), [turn.day for turn in told_calendar.changed_days()]

    assert changed("work") == (False, [day])
    told_calendar.import_year(year=2027, days=days, by=by, now=NOW)
    told_calendar.freshen()
    assert not is_day_off(day)  # one day holds against its year
    assert changed("official") == (True, [])
    assert changed("off", HolidayName.SPRING) == (True, [day])
    assert kind_of(2027, 4, 30) == FESTIVAL
    assert CalendarTurn.objects.count() == 5
    verbs = AuditEntry.objects.filter(verb__contains="calendar").order_by("pk")
    assert [entry.verb for entry in verbs] == ["calendar imported", "day of the calendar changed"] + [
        "calendar imported", "day of the calendar changed", "day of the calendar changed",
    ]  # fmt: skip
