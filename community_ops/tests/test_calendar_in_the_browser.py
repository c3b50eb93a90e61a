"""The calendar in a browser: a year is pasted, looked at and taken over; a day is changed. On phone and desktop."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.tests.making import make_user
from lifecycle import told_calendar
from lifecycle.models import CalendarTurn
from lifecycle.rules import calendar
from lifecycle.rules.calendar import ToldCalendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "zh-hans", "light"), ("desktop", "en", "dark")]
YEAR = (
    "{year}-02-05 ~ {year}-02-11 off Spring Festival\n{year}-02-20 work Spring Festival\n"
    "{year}-10-01 ~ {year}-10-07 off National Day"
)


@pytest.fixture
def admin():
    yield make_user(display_name="李婷", is_administrator=True)
    calendar.take_over(ToldCalendar())
    told_calendar._known = None


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_a_year_is_pasted_looked_at_and_taken_over_and_a_day_is_changed(visit, admin, screen, language, theme):
    page = visit(reverse("calendar-year"), user=admin, screen=screen, language=language, theme=theme)

    def look(name):
        assert_accessible(page)
        assert_fits(page)
        shoot(page, f"calendar-{name}-{screen}")

    look("year")
    expect(page.locator("[name=year]")).to_have_value(re.compile(r"^20\d\d$"))
    year = page.evaluate("document.querySelector('[name=year]').value")
    page.locator("[name=text]").fill("nonsense")
    press(page.locator("main form.panel button"))
    expect(page.locator(".error-summary")).to_be_visible()
    look("year-refused")
    page.locator("[name=text]").fill(YEAR.format(year=year))
    press(page.locator("main form.panel button"))
    expect(page.locator("main tbody tr")).to_have_count(2)
    look("year-read")
    assert not CalendarTurn.objects.exists()
    press(page.locator("button[name=again]"))
    expect(page.locator("textarea[name=text]")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(re.compile("~"))
    press(page.locator("main form.panel button"))
    press(page.locator("button[name=sure]"))
    expect(page.locator("#content .alert-success, main .alert-success").first).to_be_visible()
    assert CalendarTurn.objects.get().year == int(year)
    page.goto(reverse("calendar-day"))
    look("day")
    page.locator("[name=day]").fill(f"{year}-03-02")
    page.locator("[name=kind]").select_option("off")
    page.locator("[name=reason]").fill("State Council")
    press(page.locator("main form.panel button"))
    expect(page.locator("#changed-title")).to_be_visible()
    look("changed")
    page.goto(f"{reverse('calendar-day')}?day={year}-03-02")
    page.locator("[name=kind]").select_option("official")
    page.locator("[name=reason]").fill("a mistake")
    press(page.locator("main form.panel button"))
    expect(page.locator("#changed-title")).to_have_count(0)
