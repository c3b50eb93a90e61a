"""The look at accessibility judges one text of each kind, and misses no kind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from community_ops.tests.browser import assert_accessible

pytestmark = pytest.mark.browser

ROWS = "".join(f"<tr><td>{number}</td><td class=name>Row {number}</td></tr>" for number in range(30))
PAGE = f"""<!doctype html><html lang="en"><title>Rows</title><style>
  body {{ color: #222; background: #fff }} .faint {{ color: #bbb }} .grey {{ background: #555 }}
</style><body><main><h1>Rows</h1><table>{ROWS}</table></main></body></html>"""
FAINT = {
    "one cell of its own colour": PAGE.replace("<td class=name>Row 23", '<td class="name faint">Row 23'),
    "one row on another ground": PAGE.replace("<tr><td>17<", "<tr class=grey><td>17<"),
    "a cell that shines through": PAGE.replace("<td>21<", '<td style="opacity: .3">21<'),
    "seen where its like is folded away": PAGE.replace(
        "<table>",
        "<details><summary>More</summary><p class=faint>Faint</p></details>"
        "<details open><summary>More</summary><p class=faint>Faint</p></details><table>",
    ),
    "enabled where its like is not": PAGE.replace(
        "<table>",
        "<p class=faint><span aria-disabled=true>Off</span></p><p class=faint><span>On</span></p><table>",
    ),
}


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


def test_a_faint_text_among_many_is_found(page: Page) -> None:
    page.set_content(PAGE)
    assert_accessible(page)
    for case, content in FAINT.items():
        page.set_content(content)
        with pytest.raises(AssertionError, match="color-contrast"):
            assert_accessible(page)
            pytest.fail(case)


def test_one_of_each_kind_is_judged_and_nothing_stays_on_the_page(page: Page) -> None:
    page.set_content(PAGE)
    before = page.content()
    assert_accessible(page)
    assert page.content() == before
