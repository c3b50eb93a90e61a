"""The pages of holidays and of retention: what they say, that they cost the same always, and whom they are for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from community_ops import calendar_page
from community_ops.calendar_page import year_of
from community_ops.calendar_words import NAMES, kind_in_words, name_of
from community_ops.retention_page import OF_THIS_APP, span_in_words
from groups.tests.making import make_team, make_user
from lifecycle.retention import KINDS, note_deleted
from lifecycle.rules.calendar import FESTIVAL_MARGIN_DAYS, Schedule, holidays_of
from lifecycle.upkeep import note_tick


@pytest.fixture
def administrator(client):
    client.force_login(make_user(is_administrator=True, language="en"))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["calendar", "retention"])
def test_they_are_for_administrators(client, name):
    client.force_login(make_user(make_team(), "manager"))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("year", range(2004, 2031))
def test_each_holiday_of_either_package_has_its_words(year):
    words = set(map(str, NAMES.values()))
    unnamed = {name for name, _holiday in year_of(year).holidays if not set(name.split(" · ")) <= words}
    assert unnamed <= {name for holiday in holidays_of(2015) for name in holiday.names}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((2026, 11, 27), "a working day"),
        ((2026, 11, 28), "a weekend"),
        ((2026, 5, 4), "a holiday"),
        ((2026, 5, 9), "a make-up workday"),
        ((2026, 2, 12), "a festival"),
    ],
)
def test_what_a_day_is_taken_for(day, words):
    with translation.override("en"):
        assert kind_in_words(timezone.datetime(*day).date()).startswith(words)


def test_holidays_that_meet_are_named_once_each():
    with translation.override("en"):
        assert name_of(("Mid-Autumn Festival; National Day", "National Day (observed)")) == (
            "Mid-autumn Festival · National Day"
        )


@pytest.mark.django_db
def test_the_calendar_warns_of_a_year_that_is_needed_and_not_published(
    administrator, monkeypatch, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        page = administrator.get(reverse("calendar"))
    today = timezone.localdate()
    assert [year.number for year in page.context["years"]] == [today.year, today.year + 1, today.year - 1]
    assert page.context["margin"] == FESTIVAL_MARGIN_DAYS and "chinesecalendar" in page.text
    monkeypatch.setattr(calendar_page, "years_lacking", lambda today: [today.year])
    page = administrator.get(reverse("calendar"))
    assert f"The official schedule of {today.year} is not here yet" in page.text
    assert year_of(2150).schedule is Schedule.WEEKDAYS and year_of(2150).holidays == []


@pytest.mark.django_db
def test_retention_tells_unknown_from_zero_and_of_the_last_time(administrator, django_assert_max_num_queries):
    assert "No deletion was counted yet" in administrator.get(reverse("retention")).text
    note_tick("reap")
    now = timezone.now()
    note_deleted({"lists deleted": 7, "files deleted": 0}, now=now)
    with django_assert_max_num_queries(12) as few:
        page = administrator.get(reverse("retention"))
    rows = {row.kind.step: row for row in page.context["rows"] if row.kind.step}
    assert (rows["lists deleted"].deleted.lately, rows["lists deleted"].deleted.last_at) == (7, now)
    assert (rows["files deleted"].deleted.lately, rows["files deleted"].deleted.last_at) == (0, None)
    assert rows["packs deleted"].deleted is None
    assert len(page.context["rows"]) == len(KINDS) + len(OF_THIS_APP)
    assert "Nothing was due" in page.text and reverse("person-data") in page.text
    for days in range(1, 4):
        note_deleted({"lists deleted": 1, "packs deleted": 1}, now=now - timedelta(days=days))
    with django_assert_max_num_queries(len(few)):
        administrator.get(reverse("retention"))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=8), "8 hours"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_spans_in_words(span, words):
    with translation.override("en"):
        assert span_in_words(span) == words
