"""Cases in a real browser: every page on every screen, a decision without scripts, and one case per group."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot, words
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
    press(page.locator("main form button").first)
    expect(page.locator("[name=knowingly]")).to_have_count(1)
    shoot(page, f"case-interruption-{screen}-{language}-{theme}")
    assert_fits(page)
    assert_accessible(page)


def test_a_case_is_decided_and_worked_without_scripts(visit):
    case = make_case()
    manager = make_user(case.team, role="manager")
    page = visit(reverse("case-board"), user=manager, language="en", script=False)
    page.locator(".move-menu summary").click()
    press(page.locator(".move-menu a", has_text="Revive"))
    page.fill("#id_reason", "short")
    press(page.locator("main form button").first)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#id_reason")).to_have_value("short")
    page.fill("#id_reason", WHY)
    press(page.locator("main form button").first)
    expect(page.locator(".alert-success")).to_have_count(1)
    page.locator(".step-form summary").first.click()
    page.locator(".step-form[open] [name=evidence]").fill("Screenshot 8")
    press(page.locator(".step-form[open] button"))
    expect(page.locator(".case-steps .done")).to_have_count(1)
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
    before = words(page, "[data-copy]")
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # the word stands for two seconds of this clock, which is moved by hand
    button.click()
    expect(button).to_contain_text("已复制")
    page.clock.run_for(2000)
    expect(button).to_have_text(before, use_inner_text=True)
    page.wait_for_function(
        "(begin) => navigator.clipboard.readText().then((text) => text.startsWith(begin))",
        arg="问大家一句：宝妈交流 A 群 以前做过的事里",
    )


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
    expect(page.locator(".case-card")).to_have_count(1)
    expect(page.locator("text=Unwatched")).to_have_count(0)
    press(page.locator(".case-card h3 a"))
    expect(page.locator(".history li", has_text="Signal")).to_have_count(2)
    press(page.locator(".case-actions a", has_text="Snooze"))
    page.check("#id_until_2")
    press(page.locator("main form button").first)
    page.goto(reverse("case-board"))
    expect(page.locator(".case-card")).to_have_count(0)
    evaluate_cases(DAY + timedelta(days=2), now=NOW)
    page.reload()
    expect(page.locator(".case-card")).to_have_count(0)
    Standing.objects.filter(group=group).update(state=HealthState.DEAD)
    evaluate_cases(DAY + timedelta(days=3), now=NOW)
    page.reload()
    expect(page.locator(".case-card .relapse", has_text="Relapse")).to_have_count(1)
