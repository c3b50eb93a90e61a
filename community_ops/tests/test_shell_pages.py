"""The pages that every person meets: signing in, home, settings, reference pages and what went wrong."""

import re

import pytest
from django.urls import reverse

from community_ops.tests.fleet_making import make_fleet
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def person(**fields):
    user = make_user(make_team(), **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("name", ["home", "me", "metrics-help"])
def test_a_signed_in_person_opens_the_page(client, name):
    client.force_login(person())
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert 'id="content"' in answer.text


@pytest.mark.parametrize("name", ["home", "me", "metrics-help", "styleguide"])
def test_a_stranger_is_sent_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


@pytest.mark.parametrize("path", ["/login/", "/", "/insights/health/", "/help/metrics/", "/styleguide/", "/no/such/"])
def test_english_pages_hold_no_chinese(client, path):
    user = person(is_administrator=True, language="en")
    make_fleet(make_team(name="East"), user)
    if path != "/login/":
        client.force_login(user)
    text = client.get(path, headers={"accept-language": "en"}).text
    switch = text.index('<form class="language"')
    rest = text[:switch] + text[text.index("</form>", switch) :]
    assert re.findall(r"[\u3400-\u9fff]+", rest) == []


def test_only_administrators_see_the_styleguide(client, settings):
    settings.DEBUG = False
    client.force_login(person())
    assert client.get(reverse("styleguide")).status_code == 403
    client.force_login(person(is_administrator=True))
    assert client.get(reverse("styleguide")).status_code == 200


def test_an_unknown_address_gets_a_page_that_says_so(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "text/html" in answer["Content-Type"]
