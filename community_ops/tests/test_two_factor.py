"""The second step at sign-in: switched on with a code, asked after the password, weakened only with the password."""

import re
from datetime import timedelta

import pytest
from axes.utils import reset
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from community_ops.qr import qr
from community_ops.two_factor import PENDING, PENDING_LASTS
from groups import second_step
from groups.models import AuditEntry, AuthenticatorApp
from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def person():
    user = make_user(make_team(), username="lilei", language="en")
    user.set_password(PASSWORD)
    user.save()
    yield user
    reset()


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


def code_of(device, steps=0):
    """The code that the app shows now, or some steps of 30 seconds later."""
    return f"{totp(device.secret, drift=steps):06d}"


def switched_on(person):
    """The device and the backup codes of a person whose second step is on."""
    device = second_step.begin(user=person)
    answer, codes = second_step.confirm(user=person, code=code_of(device, -1), now=timezone.now())
    assert answer.right
    return AuthenticatorApp.objects.get(pk=device.pk), codes


def sign_in(client=None, next_page=""):
    client = client or Client()
    answer = client.post(reverse("login"), {"username": "lilei", "password": PASSWORD, "next": next_page})
    return client, answer


def give(client, code):
    return client.post(reverse("second-step"), {"code": code})


def rested():
    """The pause after wrong codes is over."""
    AuthenticatorApp.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def test_it_is_switched_on_with_a_code_and_shows_backup_codes_once(client, person):
    address = reverse("two-factor")
    assert "The second step is off" in client.get(address).text
    client.post(address, {"action": "begin"})
    device = AuthenticatorApp.objects.get()
    page = client.get(address).text
    assert second_step.secret_of(device) in page and '<svg role="img"' in page
    assert not second_step.is_on(person)
    wrong = client.post(address, {"action": "confirm", "code": "000000"})
    assert wrong.status_code == 422 and "The code is not right" in wrong.text
    rested()
    done = client.post(address, {"action": "confirm", "code": code_of(device)})
    codes = re.findall(r"<li>([a-z2-7]{8})</li>", done.text)
    assert len(codes) == 10
    assert not any(code in client.get(address).text for code in codes)
    assert "10 backup codes are left" in client.get(address).text
    assert client.post(address, {"action": "confirm", "code": code_of(device)}).status_code == 302
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["second step switched on"]


def test_looking_at_the_page_makes_no_secret(client):
    client.get(reverse("two-factor"))
    assert not AuthenticatorApp.objects.exists()


def test_switching_it_on_ends_the_other_sessions(client, person):
    other = Client()
    other.force_login(person)
    client.post(reverse("two-factor"), {"action": "begin"})
    client.post(reverse("two-factor"), {"action": "confirm", "code": code_of(AuthenticatorApp.objects.get())})
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_the_password_alone_signs_nobody_in(person):
    switched_on(person)
    client, answer = sign_in(next_page="/groups/")
    assert answer.url == reverse("second-step")
    assert client.get("/me/").status_code == 302
    assert "Enter the code" in client.get(reverse("second-step"), headers={"accept-language": "en"}).text


def test_the_code_leads_to_the_page_asked_for(person):
    device, _codes = switched_on(person)
    client, _answer = sign_in(next_page="/groups/?state=at_risk")
    before = client.session.session_key
    answer = give(client, code_of(device))
    assert (answer.status_code, answer.url) == (302, "/groups/?state=at_risk")
    assert client.get("/me/").status_code == 200
    assert client.session.session_key != before and PENDING not in client.session


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/"])
def test_the_code_leads_nowhere_else(person, address):
    device, _codes = switched_on(person)
    client, _answer = sign_in(next_page=address)
    assert give(client, code_of(device)).url == "/"


def test_a_code_works_once(person):
    device, codes = switched_on(person)
    code = code_of(device)
    assert give(sign_in()[0], code).status_code == 302
    assert give(sign_in()[0], code).status_code == 422
    rested()
    assert give(sign_in()[0], codes[0].upper()).status_code == 302
    assert give(sign_in()[0], codes[0]).status_code == 422
    assert second_step.codes_left(person) == 9


def test_wrong_codes_slow_the_next_ones_down_even_a_right_one(person):
    device, _codes = switched_on(person)
    client, _answer = sign_in()
    assert give(client, "000000").status_code == 422
    late = client.post(reverse("second-step"), {"code": code_of(device)}, headers={"accept-language": "en"})
    assert late.status_code == 429 and "Too many wrong codes. Wait 1 second" in late.text
    rested()
    assert give(client, code_of(device)).status_code == 302


@pytest.mark.parametrize("change", ["late", "closed", "new password", "no password"])
def test_what_the_code_does_not_help(person, change):
    device, _codes = switched_on(person)
    client, _answer = sign_in()
    if change == "late":
        session = client.session
        session[PENDING] = session[PENDING] | {"at": timezone.now().timestamp() - PENDING_LASTS.total_seconds() - 1}
        session.save()
    if change == "closed":
        person.is_active = False
        person.save()
    if change == "new password":
        person.set_password("another long password")
        person.save()
    if change == "no password":
        client = Client()
    assert give(client, code_of(device)).url == reverse("login")
    assert client.get("/me/").status_code == 302


def test_it_is_switched_off_and_codes_are_renewed_with_the_password_only(client, person):
    _device, codes = switched_on(person)
    address = reverse("two-factor")
    for action in ("codes", "off"):
        assert client.post(address, {"action": action, "password": "guess"}).status_code == 422
    assert second_step.is_on(person)
    renewed = client.post(address, {"action": "codes", "password": PASSWORD}).text
    assert len(re.findall(r"<li>[a-z2-7]{8}</li>", renewed)) == 10
    assert not any(code in renewed for code in codes)
    assert client.post(address, {"action": "off", "password": PASSWORD}).status_code == 302
    assert not second_step.is_on(person)
    assert sign_in()[1].url == "/"


def test_beginning_anew_while_it_is_on_changes_nothing(client, person):
    device, _codes = switched_on(person)
    client.post(reverse("two-factor"), {"action": "begin"})
    assert AuthenticatorApp.objects.get() == device


def test_an_administrator_switches_it_off_for_somebody_who_lost_the_phone(person):
    switched_on(person)
    administrator = Client()
    administrator.force_login(make_user(is_administrator=True, language="en"))
    address = reverse("member-page", args=[person.pk])
    assert (
        "signs in with the password alone"
        in administrator.post(address, {"action": "no-second-step"}, follow=True).text
    )
    assert not second_step.is_on(person)


@pytest.mark.parametrize(
    ("fields", "role", "asked"),
    [
        pytest.param({"is_administrator": True}, "", True, id="administrator"),
        pytest.param({}, "manager", True, id="manager"),
        pytest.param({}, "operator", False, id="operator"),
    ],
)
def test_where_it_is_required_leaders_set_it_up_first(settings, fields, role, asked):
    settings.REQUIRE_TWO_FACTOR = True
    user = make_user(make_team() if role else None, role, language="en", **fields)
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("group-list"))
    assert (answer.status_code == 302 and answer.url == reverse("two-factor")) is asked
    assert client.get(reverse("two-factor")).status_code == 200
    if asked:
        client.post(reverse("two-factor"), {"action": "begin"})
        client.post(reverse("two-factor"), {"action": "confirm", "code": code_of(AuthenticatorApp.objects.get())})
        assert client.get(reverse("group-list")).status_code == 200
        off = client.post(reverse("two-factor"), {"action": "off", "password": "x"})
        assert off.status_code == 422 and second_step.is_on(user)


def test_of_two_who_confirm_at_once_one_gets_the_codes(transactional_db):
    person = make_user(make_team())
    device = second_step.begin(user=person)
    code = code_of(device)
    results = at_once(*[lambda: second_step.confirm(user=person, code=code, now=timezone.now()) for _ in range(2)])
    assert sorted(len(codes) for _answer, codes in results) == [0, 10]
    assert second_step.codes_left(person) == 10


def test_the_qr_code_is_a_square_of_modules_with_a_name():
    drawn = qr("otpauth://totp/x?secret=ABC", 'a "name"')
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', drawn)[1])
    assert (side - 8 - 17) % 4 == 0
    assert 'aria-label="a &quot;name&quot;"' in drawn and "style" not in drawn
    assert drawn.count("h1v1h-1z") > 100


def test_pending_lasts_five_minutes():
    assert timedelta(minutes=5) == PENDING_LASTS
