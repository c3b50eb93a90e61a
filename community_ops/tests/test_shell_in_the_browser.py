"""The frame of the pages, home and the dashboard in a real browser: both themes, both languages, phone and desktop."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, expect_named_by_its_sentence, press, shoot
from community_ops.tests.fleet_making import make_change, make_fleet, make_fleet_day
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import HealthState
from lifecycle.tests.cases.making import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("phone", "en", "dark"),
    ("desktop", "zh-hans", "dark"),
    ("desktop", "en", "light"),
    ("small", "en", "light"),
]
PAGES = ("/login/", "/", "/insights/health/", "/me/", "/styleguide/", "/help/metrics/", "/no/such/page/")


@pytest.fixture
def boss():
    """An administrator whose two teams have groups in every state, judged yesterday."""
    east, west = make_team(name="华东大区"), make_team(name="West coast")
    person = make_user(east, "manager", display_name="李雷", is_administrator=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    groups = make_fleet(east, person, as_of=yesterday)
    make_fleet(west, make_user(west, display_name="A colleague with a rather long name"), as_of=yesterday)
    for number, group in enumerate(groups):
        name = ("宝妈交流 A 群", "双12 快闪 3 群", "杭州西湖会员复购与新品试用交流群（二期）")[number % 3]
        type(group).objects.filter(pk=group.pk).update(name=f"{name} {number}")
    make_case(groups[11])
    for back in range(30):
        healthy = {HealthState.STABLE: 10 - back % 3, HealthState.DORMANT: 3, HealthState.DECLINING: 2 + back % 3}
        make_fleet_day(east, yesterday - timedelta(days=back), healthy)
    for group in groups[:3]:
        make_change(group, yesterday - timedelta(days=2), HealthState.DECLINING, HealthState.STABLE)
    for group in groups[10:13]:
        make_change(group, yesterday - timedelta(days=1), HealthState.DECLINING, HealthState.DORMANT)
    make_group(
        team=east,
        owner=person,
        name="读书会 VIP",
        plan_lifespan="bounded",
        plan_starts_on=yesterday - timedelta(days=90),
        plan_ends_on=yesterday + timedelta(days=5),
    )
    return person


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_of_the_frame_is_accessible_and_fits(visit, boss, screen, language, theme):
    page = visit("/login/", screen=screen, language=language, theme=theme)
    for path in PAGES:
        if path == "/":
            page = visit(path, user=boss, screen=screen, language=language, theme=theme)
        else:
            page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if language == "zh-hans" else "en")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        shoot(page, f"{path.strip('/').replace('/', '-') or 'home'}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)


def test_a_chart_and_its_table_take_turns(visit, boss):
    page = visit("/insights/health/", user=boss, language="en", screen="desktop")
    figure = page.locator("figure.chart").first
    picture, table = figure.locator("[data-chart-picture]"), figure.locator("[data-chart-table]")
    expect(picture).to_be_visible()
    expect(table).to_have_attribute("class", re.compile("visually-hidden"))
    figure.get_by_role("button", name="Table").click()
    expect(picture).to_be_hidden()
    expect(table).to_be_visible()
    expect(figure.get_by_role("button", name="Table")).to_have_attribute("aria-pressed", "true")
    figure.get_by_role("button", name="Chart").click()
    expect(figure.get_by_role("img").first).to_be_visible()
    expect_named_by_its_sentence(figure)


def test_without_script_charts_show_both_and_more_opens_the_menu(visit, boss):
    page = visit("/insights/health/", user=boss, language="en", script=False)
    figure = page.locator("figure.chart").first
    expect(figure.locator("[data-chart-picture]")).to_be_visible()
    expect(figure.locator("table")).to_be_visible()
    expect(figure.locator(".chart-switch")).to_be_hidden()
    menu = page.locator("#site-nav")
    expect(menu).to_be_hidden()
    page.locator(".tabbar a").last.click()
    expect(menu.get_by_role("link", name="Data imports")).to_be_visible()


def test_a_tip_opens_and_closes_by_keyboard(visit, boss):
    page = visit("/insights/health/", user=boss, language="en")
    tip = page.locator(".kpi .toggletip").first
    tip.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(tip.locator("div")).to_be_visible()
    page.wait_for_function(
        """() => {
            const { left, right } = document.querySelector(".kpi .toggletip[open] div").getBoundingClientRect();
            return left >= 0 && right <= 375;
        }"""
    )
    shoot(page, "tip-phone-en")
    page.keyboard.press("Escape")
    expect(tip.locator("div")).to_be_hidden()
    page.wait_for_function("() => document.activeElement?.tagName === 'SUMMARY'")


def test_more_is_a_sheet_that_gives_the_focus_back(visit, boss):
    page = visit("/", user=boss, language="en")
    opener = page.locator(".tabbar a").last
    opener.click()
    page.locator("#site-nav.show:not(.showing)").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.locator("#site-nav").wait_for(state="hidden")
    page.wait_for_function("() => document.activeElement?.textContent.trim() === 'More'")


def test_the_language_switch_keeps_what_was_typed(visit, boss):
    page = visit("/me/", user=boss, language="zh-hans")
    page.get_by_role("textbox").fill("韩梅梅")
    page.get_by_role("radio", name="红涨绿跌").check()
    page.get_by_role("checkbox").uncheck()
    press(page.get_by_role("button", name="EN"))
    page.locator("html[lang=en]").wait_for()
    expect(page).to_have_url(re.compile("/me/$"))
    expect(page.get_by_role("textbox")).to_have_value("韩梅梅")
    expect(page.get_by_role("radio", name="Red up, green down")).to_be_checked()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("李雷")


def test_errors_take_the_focus_and_lead_to_their_control(visit, boss):
    page = visit("/me/", user=boss, language="en")
    page.get_by_role("textbox").fill("")
    press(page.get_by_role("button", name="Save"))
    summary = page.locator("[data-error-summary]")
    summary.wait_for()
    expect(page).to_have_title(re.compile("^Error: "))
    page.wait_for_function("() => document.activeElement?.matches('[data-error-summary]')")
    summary.get_by_role("link").click()
    page.wait_for_function("() => document.activeElement?.id === 'id_display_name'")


def test_dark_follows_the_device_or_the_client(visit):
    expect(visit("/login/", theme="dark").locator("html")).to_have_attribute("data-bs-theme", "dark")
    wecom = visit("/login/", theme="light", user_agent="Mozilla/5.0 wxwork/4.1 ColorScheme/Dark")
    expect(wecom.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_shortcuts_move_about_unless_somebody_types(visit, boss):
    page = visit("/me/", user=boss, screen="desktop", language="en")
    page.keyboard.press("/")
    page.wait_for_function("() => document.activeElement?.id === 'top-search'")
    page.keyboard.type("gi")
    expect(page).to_have_url(re.compile("/me/$"))
    page.locator("h1").click()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Health dashboard")
    page.keyboard.press("g")  # silent while the list of keys is open
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page).to_have_url(re.compile("/me/$"))
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/insights/health/")


def test_the_first_tab_skips_to_the_content(visit, boss):
    page = visit("/", user=boss, language="en")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement?.textContent === 'Skip to main content'")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement?.id === 'content'")
