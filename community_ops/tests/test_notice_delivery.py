"""What leaves the house: to whom nothing is sent, how a failing service is treated, whose certificate is believed."""

import base64
import ssl
from datetime import datetime, timedelta

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from community_ops.notices import delivering, digest, gathering, robots, transport
from community_ops.notices.robot_services import PROBLEMS
from community_ops.tests.telling import MORNING, WECOM, Service, all_due, dying, made
from groups.models import Delivery, Robot, User
from groups.notices import inbox
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = MORNING - timedelta(99)
HOST = "qyapi.weixin.qq.com"


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def owner(team):
    return made(make_user(team), "owner@example.com")


@pytest.fixture
def robot(owner):
    return robots.add_robot(
        name="Managers", service="wecom", address=WECOM, team=None, language="en", on_holidays=False, by=owner,
        now=MORNING - timedelta(2),
    )  # fmt: skip


@pytest.fixture
def service(monkeypatch):
    chat = Service()
    monkeypatch.setattr(
        transport, "connection_to", lambda host: urllib3.HTTPConnectionPool("127.0.0.1", chat.port, retries=False)
    )
    yield chat
    chat.stop()


def message_to(**to):
    return Delivery.objects.create(
        key=f"k{Delivery.objects.count()}",
        subject="s",
        body="b",
        next_at=MORNING - timedelta(99),
        made_at=MORNING,
        **to,
    )


def time_passes(by):
    """The clock of the database cannot be moved, so everything that it is compared with moves the other way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_delivery SET next_at = next_at - %(by)s, lease_until = lease_until - %(by)s,"
            " tried_at = tried_at - %(by)s, sent_at = sent_at - %(by)s",
            {"by": by},
        )


@pytest.mark.parametrize(("gone", "problem"), [({"email": ""}, "no_address"), ({"is_active": False}, "account_closed")])
def test_a_mail_to_nobody_is_given_up_with_its_reason(owner, gone, problem):
    letter = message_to(user=owner)
    User.objects.filter(pk=owner.pk).update(**gone)
    assert delivering.deliver(2, now=MORNING) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("failed", problem)
    assert PROBLEMS[problem]
    all_due()
    assert delivering.claim() is None
    assert not mail.outbox


@pytest.mark.parametrize(("hour", "sent"), [(20, 1), (21, 0), (8, 0), (9, 1)])
def test_a_message_that_was_late_waits_for_the_end_of_quiet_hours(owner, robot, service, hour, sent):
    message_to(user=owner)
    message_to(robot=robot)
    assert delivering.deliver(2, now=MORNING.replace(hour=hour, minute=0)) == sent * 2
    assert len(service.told) == len(mail.outbox) == sent
    if not sent:
        assert set(Delivery.objects.values_list("state", "attempts", "tried_at")) == {("todo", 0, None)}
        time_passes(timedelta(hours=12))
        assert delivering.deliver(2, now=MORNING) == 2


def test_failed_attempts_count_against_the_limit_of_a_robot(robot, service):
    service.answer = (500, {})
    for _n in range(25):
        message_to(robot=robot)
    delivering.deliver(5, now=MORNING)
    all_due()
    delivering.deliver(5, now=MORNING)
    assert len(service.told) == 20
    time_passes(timedelta(seconds=61))
    all_due()
    delivering.deliver(5, now=MORNING)
    assert len(service.told) == 40


def test_a_day_of_errors_backs_off_loses_nothing_and_tells_the_administrator_once(team, owner, robot, service):
    boss = make_user(team, is_administrator=True)
    service.answer = (500, {})
    dying(team, owner)
    now, step = MORNING, timedelta(minutes=10)
    tries = []
    while now < MORNING + timedelta(days=2):
        gathering.gather(now=now)
        digest.compose(now=now)
        before = len(service.told)
        delivering.deliver(1, now=now)
        tries += [now] * (len(service.told) - before)
        if now == MORNING + timedelta(hours=3):
            dying(team, owner, "Second", on=MORNING.date())
        time_passes(step)
        now += step
    robot.refresh_from_db()
    assert robot.pause_reason == "no_answer_for_a_day"
    assert MORNING + timedelta(days=1) < robot.paused_at < MORNING + timedelta(days=1, hours=2)
    assert max(tries) <= robot.paused_at, "nothing is tried while it is paused"
    assert len(tries) < 30, "once an hour by day, not every minute"
    assert not [each for each in tries if not 9 <= each.hour < 21], "nobody is woken by an attempt"
    assert inbox(boss).filter(kind="robot").count() == 1
    waiting = list(Delivery.objects.filter(robot=robot))
    assert {each.state for each in waiting} == {"todo"}
    service.told.clear()
    service.answer = (200, {"errcode": 0})
    robots.resume(robot, by=boss, now=now)
    all_due()
    for _n in range(3):
        gathering.gather(now=now)
        delivering.deliver(2, now=now)
    assert sorted(service.told) == sorted(f"{each.subject}\n{each.body}" for each in waiting)
    assert all(f"Message {each.number}" in each.body for each in waiting)
    assert {name for name in ("Coupons", "Second") for text in service.told if name in text} == {"Coupons", "Second"}
    assert inbox(boss).filter(kind="robot").count() == 1


PICTURE = b"\x89PNG the figures of a week"


def test_a_picture_goes_out_as_the_service_wants_it_until_it_is_taken(robot, service):
    shown = message_to(robot=robot)
    Delivery.objects.filter(pk=shown.pk).update(picture=PICTURE)
    service.answer = (500, {})
    assert delivering.deliver(1, now=MORNING) == 0
    service.answer = (200, {"errcode": 0})
    all_due()
    assert delivering.deliver(1, now=MORNING) == 1
    wanted = {
        "msgtype": "image",
        "image": {"base64": base64.b64encode(PICTURE).decode(), "md5": "2afa344733bcba3467f9284502ce4c88"},
    }
    assert service.told == [wanted, wanted], "the same picture, with the number that it carries"


def test_a_picture_that_the_service_refuses_is_given_up_and_texts_go_on(robot, service):
    shown = message_to(robot=robot)
    Delivery.objects.filter(pk=shown.pk).update(picture=PICTURE)
    service.answer = (200, {"errcode": 40009})
    assert delivering.deliver(1, now=MORNING) == 0
    shown.refresh_from_db()
    robot.refresh_from_db()
    assert (shown.state, shown.problem) == ("failed", "picture_refused") and robot.paused_at is None
    assert PROBLEMS[shown.problem]
    service.answer = (200, {"errcode": 0})
    message_to(robot=robot)
    assert delivering.deliver(1, now=MORNING) == 1


def test_an_address_that_no_key_opens_pauses_its_robot_and_stops_no_other(owner, robot, service):
    other = robots.add_robot(
        name="Other", service="wecom", address=WECOM, team=None, language="en", on_holidays=True, by=owner, now=MORNING
    )
    message_to(robot=robot)
    message_to(robot=other)
    Robot.objects.filter(pk=robot.pk).update(sealed_address=b"of another key")
    assert delivering.deliver(2, now=MORNING) == 1
    robot.refresh_from_db()
    assert robot.pause_reason == "address_unreadable"


def test_the_page_of_a_robot_says_how_many_messages_wait(owner, robot):
    boss = make_user(is_administrator=True, language="en")
    for _n in range(3):
        message_to(robot=robot)
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("robot-page", args=[robot.pk])).content.decode()
    assert '<dt>Messages that wait</dt><dd><span class="num">3</span></dd>' in page


def test_the_word_of_a_robot_says_where_it_is_stopped(team, owner, robot, service, settings):
    settings.SITE_URL = "https://ops.example"
    dying(team, owner)
    digest.compose(now=MORNING)
    delivering.deliver(2, now=MORNING)
    assert f"To hear less: https://ops.example{reverse('robot-page', args=[robot.pk])}" in service.told[0]


def certificate_of(name, path):
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made_of = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2045, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made_of.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.mark.parametrize(
    ("name", "trusted", "taken"),
    [
        pytest.param(HOST, False, False, id="a stranger's certificate"),
        pytest.param("other.example", True, False, id="of another name"),
        pytest.param(HOST, True, True, id="as it must be"),
    ],
)
def test_a_robot_is_told_only_where_the_certificate_is_that_of_the_service(
    robot, monkeypatch, tmp_path, name, trusted, taken
):
    pem = certificate_of(name, tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    chat = Service(context)
    monkeypatch.setattr(transport, "public_address", lambda host: "127.0.0.1")
    monkeypatch.setattr(transport, "HTTPS_PORT", chat.port)
    if trusted:
        monkeypatch.setattr(transport.certifi, "where", lambda: pem)
    try:
        if taken:
            transport.tell_robot(robot, "hello")
        else:
            with pytest.raises(transport.NotDelivered, match="unreachable"):
                transport.tell_robot(robot, "hello")
    finally:
        chat.stop()
    assert chat.told == (["hello"] if taken else [])
