"""Triage with keys in a real browser: each does its action, none works while somebody types or when switched off."""

import pytest
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
from groups.tests.making import make_team, make_user
from lifecycle.models import Case
from lifecycle.tests.cases.making import make_case, make_dying_group

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "They still answer when somebody asks"
TRIAGE = "/lifecycle/?mode=triage"


def pressed(page, key):
    with page.expect_navigation():
        page.keyboard.press(key)


def test_keys_decide_move_and_take_back(visit):
    team = make_team()
    manager = make_user(team, role="manager")
    cases = [make_case(make_dying_group(team=team, name=f"Readers {n}")) for n in (1, 2, 3)]
    page = visit(TRIAGE, user=manager, language="en", screen="desktop")
    heading = page.locator("h1")
    expect(heading).to_have_text("Readers 1")
    shoot(page, "triage-desktop-en")
    pressed(page, "j")
    expect(heading).to_have_text("Readers 2")
    pressed(page, "k")
    expect(heading).to_have_text("Readers 1")
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help]")).to_have_attribute("open", "")
    for key, title in (("2", "Migrate"), ("3", "Dissolve"), ("h", "Snooze"), ("e", "False alarm"), ("a", "Hand over")):
        page.goto(TRIAGE)
        pressed(page, key)
        expect(heading).to_have_text(title)
    page.goto(TRIAGE)
    pressed(page, "1")
    expect(heading).to_have_text("Revive")
    page.locator("#id_reason").press_sequentially("1 2 3 h")  # keys of somebody who types do nothing
    expect(heading).to_have_text("Revive")
    page.fill("#id_reason", WHY)
    with page.expect_navigation():
        page.click("main form button")
    expect(heading).to_have_text("Readers 2")
    with page.expect_navigation():
        page.locator(".toast-undo button").click()
    expect(heading).to_have_text("Readers 1")
    assert Case.objects.get(pk=cases[0].pk).state == "open"


def test_keys_are_silent_when_switched_off_and_the_page_fits_a_phone(visit):
    team = make_team()
    manager = make_user(team, role="manager", shortcuts_enabled=False)
    make_case(make_dying_group(team=team, name="Readers"))
    page = visit(TRIAGE, user=manager, language="zh-hans", screen="phone")
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "triage-phone-zh")
    page.evaluate("() => { window.clicked = 0; addEventListener('click', () => window.clicked++, true); }")
    page.keyboard.press("1")
    page.wait_for_function("() => window.clicked === 0")  # another page would not know of it
    expect(page.locator("h1")).to_have_text("Readers")
