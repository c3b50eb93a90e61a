"""The thresholds of the health rules in a browser: drafted, tried by a worker, adopted; on phone and desktop."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.tests.making import make_group, make_team, make_user
from lifecycle import lessons
from lifecycle.models import PolicyDraft, PolicyTurn
from lifecycle.own_history import Seen
from lifecycle.tests.policy_making import a_night_done, make_draft
from lifecycle.tests.rules.test_refit import a_history
from lifecycle.tests.test_rolling_nights import day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "zh-hans", "light"), ("desktop", "en", "dark")]


@pytest.fixture
def admin():
    return make_user(make_team(name="华东一组"), display_name="李婷", is_administrator=True)


def a_tried_draft(admin) -> PolicyDraft:
    """As a worker leaves it, with two groups that turn."""
    draft = make_draft(admin, reason="早一点提醒")
    draft.groups = draft.tried = 240
    draft.through = day(80)
    draft.found = {"flagged": [31, 44], "raised": [52, 70], "fading": [20, 33], "silence": [11, 11]}
    draft.save()
    team = make_team(name="华南二组")
    for name in ("静安店福利群", "浦东读书会三群"):
        PolicyTurn.objects.create(
            draft=draft, team=team, group=make_group(team=team, name=name), state_before=3, state_after=4,
            causes_before=[], causes_after=["fading"], score_before=8450, score_after=8450,
        )  # fmt: skip
    return draft


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_the_pages_are_accessible_and_fit(visit, admin, monkeypatch, screen, language, theme):
    monkeypatch.setattr("lifecycle.lessons.own_history", lambda: Seen(a_history(groups=1500), day(80), 3, 2))
    a_night_done(day(80))
    lessons.freshen(now=timezone.now())
    draft = a_tried_draft(admin)
    paths = {
        "policy": reverse("health-policy"),
        "draft": reverse("policy-draft", args=[draft.pk]),
        "history": reverse("policy-history"),
    }
    for name, path in paths.items():
        page = visit(path, user=admin, screen=screen, language=language, theme=theme)
        assert_fits(page)
        assert_accessible(page)
        shoot(page, f"policy-{name}-{screen}-{language}-{theme}")


def test_a_draft_without_scripts_is_changed_tried_and_adopted(visit, admin):
    page = visit(reverse("health-policy"), user=admin, language="en", script=False)
    page.fill("[name=low_score]", "88")
    page.fill("[name=reason]", "Earlier warnings")
    press(page.locator("text=Try on all groups").first)
    expect(page.locator("main")).to_contain_text("It must not be above", use_inner_text=True)
    page.fill("[name=recovered_score]", "90")
    press(page.locator("text=Try on all groups").first)
    expect(page.locator("main")).to_contain_text("82 → 88", use_inner_text=True)
    press(page.locator("[value=adopt]").first)
    expect(page.locator("body")).to_contain_text("v1 is adopted", use_inner_text=True)
    expect(page.locator("[name=low_score]")).to_have_value("88")
