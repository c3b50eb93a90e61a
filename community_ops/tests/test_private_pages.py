"""Headers of every answer, signing in, and how guessing is slowed down."""

from urllib.parse import urlsplit

import pytest
from axes.utils import reset
from django.test import Client
from django.urls import reverse

from groups.models import AuditEntry
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LIMIT = 5


@pytest.fixture
def person():
    user = make_user(make_team(), username="lilei", language="en")
    user.set_password(PASSWORD)
    user.save()
    yield user
    reset()


def attempt(client, username="lilei", password="wrong", **more):
    return client.post(reverse("login"), {"username": username, "password": password}, **more)


@pytest.mark.parametrize("path", ["/login/", "/", "/me/", "/no/such/page/", "/healthz"])
def test_headers_of_every_answer(client, person, path):
    if path != "/login/":
        client.force_login(person)
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_strict_transport_over_https(client, settings, person):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert "max-age=31536000" in client.get("/login/", secure=True)["Strict-Transport-Security"]


def test_the_inline_script_carries_the_nonce_of_its_page(client, person):
    client.force_login(person)
    answer = client.get("/")
    nonce = answer.text.split('<script nonce="')[1].split('"')[0]
    assert nonce
    assert f"'nonce-{nonce}'" in answer["Content-Security-Policy"]


def test_signing_in_leads_to_the_page_asked_for(client, person):
    answer = client.post(reverse("login") + "?next=/me/", {"username": "lilei", "password": PASSWORD, "next": "/me/"})
    assert (answer.status_code, answer.url) == (302, "/me/")


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client, person, address):
    answer = client.post(reverse("login"), {"username": "lilei", "password": PASSWORD, "next": address})
    assert (answer.status_code, answer.url) == (302, "/")


def test_signing_in_changes_the_session_key(client, person):
    client.get("/login/")
    client.session["before"] = 1
    before = client.session.session_key
    attempt(client, password=PASSWORD)
    assert client.session.session_key != before


def shown(answer):
    """The page without what differs by request: the token, the nonce, the name typed."""
    return answer.text.split("<main")[1].split("<form")[0]


def test_an_unknown_user_reads_the_same_as_a_wrong_password(person):
    known, unknown = attempt(Client()), attempt(Client(), username="nobody")
    assert known.status_code == unknown.status_code == 200
    assert shown(known) == shown(unknown)
    assert "error-summary" in shown(known)


def test_a_blocked_account_reads_the_same(person):
    person.is_active = False
    person.save()
    assert shown(attempt(Client(), password=PASSWORD)) == shown(attempt(Client(), username="nobody"))


def test_guessing_locks_the_pair_of_user_and_address(person):
    answers = [attempt(Client(), REMOTE_ADDR="10.0.0.1") for _ in range(LIMIT + 1)]
    assert answers[LIMIT - 2].status_code == 200
    assert answers[-1].status_code == 429
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.0.0.1").status_code == 429
    # A made-up forwarding header is not believed; a colleague at another address is not locked out.
    spoofed = attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9")
    assert spoofed.status_code == 429
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_a_changed_password_ends_other_sessions_and_is_on_record(client, person):
    other = Client()
    for each in (client, other):
        each.force_login(person)
    new = "battery staple horse"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert "Your password is changed" in client.post(reverse("password"), sent, follow=True).text
    assert other.get("/me/").status_code == 302
    assert AuditEntry.objects.get().verb == "password changed"
    assert attempt(Client(), password=new).status_code == 302


def test_a_wrong_present_password_changes_nothing(client, person):
    client.force_login(person)
    sent = {"old_password": "guess", "new_password1": "battery staple", "new_password2": "battery staple"}
    answer = client.post(reverse("password"), sent)
    assert "The present password is not right" in answer.text
    assert not AuditEntry.objects.exists()
    assert attempt(Client(), password=PASSWORD).status_code == 302


def test_a_fragment_request_without_session_sends_the_whole_page_to_sign_in(client):
    answer = client.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/groups/?q=1"})
    assert answer.status_code == 204
    assert urlsplit(answer["HX-Redirect"]).path == "/login/"
    assert answer["HX-Redirect"].endswith("?next=%2Fgroups%2F")
    assert answer.content == b""


def test_a_form_without_token_is_refused_with_a_page(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    answer = client.post(reverse("me"), {"display_name": "x"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.text


def test_a_fragment_request_needs_the_token_of_its_page(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    page = client.get("/me/")
    sent = {"display_name": "Li Lei", "language": "en", "theme": "auto", "delta_colours": "neutral"}
    assert client.post("/me/", sent, headers={"HX-Request": "true"}).status_code == 403
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post("/me/", sent, headers={"HX-Request": "true", "X-CSRFToken": token})
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize(
    ("new", "taken"),
    [
        pytest.param("short pass", False, id="ten characters"),
        pytest.param("password1234", False, id="common"),
        pytest.param("lilei@example", False, id="like the name"),
        pytest.param("onlysmallletters", True, id="no kinds of characters are demanded"),
        pytest.param("密码 can hold anything 😀", True, id="any character"),
        pytest.param("long " * 30, True, id="150 characters"),
    ],
)
def test_what_a_password_must_be(client, person, new, taken):
    person.username = "lilei@example"
    person.save()
    client.force_login(person)
    new = new.strip()
    client.post(reverse("password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    person.refresh_from_db()
    assert person.check_password(new) is taken
    assert person.password.startswith("scrypt$")


def test_a_failure_tells_a_reference_and_nothing_else(client, person, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("community_ops.settings_of_mine.render", broken)
    client.raise_request_exception = False
    client.force_login(person)
    answer = client.get("/me/")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "reference" in answer.text
