"""Models, moves and sponsors in a real browser, on a phone: what people do there, and that everybody can."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, expect_named_by_its_sentence, press, shoot
from groups.models import LayerMove, Plan, RevenueModel
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_models import make_model
from groups.tests.making_sponsors import make_partner, make_placement
from lifecycle.tests.cases.making import make_standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def op(team):
    return make_user(team, display_name="Li Wei")


@pytest.fixture
def group(team, op):
    today = timezone.localdate()
    group = make_group(
        team=team, owner=op, name="Autumn camp", layer="course", plan_lifespan="bounded",
        plan_starts_on=today - timedelta(days=60), plan_ends_on=today + timedelta(days=9),
        plan_promotion_percent=Decimal(5), plan_placements_per_month=1,
    )  # fmt: skip
    make_model(group)
    make_standing(group, members=120)
    return group


def looked_at(page, name):
    shoot(page, name)
    assert_fits(page)
    assert_accessible(page)


def test_a_model_is_changed_on_a_phone_without_javascript(visit, group, op):
    page = visit(reverse("group-page", args=[group.pk]), user=op, language="en", script=False)
    press(page.get_by_role("link", name="Change from a date"))
    assert_fits(page)
    press(page.get_by_role("link", name="Sponsorship"))
    page.get_by_label("What they pay each time").fill("abc")
    page.get_by_label("Placements a month at most").fill("2")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator("[data-error-summary] a")).to_have_text(
        re.compile("^What they pay each time must be a number"), use_inner_text=True
    )
    expect(page.get_by_label("Placements a month at most")).to_have_value("2")
    page.get_by_label("What they pay each time").fill("1.8w")
    press(page.get_by_role("button", name="Save"))
    page.wait_for_url(re.compile(r"/groups/\d+/$"))
    expect(page.locator(".revenue-model").first).to_contain_text("Placements a month at most", use_inner_text=True)
    assert RevenueModel.objects.live().get(group=group, until_on=None).inputs == {"price": "18000.00", "cap": 2}
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "sponsorship"


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "light"), ("en", "dark")])
def test_the_funnel_is_walked_on_a_phone(visit, group, op, language, theme):
    vip = make_group(team=group.team, owner=op, name="The best", layer="vip")
    make_standing(vip, members=12)
    page = visit("/", user=op, language=language, theme=theme)
    expect(page.locator("section[aria-labelledby=today]")).to_contain_text("Autumn camp", use_inner_text=True)
    page.goto(reverse("group-moves", args=[group.pk]))
    looked_at(page, f"moves-{language}")
    page.locator("#id_target").select_option(str(vip.pk))
    page.locator("#id_people").fill("7")
    press(page.locator("form.panel button"))
    page.wait_for_load_state()
    assert LayerMove.objects.get().people == 7
    looked_at(page, f"moves-made-{language}")
    page.goto(reverse("funnel"))
    looked_at(page, f"funnel-{language}")
    figure = page.locator("figure.chart")
    expect_named_by_its_sentence(figure)
    expect(figure.locator("figcaption")).to_contain_text("5.8%", use_inner_text=True)
    press(page.locator("a[href*='from=course']"))
    expect(page.locator("main strong").first).to_contain_text("7", use_inner_text=True)
    looked_at(page, f"funnel-moves-{language}")


@pytest.mark.parametrize(("screen", "language", "theme"), [("phone", "zh-hans", "dark"), ("small", "en", "light")])
def test_a_placement_is_planned_shown_and_paid_on_a_phone(visit, group, op, screen, language, theme):
    partner = make_partner(group.team, name="Acme")
    today = timezone.localdate()
    make_placement(group, partner, on=today)
    page = visit(reverse("placement-calendar"), user=op, screen=screen, language=language, theme=theme)
    looked_at(page, f"calendar-{screen}")
    press(page.locator(".page-head .btn-primary"))
    looked_at(page, f"placement-new-{screen}")
    page.locator("#id_group").select_option(str(group.pk))
    page.locator("#id_partner").select_option(str(partner.pk))
    page.locator("#id_paid_by").select_option("placement")
    page.locator("#id_price").fill("1,800")
    press(page.locator("form.panel button"))
    summary = page.locator("[data-error-summary] a")
    summary.click()
    page.wait_for_function("() => document.activeElement?.id === 'id_over_cap_reason'")
    page.locator("#id_over_cap_reason").fill("Launch week")
    press(page.locator("form.panel button"))
    page.wait_for_url(re.compile(r"/placements/\d+/$"))
    for _step in ("done", "paid"):
        press(page.locator("form.panel .btn-primary"))
        page.wait_for_load_state()
    looked_at(page, f"placement-{screen}")
    assert group.ledger_lines.get().amount == Decimal(1800)
    page.goto(reverse("partner-list"))
    looked_at(page, f"partners-{screen}")
    page.goto(reverse("placement-calendar"))
    expect(page.locator(".month-entry")).to_have_count(2)
    looked_at(page, f"calendar-full-{screen}")


def test_the_month_is_a_grid_on_a_desktop(visit, group, op):
    make_placement(group, make_partner(group.team), on=timezone.localdate())
    page = visit(reverse("placement-calendar"), user=op, screen="desktop")
    looked_at(page, "calendar-desktop")
    days = page.locator(".month-day")
    expect(days.first).to_be_visible()
    page.wait_for_function(
        """() => {
            const days = [...document.querySelectorAll(".month-day")].filter((day) => day.checkVisibility());
            const weeks = new Set(days.map((day) => Math.round(day.getBoundingClientRect().y)));
            return days.length >= 28 && weeks.size >= 4 && weeks.size <= 6;  // weeks under one another
        }"""
    )
