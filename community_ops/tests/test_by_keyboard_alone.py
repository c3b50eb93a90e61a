"""AC-16: from signing in to the picture of a verdict, through triage, the board and an upload, without a mouse."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.tests.filling import FAULTLESS, prefill
from assessments.tests.making import make_assessment
from groups.models import User
from groups.tests.making import make_team, make_user
from lifecycle.models import Case, Import
from lifecycle.tests.cases.making import make_case, make_dying_group

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "river-lantern-quarry-7"
WHY = "They still answer when somebody asks"
MOST_STOPS = 150


def tab_to(page: Page, where: str) -> None:
    """Tab until this is focused, as somebody does who sees the line move."""
    for _n in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(where) => document.activeElement.matches(where)", where):
            return
    raise AssertionError(f"no way to {where} on {page.url}")


def enter(page: Page, where: str) -> None:
    """Tab to what loads a page, and press Enter on it."""
    tab_to(page, where)
    gone(page, "Enter")


def gone(page: Page, *keys: str) -> None:
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)


def decided(page: Page) -> None:
    """Give the reason of a decision, and send it."""
    tab_to(page, "#id_reason")
    page.keyboard.type(WHY)
    enter(page, "main form .btn-primary")


def test_a_day_of_work_without_a_mouse(visit):
    team = make_team()
    manager = make_user(team, role="manager", username="lead", language="en", shortcuts_enabled=True)
    manager.set_password(PASSWORD)
    manager.save()
    for number in (1, 2, 3, 4):
        make_case(make_dying_group(team=team, name=f"Readers {number}"))
    assessment = make_assessment(team, manager)
    prefill(assessment, FAULTLESS, manager)

    page = visit("/login/", screen="desktop", language="en")
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type("lead")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    gone(page, "Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")

    gone(page, "g", "l")
    tab_to(page, ".move-menu summary")
    page.keyboard.press("Enter")
    enter(page, ".move-menu[open] a[href$='/migrate/']")
    tab_to(page, "#id_moves_to")
    page.keyboard.type("Winter readers")
    decided(page)
    gone(page, "g", "l")
    expect(page.locator("section:has(#column-migrating) .case-card")).to_have_count(1)

    enter(page, "a[href*='mode=triage']")
    for _case in range(3):
        gone(page, "1")
        decided(page)
    expect(page.locator("main")).to_contain_text("No group waits for a decision")

    gone(page, "g", "d")
    enter(page, f"a[href='{reverse('import-new')}']")
    tab_to(page, "[type=file]")
    page.locator("[type=file]:focus").set_input_files(
        files=[{"name": "week.csv", "mimeType": "text/csv", "buffer": b"group,date,messages\nReaders 1,2026-11-02,3\n"}]
    )
    enter(page, "main form .btn-primary")

    page.goto(reverse("assessment-check", args=[assessment.pk]))
    tab_to(page, "#id_declared")
    page.keyboard.press("Space")
    enter(page, "main form .btn-primary")
    enter(page, "main a[href$='/report/']")
    tab_to(page, "a[download][href$='.png']")
    with page.expect_download() as sent:
        page.keyboard.press("Enter")
    assert sent.value.suggested_filename.endswith(".png")

    states = Case.objects.order_by("pk").values_list("remedy", flat=True)
    assert sorted(states) == ["migrate", "revive", "revive", "revive"] and Import.objects.count() == 1
    assert User.objects.get(username="lead").last_login is not None
