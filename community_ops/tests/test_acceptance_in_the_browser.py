"""What of the forty criteria nothing else looks at: large text, thumbs, focus, colours, print (docs/acceptance.md)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Assessment
from assessments.tests.filling import page_address
from assessments.tests.making import make_assessment
from community_ops.tests.browser import assert_fits
from community_ops.tests.fleet_making import AS_OF, make_fleet
from groups.models import User
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LARGE = "() => { document.documentElement.style.fontSize = '160%' }"
# Buttons whose words do not fit into their box.
CUT = """() => [...document.querySelectorAll("main .btn, .tabbar a")].filter((each) => each.checkVisibility()
  && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
  .map((each) => each.outerHTML.slice(0, 160))"""
# What is tapped most, and lower than a thumb wants it.
LOW = """() => [...document.querySelectorAll("main .btn-primary, .tabbar a, .form-check")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map((each) => `${each.getBoundingClientRect().height} ${each.outerHTML.slice(0, 160)}`)"""
# The focused element: covered by something fixed, or without a line around it.
FOCUS = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect(), style = getComputedStyle(each);
  if (each === document.body) return null;
  const points = [[box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2],
    [box.left + box.width / 2, box.top + box.height / 2]];
  const over = [];
  const seen = points.some(([x, y]) => {
    const at = document.elementFromPoint(x, y);
    over.push(`${Math.round(x)} ${Math.round(y)} ${at?.outerHTML.slice(0, 80)}`);
    return at && (each.contains(at) || at.contains(each) || at.closest("label")?.control === each);
  });
  const lined = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" || style.boxShadow !== "none";
  return { seen, lined, over, what: each.outerHTML.slice(0, 160) };
}"""
COLOURS = "(which) => [...document.querySelectorAll(which)].map((each) => getComputedStyle(each).color)"
PAINT = """() => new Promise((done) => {
  let largest = 0, moved = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) largest = each.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done({ largest, moved }), 0));
})"""


@pytest.fixture
def team():
    return make_team(name="华东大区")


@pytest.fixture
def manager(team):
    return make_user(team, "manager", display_name="李雷", is_administrator=True)


@pytest.fixture
def addresses(team, manager) -> list[str]:
    """The pages that the criteria name: home, a question, the list, the dashboard."""
    make_fleet(team, manager, as_of=AS_OF)
    draft: Assessment = make_assessment(team, manager)
    return [reverse("home"), page_address(draft, "need/why"), reverse("group-list"), reverse("health-dashboard")]


def tabbed(page: Page, times: int) -> list[dict]:
    """What the focus was on, press by press."""
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        if at := page.evaluate(FOCUS):
            found.append(at)
    return found


def test_large_text_thumbs_and_focus_on_a_phone(visit, manager, addresses):
    """AC-13, AC-14, AC-15."""
    page = visit("/me/", user=manager, reduced_motion="reduce")  # a smooth scroll is still under way when one looks
    for address in addresses:
        page.goto(address)
        low = page.evaluate(LOW)
        assert not low, (address, low)
        for at in tabbed(page, 25):
            assert at["seen"] and at["lined"], (address, at)
        page.evaluate(LARGE)
        assert_fits(page)
        cut = page.evaluate(CUT)
        assert not cut, (address, cut)
    page.goto(addresses[1])
    page.evaluate(LARGE)
    go_on = page.locator("[name=continue]").last
    go_on.scroll_into_view_if_needed()
    expect(go_on).to_be_in_viewport()


def test_changes_have_no_colour_unless_asked_for_and_pages_stand_still(visit, manager, addresses):
    """AC-21, AC-30 for the dashboard, AC-39 for what moves."""
    page = visit("/me/", user=manager, screen="desktop")
    for address in addresses:
        page.goto(address, wait_until="load")
        painted = page.evaluate(PAINT)
        assert painted["moved"] <= 0.1, (address, painted)
    page.goto(reverse("styleguide"))
    before, tags = page.evaluate(COLOURS, ".delta-rise, .delta-fall"), page.evaluate(COLOURS, ".status")
    assert len(set(before)) == 1  # all of them are ink
    User.objects.filter(pk=manager.pk).update(delta_colours="red_up")
    page.reload()
    chosen, tags_then = page.evaluate(COLOURS, ".delta-rise"), page.evaluate(COLOURS, ".status")
    assert set(chosen).isdisjoint(before) and tags_then == tags
    expect(page.locator(".delta-rise").first).to_contain_text("变")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 962})
    page.goto(addresses[3])
    assert_fits(page)
    expect(page.locator("button:visible, nav:visible, form:visible")).to_have_count(0)
    heads = page.locator("main thead").evaluate_all("all => all.map((each) => getComputedStyle(each).display)")
    assert heads and set(heads) == {"table-header-group"}  # repeated at the top of each sheet
