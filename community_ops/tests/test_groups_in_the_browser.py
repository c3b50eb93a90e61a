"""The pages of the registry in a real browser: they fit, are accessible, and speak one language at a time."""

import re

import pytest
from django.urls import reverse

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
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
CHINESE = re.compile(r"[㐀-鿿]")


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
        shown = page.inner_text("main")
        if language == "en":
            assert not CHINESE.search(shown), page.url
        else:
            assert CHINESE.search(shown), page.url


def test_charts_have_a_sentence_with_a_figure_and_a_table_with_the_same_values(visit, scene):
    page = visit(reverse("group-page", args=[scene.rich.pk]), user=scene.operator, screen="phone", language="en")
    for figure in page.locator("figure.chart").all():
        assert re.search(r"\d", figure.locator("figcaption").inner_text())
        assert figure.locator("[role=img]").get_attribute("aria-label") == figure.locator("figcaption").inner_text()
        table = figure.locator("table")
        assert figure.locator("[aria-pressed=true]").inner_text() == "Chart"
        figure.get_by_role("button", name="Table").click()
        assert table.is_visible()
    plain = visit(
        reverse("group-page", args=[scene.rich.pk]), user=scene.operator, screen="phone", language="en", script=False
    )
    assert all(table.is_visible() for table in plain.locator("figure.chart table").all())


def test_the_list_is_filtered_and_opened_without_javascript(visit, scene):
    page = visit(reverse("group-list"), user=scene.operator, screen="phone", language="en", script=False)
    page.get_by_label("Name, theme or pinyin initials").fill("reading")
    page.get_by_role("button", name="Search").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Reading circle VIP").click()
    assert page.locator("h1").inner_text() == "Reading circle VIP"


def test_a_count_leads_to_as_many_groups(visit, scene):
    page = visit(reverse("group-list"), user=scene.operator, screen="desktop", language="en")
    page.locator(".state-counts a", has_text="At risk").click()
    assert page.locator("tbody tr").count() == Group.objects.filter(standing__state__in=(5, 7)).count()


def test_an_error_takes_the_focus_and_leads_to_its_field(visit, scene):
    page = visit(reverse("group-ledger", args=[scene.bare.pk]), user=scene.operator, screen="phone")
    page.locator("#id_amount").fill("1.2.3")
    page.locator("form.panel button").first.click()
    assert page.title().startswith("错误：")
    page.wait_for_function("document.activeElement?.matches('[data-error-summary]')")
    page.locator("[data-error-summary] a").last.click()
    page.wait_for_function("document.activeElement?.id === 'id_amount'")
    assert page.locator("#id_amount").input_value() == "1.2.3"


def test_a_week_is_entered_on_a_phone(visit, scene):
    page = visit(reverse("group-figures", args=[scene.bare.pk]), user=scene.operator, screen="phone", language="en")
    page.locator("tbody input").first.fill("1.2万")
    page.locator("form.panel button").click()
    page.wait_for_url(re.compile(r"/groups/\d+/$"))
    assert "1 day saved" in page.inner_text("main")


def test_a_line_is_entered_and_taken_back(visit, scene):
    page = visit(reverse("group-ledger", args=[scene.bare.pk]), user=scene.operator, screen="phone", language="en")
    page.get_by_label("What for").select_option("revenue")
    page.locator("#id_amount").fill("1.2w")
    page.get_by_role("button", name="Save").click()
    assert "¥12,000" in page.locator(".alert").inner_text()
    page.get_by_role("button", name="Take back").click()
    assert "Taken back" in page.locator(".alert").inner_text()
    assert sum(line.amount for line in LedgerLine.objects.filter(group=scene.bare)) == 0
