"""What follows a verdict, in a browser: shapes, ranges, comparison, review, calibration, rules on every screen."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import Assessment, Review, RuleSet
from assessments.tests.filling import EXAMPLE, FAULTLESS, page_address, prefill, submit
from assessments.tests.learning_making import make_experience, make_score
from assessments.tests.making import make_assessment, signed_in
from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.tests.making import make_group, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "zh-hans", "light"), ("desktop", "en", "dark"), ("small", "en", "light")]


@pytest.fixture
def team():
    return make_team(name="华东一组")


@pytest.fixture
def op(team):
    return make_user(team, display_name="李婷", is_administrator=True, weekly_hours=Decimal(20))


@pytest.fixture
def group(team, op):
    opened = timezone.localdate() - timedelta(days=60)
    return make_group(
        team=team,
        owner=op,
        name="静安店福利群",
        opened_on=opened,
        plan_review_every_days=14,
        plan_planned_net="1200",
        plan_weekly_hours="4",
        plan_mission="连续三个月复购率到 30%",
    )


def decided(team, op, pages):
    assessment = make_assessment(team, op)
    prefill(assessment, pages, op)
    submit(signed_in(op), assessment)
    return assessment


def make_cases(team, op):
    """Nine scored plans: some sure ones that failed among them."""
    verdicts = [decided(team, op, EXAMPLE if n % 2 else FAULTLESS).verdicts.get() for n in range(3)]
    chances = ("0.86", "0.91", "0.45")
    for verdict, chance, earned in zip(verdicts, chances, (True, False, True), strict=True):
        make_score(verdict, earned, chance)
    return [verdict.assessment_id for verdict in verdicts]


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_the_pages_are_accessible_and_fit(visit, team, op, group, screen, language, theme):
    for share in ("0.019", "0.02", "0.027", "0.03", "0.041"):
        make_experience(team, share, layer="course")
    compared = make_cases(team, op)
    prefill(started := make_assessment(team, op), EXAMPLE, op)
    shaped = Assessment.objects.get(pk=started_from_shape(op))
    paths = {
        "start": reverse("assessment-new"),
        "shaped": reverse("assessment-tasks", args=[shaped.pk]),
        "own": page_address(started, "need/revenue"),
        "capacity": page_address(started, "need/costs"),
        "check": reverse("assessment-check", args=[started.pk]),
        "scored": reverse("verdict", args=[compared[0]]),
        "list": reverse("assessment-list"),
        "compare": f"{reverse('assessment-compare')}?ids={','.join(map(str, compared))}",
        "compare-none": reverse("assessment-compare"),
        "calibration": reverse("calibration"),
        "reviews": reverse("review-list"),
        "review": reverse("group-review", args=[group.pk]),
        "rules": reverse("verdict-rules"),
    }
    page = visit(paths["start"], user=op, screen=screen, language=language, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        shoot(page, f"learn-{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
    page.goto(paths["rules"])
    page.fill("[name=posts_per_day]", "1")
    page.fill("[name=note]", "三条以上都有人退群")
    with page.expect_navigation():
        page.click("[value=try]")
    shoot(page, f"learn-tried-{screen}-{language}-{theme}")
    assert_fits(page)
    assert_accessible(page)
    page.goto(paths["review"])
    with page.expect_navigation():
        page.click("main form .btn-primary")
    shoot(page, f"learn-review-error-{screen}-{language}-{theme}")
    assert_fits(page)
    assert_accessible(page)


def started_from_shape(op):
    client = signed_in(op)
    client.post(reverse("assessment-new"), {"shape": "flash"})
    return Assessment.objects.filter(shape="flash").latest("pk").pk


def test_a_review_is_held_on_a_phone_and_is_gone_from_the_list(visit, op, group):
    page = visit(reverse("home"), user=op, language="en")
    press(page.locator("text=1 review is due").first)
    press(page.locator("main form .btn-primary").first)
    page.wait_for_function("() => document.activeElement?.hasAttribute('data-error-summary')")
    page.check("[name=serves][value=partly]")
    page.check("[name=decision][value=keep]")
    press(page.locator("main form .btn-primary").first)
    expect(page.locator(".error-summary")).to_contain_text("Write in at least 6 characters", use_inner_text=True)
    expect(page.locator("[name=decision][value=keep]")).to_be_checked()
    page.fill("[name=note]", "Questions are answered, nobody asks new ones")
    press(page.locator("main form .btn-primary").first)
    page.wait_for_url(f"**{reverse('group-page', args=[group.pk])}")
    assert Review.objects.get().decision == "keep"
    page.goto(reverse("review-list"))
    expect(page.locator("main")).to_contain_text("No review is due", use_inner_text=True)


def test_a_range_is_corrected_and_drawn_from(visit, team, op):
    prefill(draft := make_assessment(team, op), EXAMPLE, op)
    page = visit(page_address(draft, "need/scenarios") + "?return=check", user=op, language="en")
    page.click("text=Say how far the figures may go")
    page.fill("#id_range_order_value_low", "250")
    page.fill("#id_range_order_value_high", "300")
    press(page.locator("[name=continue]").first)
    expect(page.locator(".error-summary")).to_contain_text("The range must hold what you entered", use_inner_text=True)
    page.click(".error-summary a")
    page.wait_for_function("() => document.activeElement?.id === 'id_range_order_value_low'")
    page.fill("#id_range_order_value_low", "150")
    press(page.locator("[name=continue]").first)
    page.wait_for_url(f"**{reverse('assessment-check', args=[draft.pk])}")
    page.click("text=How sure is it? Look ahead")
    page.click("text=Which ranges were used")
    expect(page.locator(".influences").first).to_contain_text("¥150", use_inner_text=True)
    expect(page.locator(".influences").first).to_contain_text("you said so", use_inner_text=True)


def test_rules_are_tried_and_saved_without_scripts(visit, team, op):
    decided(team, op, FAULTLESS)
    page = visit(reverse("verdict-rules"), user=op, language="en", script=False)
    expect(page.locator("[value=save]")).to_have_count(0)
    page.fill("[name=posts_per_day]", "1")
    page.fill("[name=note]", "People leave after the second post")
    with page.expect_navigation():
        page.click("[value=try]")
    expect(page.locator("main")).to_contain_text("Of the last 1 assessments, 1 would change.", use_inner_text=True)
    press(page.locator("[value=save]").first)
    expect(page.locator("body")).to_contain_text("Rules v2 hold from now on", use_inner_text=True)
    assert RuleSet.objects.get().thresholds["posts_per_day"] == 1


def test_two_plans_are_picked_in_the_list_and_compared(visit, team, op):
    for pages in (EXAMPLE, FAULTLESS):
        decided(team, op, pages)
    page = visit(reverse("assessment-list"), user=op, language="en")
    for box in page.locator("[name=ids]").all():
        box.check()
    press(page.locator("text=Compare two or three").first)
    expect(page.locator("tr.differs").nth(3)).to_be_attached()
    assert_fits(page)


def test_a_verdict_prints_on_a4_without_what_is_clicked(visit, team, op):
    """AC-30: 180 mm between the margins are 680 pixels."""
    verdict = decided(team, op, EXAMPLE)
    page = visit(reverse("verdict", args=[verdict.pk]), user=op, screen=(680, 962), language="en", theme="dark")
    page.emulate_media(media="print")
    assert_fits(page)
    expect(page.locator("button:visible, nav:visible, input:visible")).to_have_count(0)
    widths = page.locator("figure.chart svg:visible").evaluate_all("all => all.map((each) => each.clientWidth)")
    assert widths and max(widths) > 500
    assert page.pdf(format="A4").startswith(b"%PDF")
