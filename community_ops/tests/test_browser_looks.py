"""A test in the browser waits for what it claims: no bare look at a page that a script or an answer is still changing.

A bare look passes on a fast machine and fails on a slow one. `expect(...)`, `wait_for_function` and `press` wait;
`words` reads a page that is there.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Looks that answer at once, and a wait for seconds instead of for an event.
BARE = {
    "all_inner_texts", "all_text_contents", "bounding_box", "get_attribute", "inner_html", "inner_text", "input_value",
    "is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible", "text_content",
    "wait_for_timeout",
}  # fmt: skip
BARE_IN_AN_ASSERT = BARE | {"evaluate", "evaluate_all", "title"}
ROWS = {"objects", "refresh_from_db"}


def browser_tests() -> list[Path]:
    files = (
        path for app in ("assessments", "community_ops", "groups", "lifecycle") for path in (ROOT / app).rglob("*")
    )
    tests = [path for path in files if path.match("test_*.py") and "mark.browser" in path.read_text("utf-8")]
    return sorted(path for path in tests if path != Path(__file__))


def called(node: ast.AST) -> str:
    """The name of the method that is called here, or nothing."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def is_bare_click(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and called(step.value) in {"click", "tap", "dblclick"}


def looks_at_rows(step: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in ROWS for node in ast.walk(step))


def bare_looks(source: str) -> list[str]:
    """`LINE: what is wrong` for each look that does not wait."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if called(node) in BARE:
            found.append(f"{node.lineno}: {called(node)} does not wait")
        if isinstance(node, ast.Assert):
            for part in ast.walk(node.test):
                if called(part) in BARE_IN_AN_ASSERT - BARE:
                    found.append(f"{node.lineno}: {called(part)} does not wait")
                if called(part) == "count" and ("locator(" in ast.unparse(part) or "get_by_" in ast.unparse(part)):
                    found.append(f"{node.lineno}: count does not wait")
                if isinstance(part, ast.Attribute) and part.attr == "url" and ast.unparse(part.value) != "answer":
                    found.append(f"{node.lineno}: url does not wait")
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            steps = body if isinstance(body, list) else []
            for step, following in zip(steps, steps[1:], strict=False):
                if is_bare_click(step) and looks_at_rows(following):
                    found.append(f"{following.lineno}: the rows are looked at before the click is answered")
    return found


@pytest.mark.parametrize("path", browser_tests(), ids=lambda path: path.name)
def test_a_look_waits_for_what_it_claims(path: Path) -> None:
    """Use expect(...), page.wait_for_function, or press and words of community_ops.tests.browser."""
    assert bare_looks(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'assert "Copied" in button.inner_text()',
        "shown = page.inner_text('main')",
        "assert menu.is_hidden()",
        "assert not page.is_checked('[name=a]')",
        "assert page.title().startswith('Error')",
        "assert page.url.endswith('/me/')",
        "assert page.evaluate('window.changes') == 1",
        "assert page.locator('tr').count() == 2",
        "page.wait_for_timeout(500)",
        "with x:\n    page.click('button')\n    assert Case.objects.get().state == 'running'",
        "button.click()\ngroup.refresh_from_db()",
    ],
)
def test_a_bare_look_is_found(source: str) -> None:
    assert len(bare_looks(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "expect(button).to_contain_text('Copied')",
        "assert Case.objects.count() == 1",
        "assert answer.url == address",
        "with page.expect_navigation():\n    button.click()\nassert Case.objects.get().state == 'running'",
        "press(button)\nassert Case.objects.get().state == 'running'",
        "page.click('summary')\npage.wait_for_url('**/me/')\nassert Case.objects.exists()",
        "assert not CHINESE.search(shown), page.url",
    ],
)
def test_a_look_that_waits_passes(source: str) -> None:
    assert bare_looks(source) == []


def test_there_are_tests_to_look_at() -> None:
    assert len(browser_tests()) >= 15
