"""Models, moves and sponsors in a real browser, on a phone: what people do there, and that everybody can."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
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
    page.get_by_role("link", name="Change from a date").click()
    assert_fits(page)
    page.get_by_role("link", name="Sponsorship").click()
    page.get_by_label("What they pay each time").fill("abc")
    page.get_by_label("Placements a month at most").fill("2")
    page.get_by_role("button", name="Save").click()
    assert page.locator("[data-error-summary] a").inner_text().startswith("What they pay each time must be a number")
    assert page.get_by_label("Placements a month at most").input_value() == "2"
    page.get_by_label("What they pay each time").fill("1.8w")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/groups/\d+/$"))
    assert "Placements a month at most" in page.locator(".revenue-model").first.inner_text()
    assert RevenueModel.objects.live().get(group=group, until_on=None).inputs == {"price": "18000.00", "cap": 2}
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "sponsorship"


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "light"), ("en", "dark")])
def test_the_funnel_is_walked_on_a_phone(visit, group, op, language, theme):
    vip = make_group(team=group.team, owner=op, name="The best", layer="vip")
    make_standing(vip, members=12)
    page = visit("/", user=op, language=language, theme=theme)
    assert "Autumn camp" in page.locator("section[aria-labelledby=today]").inner_text()
    page.goto(reverse("group-moves", args=[group.pk]))
    looked_at(page, f"moves-{language}")
    page.locator("#id_target").select_option(str(vip.pk))
    page.locator("#id_people").fill("7")
    page.locator("form.panel button").click()
    page.wait_for_load_state()
    assert LayerMove.objects.get().people == 7
    looked_at(page, f"moves-made-{language}")
    page.goto(reverse("funnel"))
    looked_at(page, f"funnel-{language}")
    figure = page.locator("figure.chart")
    assert figure.locator("[role=img]").get_attribute("aria-label") == figure.locator("figcaption").inner_text()
    assert "5.8%" in figure.locator("figcaption").inner_text()
    page.locator("a[href*='from=course']").click()
    assert "7" in page.locator("main strong").first.inner_text()
    looked_at(page, f"funnel-moves-{language}")


@pytest.mark.parametrize(("screen", "language", "theme"), [("phone", "zh-hans", "dark"), ("small", "en", "light")])
def test_a_placement_is_planned_shown_and_paid_on_a_phone(visit, group, op, screen, language, theme):
    partner = make_partner(group.team, name="Acme")
    today = timezone.localdate()
    make_placement(group, partner, on=today)
    page = visit(reverse("placement-calendar"), user=op, screen=screen, language=language, theme=theme)
    looked_at(page, f"calendar-{screen}")
    page.locator(".page-head .btn-primary").click()
    looked_at(page, f"placement-new-{screen}")
    page.locator("#id_group").select_option(str(group.pk))
    page.locator("#id_partner").select_option(str(partner.pk))
    page.locator("#id_paid_by").select_option("placement")
    page.locator("#id_price").fill("1,800")
    page.locator("form.panel button").click()
    summary = page.locator("[data-error-summary] a")
    summary.click()
    page.wait_for_function("document.activeElement?.id === 'id_over_cap_reason'")
    page.locator("#id_over_cap_reason").fill("Launch week")
    page.locator("form.panel button").click()
    page.wait_for_url(re.compile(r"/placements/\d+/$"))
    for _step in ("done", "paid"):
        page.locator("form.panel .btn-primary").click()
        page.wait_for_load_state()
    looked_at(page, f"placement-{screen}")
    assert group.ledger_lines.get().amount == Decimal(1800)
    page.goto(reverse("partner-list"))
    looked_at(page, f"partners-{screen}")
    page.goto(reverse("placement-calendar"))
    assert page.locator(".month-entry").count() == 2
    looked_at(page, f"calendar-full-{screen}")


def test_the_month_is_a_grid_on_a_desktop(visit, group, op):
    make_placement(group, make_partner(group.team), on=timezone.localdate())
    page = visit(reverse("placement-calendar"), user=op, screen="desktop")
    looked_at(page, "calendar-desktop")
    days = page.locator(".month-day")
    assert days.first.is_visible() and days.count() >= 28
    tops = {round(box["y"]) for box in (each.bounding_box() for each in days.all()) if box}
    assert len(tops) in (4, 5, 6), "weeks under one another"
