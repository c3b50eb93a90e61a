"""Which language a person gets, and how it is switched."""

import pytest
from django.urls import reverse

from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "profile", "cookie", "browser", "lang"),
    [
        ("en", "zh-hans", "zh-hans", "zh-CN", "en"),
        ("fr", "en", "zh-hans", "zh-CN", "en"),
        ("", "en", "zh-hans", "zh-CN", "en"),
        ("", "", "en", "zh-CN", "en"),
        ("", "", "", "en-GB,en;q=0.8", "en"),
        ("", "", "", "zh-CN,zh;q=0.9", "zh-Hans"),
        ("", "", "", "de", "zh-Hans"),
        ("", "", "", "", "zh-Hans"),
    ],
)
def test_the_order_of_languages(client, settings, asked, profile, cookie, browser, lang):
    client.force_login(make_user(make_team(), language=profile))
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get(reverse("home"), {"lang": asked} if asked else {}, headers={"accept-language": browser})
    assert f'<html lang="{lang}"' in answer.text
    assert answer["Content-Language"] == ("en" if lang == "en" else "zh-hans")


def test_the_switch_keeps_the_page_and_is_remembered(client, settings):
    user = make_user(make_team(), language="zh-hans")
    client.force_login(user)
    answer = client.post(reverse("language"), {"language": "en", "next": "/me/?tab=2&lang=zh-hans"})
    assert (answer.status_code, answer.url) == (302, "/me/?tab=2")
    user.refresh_from_db()
    assert user.language == "en"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_stranger_switches_by_cookie(client):
    client.post(reverse("language"), {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").text


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(client, address):
    assert client.post(reverse("language"), {"language": "en", "next": address}).url == "/"


def test_an_unknown_language_changes_nothing(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    client.post(reverse("language"), {"language": "xx", "next": "/"})
    user.refresh_from_db()
    assert user.language == "en"


def test_the_switch_is_no_link(client):
    assert client.get(reverse("language")).status_code == 405


def test_settings_are_kept(client):
    user = make_user(make_team())
    client.force_login(user)
    sent = {"display_name": "Li Lei", "language": "en", "theme": "dark", "delta_colours": "red_up"}
    answer = client.post(reverse("me"), sent, follow=True)
    assert "Your settings are saved" in answer.text
    user.refresh_from_db()
    assert (user.display_name, user.language, user.theme, user.delta_colours) == ("Li Lei", "en", "dark", "red_up")
    assert not user.shortcuts_enabled
    assert 'data-bs-theme="dark" data-delta="red_up"' in answer.text


def test_a_wrong_setting_is_explained(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    answer = client.post(reverse("me"), {"display_name": "", "language": "en", "theme": "dark", "delta_colours": "x"})
    assert "There are 2 problems" in answer.text
    assert '<a href="#id_display_name">Enter your name</a>' in answer.text
    assert '<a href="#id_delta_colours_0">' in answer.text
    assert "<title>Error: " in answer.text
