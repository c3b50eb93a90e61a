"""Cases in a real browser: every page on every screen, a decision without scripts, and one case per group."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.opening import open_cases
from lifecycle.models import Case, HealthState, Standing
from lifecycle.tests.cases.making import (
    DAY,
    NOW,
    act,
    make_case,
    make_decided,
    make_dying_group,
    make_flag,
    make_standing,
    silent,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("phone", "en", "dark"),
    ("desktop", "zh-hans", "dark"),
    ("desktop", "en", "light"),
    ("small", "en", "light"),
]
WHY = "食谱话题上周还有人接，先救一次"  # Chinese is data


@pytest.fixture(autouse=True)
def _days_deleted():
    """The daily tables are not Django's: they are emptied by hand after a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_health, lifecycle_daily, lifecycle_acting")


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_the_pages_of_cases_are_accessible_and_fit(visit, screen, language, theme):
    team = make_team()
    manager = make_user(team, role="manager", display_name="王芳")
    waiting = make_dying_group(team=team, name="宝妈交流 A 群")
    act(waiting, DAY, messages=1, speakers=1, members=[1])
    still = make_dying_group(HealthState.DEAD, team=team, name="西湖 3 群")
    silent(still)
    open_case = make_case(waiting)
    closing = make_decided(make_case(still), "dissolve", by=manager)
    reviving = make_decided(make_case(make_dying_group(team=team)), "revive", by=manager)
    paths = {
        "board": reverse("case-board"),
        "list": reverse("case-board") + "?column=triage",
        "open": reverse("case-page", args=[open_case.pk]),
        "closing": reverse("case-page", args=[closing.pk]),
        "reviving": reverse("case-page", args=[reviving.pk]),
        "revive": reverse("case-action", args=[open_case.pk, "revive"]),
        "snooze": reverse("case-action", args=[open_case.pk, "snooze"]),
        "over": reverse("case-action", args=[closing.pk, "snooze"]),
    }
    page = visit("/me/", user=manager, screen=screen, language=language, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        shoot(page, f"case-{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
    page.goto(reverse("case-action", args=[open_case.pk, "dissolve"]))
    page.fill("#id_reason", WHY)
    page.click("main form button")
    assert page.locator("[name=knowingly]").count() == 1
    shoot(page, f"case-interruption-{screen}-{language}-{theme}")
    assert_fits(page)
    assert_accessible(page)


def test_a_case_is_decided_and_worked_without_scripts(visit):
    case = make_case()
    manager = make_user(case.team, role="manager")
    page = visit(reverse("case-board"), user=manager, language="en", script=False)
    page.locator(".move-menu summary").click()
    page.locator(".move-menu a", has_text="Revive").click()
    page.fill("#id_reason", "short")
    page.click("main form button")
    assert page.title().startswith("Error: ") and page.input_value("#id_reason") == "short"
    page.fill("#id_reason", WHY)
    page.click("main form button")
    assert page.locator(".alert-success").count() == 1
    page.locator(".step-form summary").first.click()
    page.locator(".step-form[open] [name=evidence]").fill("Screenshot 8")
    page.locator(".step-form[open] button").click()
    assert page.locator(".case-steps .done").count() == 1
    assert Case.objects.get().state == "running"


def test_a_text_is_copied_with_its_fields_filled_in(visit):
    group = make_dying_group(name="宝妈交流 A 群")
    case = make_decided(make_case(group), "revive")
    page = visit(
        reverse("case-page", args=[case.pk]),
        user=make_user(case.team),
        permissions=["clipboard-read", "clipboard-write"],
    )
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").startswith("问大家一句：宝妈交流 A 群 以前做过的事里")


def test_one_case_and_the_right_state(visit):
    """A second signal adds evidence, a snooze ends on a worse state only, and a day without data opens nothing."""
    team = make_team()
    group, unwatched = make_dying_group(team=team), make_group(team=team, name="Unwatched")
    make_standing(unwatched, state=HealthState.UNKNOWN)
    make_flag(unwatched)
    ids = [group.pk, unwatched.pk]
    open_cases(ids, DAY, now=NOW)
    make_flag(group, cause="exodus", raised_on=DAY + timedelta(days=1))
    open_cases(ids, DAY + timedelta(days=1), now=NOW)
    manager = make_user(team, role="manager")
    page = visit(reverse("case-board"), user=manager, language="en", screen="desktop")
    assert page.locator(".case-card").count() == 1 and page.locator("text=Unwatched").count() == 0
    page.locator(".case-card h3 a").click()
    assert page.locator(".history li", has_text="Signal").count() == 2
    page.locator(".case-actions a", has_text="Snooze").click()
    page.check("#id_until_2")
    page.click("main form button")
    page.goto(reverse("case-board"))
    assert page.locator(".case-card").count() == 0
    evaluate_cases(DAY + timedelta(days=2), now=NOW)
    page.reload()
    assert page.locator(".case-card").count() == 0
    Standing.objects.filter(group=group).update(state=HealthState.DEAD)
    evaluate_cases(DAY + timedelta(days=3), now=NOW)
    page.reload()
    assert page.locator(".case-card .relapse", has_text="Relapse").count() == 1
