"""The assessment in a real browser: looks on every screen, AC-01 to AC-11, and the whole of it without scripts."""

import pytest
from django.urls import reverse

from assessments.tests.filling import EXAMPLE, FAULTLESS, changed, page_address, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from community_ops.tests.browser import assert_accessible, assert_fits, shoot
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("desktop", "zh-hans", "light"),
    ("phone", "en", "dark"),
    ("desktop", "en", "dark"),
    ("small", "en", "light"),
]
STOPPED = changed(EXAMPLE, need__alternative={"alternative": "yes"}, duration__exit={"exit_plan": "not_yet"})


@pytest.fixture
def team():
    return make_team(name="华东一组")


@pytest.fixture
def op(team):
    return make_user(team, display_name="李婷")


@pytest.fixture
def draft(team, op):
    return make_assessment(team, op)


def decided(team, op, pages):
    assessment = make_assessment(team, op)
    prefill(assessment, pages, op)
    submit(signed_in(op), assessment)
    return assessment


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_the_pages_are_accessible_and_fit(visit, team, op, screen, language, theme):
    prefill(started := make_assessment(team, op), EXAMPLE, op)
    empty = make_assessment(team, op)
    go, stopped, conditional = (decided(team, op, pages) for pages in (FAULTLESS, STOPPED, EXAMPLE))
    paths = {
        "start": reverse("assessment-new"),
        "tasks": reverse("assessment-tasks", args=[empty.pk]),
        "basics": page_address(empty, "basics/name"),
        "choice": page_address(empty, "need/alternative"),
        "model": page_address(started, "need/model"),
        "revenue": page_address(started, "need/revenue"),
        "costs": page_address(started, "need/costs"),
        "kind": page_address(started, "activity/kind"),
        "scenarios": page_address(started, "need/scenarios"),
        "exit": page_address(started, "duration/exit"),
        "check": reverse("assessment-check", args=[started.pk]),
        "go": reverse("verdict", args=[go.pk]),
        "conditional": reverse("verdict", args=[conditional.pk]),
        "stopped": reverse("verdict", args=[stopped.pk]),
        "register": reverse("verdict-register", args=[conditional.pk]),
        "locked": page_address(stopped, "need/alternative"),
        "list": reverse("assessment-list"),
    }
    page = visit(paths["list"], user=op, screen=screen, language=language, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        shoot(page, f"assess-{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
    page.goto(page_address(empty, "need/alternative"))
    with page.expect_navigation():
        page.click("[name=continue]")
    shoot(page, f"assess-error-{screen}-{language}-{theme}")
    assert_fits(page)
    assert_accessible(page)
