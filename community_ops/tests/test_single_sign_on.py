"""Single sign-on against a provider on this machine: who comes in, who does not, and what a forged answer opens."""

import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import OctKey

from community_ops.bootstrap import ROOT
from community_ops.identity_provider import is_safe
from community_ops.session_limits import PASSED
from community_ops.tests.fake_provider import CLIENT_SECRET, configured, new_key
from groups import second_step
from groups.identities import separate
from groups.models import AuditEntry, Identity, PersonSession, User
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    with configured(settings) as running:
        yield running


@pytest.fixture
def person():
    return make_user(make_team(), username="lilei", language="en", email="LiLei@Example.com")


def asked(client, next_page=""):
    """The address at the provider that the browser is led to."""
    answer = client.get(reverse("sso-start"), {"next": next_page})
    assert answer.status_code == 302
    return answer["Location"]


def authorized(provider, address):
    """The address of ours that the provider leads back to."""
    return provider.authorized({name: values[0] for name, values in parse_qs(urlsplit(address).query).items()})


def journey(provider, next_page=""):
    client = Client(headers={"accept-language": "en"})
    back = authorized(provider, asked(client, next_page))
    return client, client.get(back)


def is_in(client):
    return client.get(reverse("me")).status_code == 200


def refused(client):
    assert not is_in(client)
    assert not Identity.objects.exists() and not AuditEntry.objects.exists() and not PersonSession.objects.exists()


def test_the_person_with_the_verified_address_is_signed_in_and_linked(provider, person):
    client, answer = journey(provider, next_page="/groups/?q=x")
    assert (answer.status_code, answer["Location"]) == (302, "/groups/?q=x")
    assert is_in(client)
    identity = Identity.objects.get()
    assert (identity.user, identity.issuer, identity.subject) == (person, provider.issuer, "s-1")
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", "actor_name"))
    assert verbs == [("linked to single sign-on", str(person)), ("signed in by single sign-on", str(person))]
    assert PersonSession.objects.get().user == person


def test_the_code_is_asked_for_with_pkce_a_nonce_and_a_state(provider):
    query = parse_qs(urlsplit(asked(Client())).query)
    assert query["response_type"] == ["code"] and query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["openid email"] and query["redirect_uri"] == ["http://testserver/login/sso/back/"]
    assert all(len(query[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_the_session_gets_a_new_key(provider, person):
    client = Client()
    back = authorized(provider, asked(client))
    before = client.session.session_key
    client.get(back)
    assert before and client.session.session_key != before


def test_from_then_on_the_subject_counts_whatever_the_address_says(provider, person):
    journey(provider)
    provider.claims = {"email": "new@example.com", "email_verified": False}
    client, _answer = journey(provider)
    assert is_in(client)
    assert Identity.objects.count() == 1


def test_an_address_that_passed_to_a_colleague_opens_nothing(provider, person):
    journey(provider)
    provider.claims = {"sub": "s-2"}
    client, answer = journey(provider)
    assert answer.status_code == 403 and not is_in(client)
    assert Identity.objects.get().subject == "s-1"


def test_after_a_separation_the_address_links_again(provider, person):
    journey(provider)
    admin = Client()
    admin.force_login(make_user(is_administrator=True, language="en"))
    page = reverse("member-page", args=[person.pk])
    assert 'value="no-sso"' in admin.get(page).text
    assert "is no longer linked" in admin.post(page, {"action": "no-sso"}, follow=True).text
    assert 'value="no-sso"' not in admin.get(page).text
    provider.claims = {"sub": "s-2"}
    assert is_in(journey(provider)[0])
    assert Identity.objects.get().subject == "s-2"


def test_the_second_step_counts_as_passed(provider, person, settings):
    settings.REQUIRE_TWO_FACTOR = True
    User.objects.filter(pk=person.pk).update(is_administrator=True)
    client, _answer = journey(provider)
    assert client.get(reverse("home")).status_code == 200
    assert client.session[PASSED] is True and not second_step.is_on(person)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_leads_to_pages_of_ours_only(provider, person, next_page):
    _client, answer = journey(provider, next_page=next_page)
    assert answer["Location"] == reverse("home")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"email_verified": False}, id="unverified"),
        pytest.param({"email_verified": None}, id="nothing said of verification"),
        pytest.param({"email_verified": "true"}, id="verified as a word"),
        pytest.param({"email": None}, id="no address"),
        pytest.param({"email": ""}, id="empty address"),
        pytest.param({"email": "somebody@example.com"}, id="unknown address"),
    ],
)
def test_a_stranger_is_told_to_ask_for_an_invitation(provider, person, claims):
    make_user(email="")
    provider.claims = claims
    client, answer = journey(provider)
    assert answer.status_code == 403 and "Ask an administrator for an invitation" in answer.text
    refused(client)


def test_a_closed_account_is_refused_with_the_same_page(provider, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client, answer = journey(provider)
    assert answer.status_code == 403 and "No account for you yet" in answer.text
    refused(client)


def test_an_account_that_was_closed_after_the_link_is_refused(provider, person):
    journey(provider)
    User.objects.filter(pk=person.pk).update(is_active=False)
    make_user(email="lilei@example.com")
    client, answer = journey(provider)
    assert answer.status_code == 403 and not is_in(client)
    assert AuditEntry.objects.filter(verb="signed in by single sign-on").count() == 1


def test_two_accounts_with_the_address_open_neither(provider, person):
    make_user(email="lilei@example.com")
    client, answer = journey(provider)
    assert answer.status_code == 403
    refused(client)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"nonce": "another"}, id="wrong nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"aud": "another-client"}, id="wrong audience"),
        pytest.param({"aud": "another-client", "azp": "community-ops"}, id="wrong audience, ours as party"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"iss": "https://evil.example"}, id="wrong issuer"),
        pytest.param({"exp": int(time.time()) - 90, "iat": int(time.time()) - 400}, id="expired"),
        pytest.param({"exp": None}, id="without end"),
        pytest.param({"sub": None}, id="without subject"),
        pytest.param({"sub": ""}, id="empty subject"),
        pytest.param({"sub": 7}, id="subject of another kind"),
        pytest.param({"sub": "x" * 256}, id="subject too long"),
    ],
)
def test_a_token_that_proves_nothing_opens_nothing(provider, person, claims):
    provider.claims = claims
    client, answer = journey(provider)
    assert answer.status_code == 400 and "Signing in was not completed" in answer.text
    refused(client)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        pytest.param("RS256", new_key, id="signed by somebody else"),
        pytest.param("HS256", lambda: OctKey.import_key(CLIENT_SECRET), id="signed with the shared secret"),
    ],
)
def test_a_bad_signature_opens_nothing(provider, person, algorithm, key):
    provider.algorithm, provider.signing_key = algorithm, key()
    client, answer = journey(provider)
    assert answer.status_code == 400
    refused(client)


def test_a_wrong_state_opens_nothing_and_asks_nobody(provider, person):
    client = Client()
    back = authorized(provider, asked(client))
    provider.asked.clear()
    for address in (back + "x", back.split("&state")[0], reverse("sso-back")):
        assert client.get(address).status_code == 400
    assert provider.asked == []
    refused(client)


def test_the_answer_to_one_browser_does_not_open_another(provider, person):
    back = authorized(provider, asked(Client()))
    other = Client()
    asked(other)
    assert other.get(back).status_code == 400
    refused(other)


def test_a_replayed_code_opens_nothing(provider, person):
    client = Client()
    back = authorized(provider, asked(client))
    assert client.get(back).status_code == 302
    assert client.get(back)["Location"] == reverse("home")  # the same person, twice
    client.post(reverse("logout"))
    assert client.get(back).status_code == 400 and not is_in(client)
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit(asked(client)).query)["state"][0]
    assert client.get(reverse("sso-back"), {"code": code, "state": state}).status_code == 400 and not is_in(client)


def test_who_breaks_off_at_the_provider_may_start_again(provider, person):
    client = Client(headers={"accept-language": "en"})
    state = parse_qs(urlsplit(asked(client)).query)["state"][0]
    answer = client.get(reverse("sso-back"), {"error": "access_denied", "state": state})
    assert answer.status_code == 400 and "Start again" in answer.text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
def test_a_provider_that_fails_is_told_as_such(provider, person, path):
    client = Client(headers={"accept-language": "en"})
    back = authorized(provider, asked(client))
    provider.failing = {path}
    answer = client.get(back)
    assert answer.status_code == 503 and "企业账号 does not answer" in answer.text
    refused(client)


def test_a_provider_that_is_not_there_is_told_as_such(settings):
    with configured(settings):
        pass
    assert Client().get(reverse("sso-start")).status_code == 503


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://provider.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_discovery_that_is_not_to_be_trusted_is_not_followed(provider, metadata):
    provider.metadata = metadata
    assert Client().get(reverse("sso-start")).status_code == 503


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example/token", True),
        ("http://127.0.0.1:9/token", True),
        ("http://id.example/token", False),
        ("http://127.0.0.1.evil.example/", False),
        ("", False),
    ],
)
def test_what_is_encrypted_or_stays_here_is_safe(address, safe):
    assert is_safe(address) is safe


def test_who_is_signed_in_already_goes_on(provider, person):
    client = Client()
    client.force_login(person)
    assert client.get(reverse("sso-start"), {"next": "/groups/"})["Location"] == "/groups/"
    assert provider.asked == []


def test_the_button_stands_on_the_page_and_keeps_where_one_was_going(provider):
    page = Client(headers={"accept-language": "en"}).get(reverse("login"), {"next": "/groups/?q=a&b"}).text
    assert "Sign in with 企业账号" in page
    assert 'href="/login/sso/?next=%2Fgroups%2F%3Fq%3Da%26b"' in page


def test_without_a_provider_there_is_nothing_of_it():
    assert "/login/sso/" not in Client().get(reverse("login")).text
    assert Client().get(reverse("sso-start")).status_code == 404
    assert Client().get(reverse("sso-back")).status_code == 404


def test_without_a_provider_the_start_loads_nothing_of_it():
    told = "import sys, django; django.setup(); import community_ops.urls; print('authlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"


def test_a_separation_without_a_link_leaves_no_record(person):
    assert separate(user=person, by=person, now=timezone.now()) is False
    assert not AuditEntry.objects.exists()


def test_signing_out_offers_to_end_the_session_at_the_provider_too(provider, person):
    provider.metadata = {"end_session_endpoint": f"{provider.issuer}/end?realm=a"}
    client, _answer = journey(provider)
    page = client.post(reverse("logout"))
    assert page.status_code == 200 and not is_in(client)
    end = urlsplit(page.context["way_out"])
    told = parse_qs(end.query)
    assert (end.path, told["realm"], told["client_id"]) == ("/end", ["a"], ["community-ops"])
    assert told["post_logout_redirect_uri"] == ["http://testserver/login/"]
    assert told["id_token_hint"][0].count(".") == 2
    assert "企业账号" in page.content.decode() and client.session.get("sso_proof") is None


@pytest.mark.parametrize("how", ["no such address", "an address that is read along", "down", "by password"])
def test_without_a_way_out_signing_out_ends_ours_only(provider, person, how):
    client, _answer = journey(provider)
    if how == "an address that is read along":
        provider.metadata = {"end_session_endpoint": "http://example.com/end"}
    elif how == "down":
        provider.failing = {"/.well-known/openid-configuration"}
    elif how == "by password":
        provider.metadata = {"end_session_endpoint": f"{provider.issuer}/end"}
        client = Client()
        client.force_login(person)
    answer = client.post(reverse("logout"))
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, reverse("login"), False)
