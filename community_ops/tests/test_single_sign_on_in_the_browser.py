"""Single sign-on in a real browser, whose policy must let the way to the provider and back pass."""

import re

import pytest
from django.urls import reverse

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from community_ops.tests.fake_provider import configured
from groups.models import Identity
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "zh-hans", "dark"),
    ("desktop", "en", "light"),
]


@pytest.fixture
def provider(settings):
    with configured(settings) as running:
        yield running


def looked_at(page, name):
    shoot(page, name)
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_from_the_button_to_the_page_that_one_wanted(visit, provider, screen, language, theme):
    look = f"{screen}-{language}-{theme}"
    person = make_user(make_team(), email="lilei@example.com", language=language, theme=theme)
    page = visit(reverse("login") + "?next=/groups/", screen=screen, language=language, theme=theme)
    looked_at(page, f"sso-login-{look}")
    provider.claims = {"email_verified": False}
    press(page.locator("a[href^='/login/sso/']").first)
    looked_at(page, f"sso-unknown-{look}")
    page.goto(reverse("sso-back"))
    looked_at(page, f"sso-failed-{look}")
    provider.failing = {"/.well-known/openid-configuration"}
    page.goto(reverse("sso-start"))
    looked_at(page, f"sso-down-{look}")
    provider.failing, provider.claims = set(), {}
    page.goto(reverse("login") + "?next=/groups/")
    press(page.locator("a[href^='/login/sso/']").first)
    page.wait_for_url(re.compile("/groups/$"))
    assert Identity.objects.get().user == person


def test_the_link_on_the_page_of_a_person_fits(visit, provider):
    person, admin = make_user(make_team(), email="lilei@example.com"), make_user(is_administrator=True)
    page = visit(reverse("login"), screen="phone", language="en", theme="light")
    press(page.locator("a[href^='/login/sso/']").first)
    page = visit(reverse("member-page", args=[person.pk]), user=admin, screen="phone", language="en", theme="light")
    looked_at(page, "sso-person")
    press(page.locator("button[value=no-sso]").first)
    assert not Identity.objects.exists()
