"""The pages of the registry in a real browser: they fit, are accessible, and speak one language at a time."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import (
    assert_accessible,
    assert_fits,
    expect_named_by_its_sentence,
    press,
    shoot,
    words,
)
from community_ops.tests.group_scene import Scene, make_scene
from groups.models import Group, LedgerLine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "list": lambda scene: reverse("group-list"),
    "list narrowed to nothing": lambda scene: reverse("group-list") + "?platform=qq&owner=1",
    "page": lambda scene: reverse("group-page", args=[scene.rich.pk]),
    "page of half a year": lambda scene: reverse("group-page", args=[scene.rich.pk]) + "?range=26w",
    "page of an unknown group": lambda scene: reverse("group-page", args=[scene.bare.pk]),
    "registration": lambda scene: reverse("group-new"),
    "edit": lambda scene: reverse("group-edit", args=[scene.rich.pk]),
    "ledger": lambda scene: reverse("group-ledger", args=[scene.rich.pk]),
    "figures": lambda scene: reverse("group-figures", args=[scene.rich.pk]),
    "costs": lambda scene: reverse("cost-categories") + "?add=1",
}
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "en", "light"),
    ("desktop", "zh-hans", "dark"),
]
CHINESE = re.compile("[㐀-鿿]")


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_fits_and_is_accessible(visit, scene, screen, language, theme):
    page = visit("/me/", user=scene.administrator, screen=screen, language=language, theme=theme)
    for name, address in PAGES.items():
        page.goto(address(scene))
        shoot(page, f"{name}-{screen}-{language}-{theme}".replace(" ", "-"))
        assert_fits(page)
        assert_accessible(page)
        shown = words(page)
        if language == "en":
            assert not CHINESE.search(shown), page.url
        else:
            assert CHINESE.search(shown), page.url


def test_charts_have_a_sentence_with_a_figure_and_a_table_with_the_same_values(visit, scene):
    page = visit(reverse("group-page", args=[scene.rich.pk]), user=scene.operator, screen="phone", language="en")
    for figure in page.locator("figure.chart").all():
        expect(figure.locator("figcaption")).to_have_text(re.compile(r"\d"))
        expect_named_by_its_sentence(figure)
        table = figure.locator("table")
        expect(figure.locator("[aria-pressed=true]")).to_have_text("Chart", use_inner_text=True)
        figure.get_by_role("button", name="Table").click()
        expect(table).to_be_visible()
    plain = visit(
        reverse("group-page", args=[scene.rich.pk]), user=scene.operator, screen="phone", language="en", script=False
    )
    expect(plain.locator("figure.chart table").first).to_be_visible()
    expect(plain.locator("figure.chart table").filter(visible=False)).to_have_count(0)


def test_the_list_is_filtered_and_opened_without_javascript(visit, scene):
    page = visit(reverse("group-list"), user=scene.operator, screen="phone", language="en", script=False)
    page.get_by_label("Name, theme or pinyin").fill("reading")
    press(page.get_by_role("button", name="Search"))
    expect(page.locator("tbody tr")).to_have_count(1)
    press(page.get_by_role("link", name="Reading circle VIP"))
    expect(page.locator("h1")).to_have_text("Reading circle VIP", use_inner_text=True)


def test_a_count_leads_to_as_many_groups(visit, scene):
    page = visit(reverse("group-list"), user=scene.operator, screen="desktop", language="en")
    press(page.locator(".state-counts a", has_text="At risk"))
    expect(page.locator("tbody tr")).to_have_count(Group.objects.filter(standing__state__in=(5, 7)).count())


def test_an_error_takes_the_focus_and_leads_to_its_field(visit, scene):
    page = visit(reverse("group-ledger", args=[scene.bare.pk]), user=scene.operator, screen="phone")
    page.locator("#id_amount").fill("1.2.3")
    press(page.locator("form.panel button").first)
    expect(page).to_have_title(re.compile("^错误："))
    page.wait_for_function("() => document.activeElement?.matches('[data-error-summary]')")
    page.locator("[data-error-summary] a[href='#id_amount']").click()
    page.wait_for_function("() => document.activeElement?.id === 'id_amount'")
    expect(page.locator("#id_amount")).to_have_value("1.2.3")


def test_a_week_is_entered_on_a_phone(visit, scene):
    page = visit(reverse("group-figures", args=[scene.bare.pk]), user=scene.operator, screen="phone", language="en")
    page.locator("tbody input").first.fill("1.2万")
    press(page.locator("form.panel button"))
    page.wait_for_url(re.compile(r"/groups/\d+/$"))
    expect(page.locator("main")).to_contain_text("1 day saved", use_inner_text=True)


def test_a_line_is_entered_and_taken_back(visit, scene):
    page = visit(reverse("group-ledger", args=[scene.bare.pk]), user=scene.operator, screen="phone", language="en")
    page.get_by_label("What for").select_option("revenue")
    page.locator("#id_amount").fill("1.2w")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".alert")).to_contain_text("¥12,000", use_inner_text=True)
    press(page.get_by_role("button", name="Take back"))
    expect(page.locator(".alert")).to_contain_text("Taken back", use_inner_text=True)
    assert sum(line.amount for line in LedgerLine.objects.filter(group=scene.bare)) == 0
