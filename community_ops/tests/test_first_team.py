"""A new installation has no team: the forms that need one say so, and lead an administrator to the first."""

import pytest
from django.urls import reverse

from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db

FORMS = ["assessment-new", "group-new", "import-new", "invitation-list"]


@pytest.mark.parametrize("name", FORMS)
def test_an_administrator_without_a_team_is_led_to_the_first(client, name):
    client.force_login(make_user(is_administrator=True, language="en"))
    page = client.get(reverse(name)).text
    assert "There is no team yet" in page and f'href="{reverse("team-list")}?add=1"' in page
    assert '<form method="post"' not in page.split("<main")[1]
    make_team()
    assert "There is no team yet" not in client.get(reverse(name)).text


@pytest.mark.parametrize("name", FORMS[:3])
def test_who_is_in_no_team_is_told_whom_to_ask(client, name):
    client.force_login(make_user(language="en"))
    page = client.get(reverse(name)).text
    assert "Ask an administrator to add you" in page and reverse("team-list") not in page.split("<main")[1]
