"""The frame of the pages in a real browser: both themes, both languages, phone and desktop."""

import pytest

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("phone", "en", "dark"),
    ("desktop", "zh-hans", "dark"),
    ("desktop", "en", "light"),
    ("small", "en", "light"),
]


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_of_the_frame_is_accessible_and_fits(visit, screen, language, theme):
    person = make_user(make_team(), display_name="Li", is_administrator=True)
    for path in ("/login/", "/", "/me/", "/styleguide/", "/help/metrics/", "/no/such/page/"):
        user = None if path == "/login/" else person
        page = visit(path, user=user, screen=screen, language=language, theme=theme)
        assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh-hans" else "en")
        assert page.locator("html").get_attribute("data-bs-theme") == theme
        shoot(page, f"{path.strip('/').replace('/', '-') or 'home'}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
