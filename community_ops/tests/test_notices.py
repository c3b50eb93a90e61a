"""Who is told what, once; what leaves the house, when, and that nothing of it is lost or sent by a flood."""

import json
from datetime import timedelta

import pytest
import urllib3
from django.core import mail
from django.test import Client
from django.urls import reverse

from community_ops.notices import delivering, digest, gathering, robots, transport
from community_ops.notices.robot_services import AddressRefused, path_of
from community_ops.tests.telling import MORNING, NIGHT, SATURDAY, WECOM, Service, all_due, dying, made, stands
from groups.models import AuditEntry, Delivery, Group, Notice, NoticeKind, QuietHours, Robot, Team, User
from groups.notices import Ways, choose, inbox, mute
from groups.tests.making import make_group, make_team, make_user
from lifecycle import failpoints
from lifecycle.models import Case, DailyActivity, HealthState, Standing
from lifecycle.tests.making_imports import import_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_HOST = "mail.example"
    settings.SITE_URL = "https://ops.example"


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def owner(team):
    return made(make_user(team), "owner@example.com")


def test_owner_and_managers_are_told_once_however_often_it_is_gathered(team, owner):
    manager = make_user(team, role="manager")
    stranger = make_user(make_team(slug="other", name="Other"), role="manager")
    dying(team, owner)
    for _n in range(3):
        gathering.gather(now=MORNING)
    assert {(each.user_id, each.kind) for each in Notice.objects.all()} == {(owner.pk, "dying"), (manager.pk, "dying")}
    assert not inbox(stranger).exists()


def test_a_relapse_is_told_anew_and_old_news_is_not(team, owner):
    dying(team, owner, on=MORNING.date() - timedelta(40))
    gathering.gather(now=MORNING)
    assert not Notice.objects.exists()
    Case.objects.update(relapsed_on=MORNING.date())
    gathering.gather(now=MORNING)
    assert Notice.objects.get().kind == "relapse"


def test_declining_is_quiet_where_the_group_was_told_of_this_week(team, owner):
    group = make_group(team=team, owner=owner)
    stands(group, HealthState.DECLINING, MORNING.date())
    gathering.gather(now=MORNING)
    Standing.objects.update(state_since=MORNING.date() + timedelta(3))
    gathering.gather(now=MORNING + timedelta(3))
    assert Notice.objects.count() == 1
    Standing.objects.update(state_since=MORNING.date() + timedelta(9))
    gathering.gather(now=MORNING + timedelta(9))
    assert Notice.objects.count() == 2


def test_a_muted_group_and_a_stopped_kind_are_not_told(team, owner):
    quiet = dying(team, owner, "Quiet")
    mute(owner, quiet, now=MORNING)
    gathering.gather(now=MORNING)
    assert not Notice.objects.exists()
    dying(team, owner, "Loud")
    choose(owner, {NoticeKind.DYING: Ways(inside=False, in_digest=False, by_mail=False)})
    gathering.gather(now=MORNING)
    assert not inbox(owner).exists()


def test_ten_groups_that_die_overnight_are_one_mail_in_the_morning(team, owner, mail_server):
    for n in range(10):
        dying(team, owner, f"Group {n}")
    gathering.gather(now=NIGHT)
    assert digest.compose(now=NIGHT) == 0
    for _n in range(2):
        digest.compose(now=MORNING)
        delivering.deliver(2, now=MORNING)
    (letter,) = mail.outbox
    assert letter.subject == "10 notices from Community Ops"
    assert letter.body.count("is dying (Silence, health 42)") == 10
    first = Notice.objects.order_by("pk").first()
    assert f"https://ops.example{reverse('notice', args=[first.pk])}" in letter.body
    assert "https://ops.example/me/notifications/" in letter.body
    assert f"Message {Delivery.objects.get().number}" in letter.body


def test_a_hundred_leavers_read_again_from_the_same_file_send_nothing(team, owner, mail_server):
    group = dying(team, owner, "Readers")
    Group.objects.filter(pk=group.pk).update(external_id="readers")
    rows = f"group,date,members,leaves,messages\nreaders,{MORNING.date() - timedelta(1)},200,100,3\n".encode()

    def told():
        gathering.gather(now=MORNING)
        digest.compose(now=MORNING)
        delivering.deliver(2, now=MORNING)
        return Notice.objects.count(), len(mail.outbox)

    first = import_bytes(rows, team=team, owner=owner, platform=group.platform, now=MORNING, today=MORNING.date())
    before = told()
    again = import_bytes(rows, team=team, owner=owner, platform=group.platform, now=MORNING, today=MORNING.date())
    assert (first.state, again.state, before[1]) == ("done", "repeated", 1)
    assert told() == before
    assert DailyActivity.objects.get(group_id=group.pk, day=MORNING.date() - timedelta(1)).leaves == 100


def test_nothing_leaves_the_house_on_a_quiet_day(team, owner, mail_server):
    dying(team, owner)
    gathering.gather(now=SATURDAY)
    assert digest.compose(now=SATURDAY) == 0
    QuietHours.objects.create(user=owner, on_holidays=False)
    assert digest.compose(now=SATURDAY) == 1


def test_a_mail_at_once_does_not_come_again_with_the_daily_one(team, owner, mail_server):
    choose(owner, {NoticeKind.DYING: Ways(inside=True, in_digest=True, by_mail=True)})
    dying(team, owner)
    gathering.gather(now=MORNING)
    digest.compose(now=MORNING)
    digest.compose(now=MORNING + timedelta(1))
    assert Delivery.objects.count() == 1


def test_what_a_person_may_not_see_any_more_is_neither_shown_nor_sent(team, owner, mail_server):
    dying(team, owner)
    gathering.gather(now=MORNING)
    owner.memberships.all().delete()
    owner = User.objects.get(pk=owner.pk)  # what it sees is remembered on the object
    assert not inbox(owner).exists()
    assert digest.compose(now=MORNING) == 0


@pytest.mark.parametrize(
    ("service", "address", "fits"),
    [
        ("wecom", WECOM, True),
        ("wecom", f" {WECOM}\n", True),
        ("dingtalk", WECOM, False),
        ("wecom", WECOM.replace("https", "http"), False),
        ("wecom", WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.evil.example"), False),
        ("wecom", WECOM.replace("qyapi", "user:pw@qyapi"), False),
        ("wecom", WECOM.replace(".com/", ".com:8443/"), False),
        ("wecom", WECOM.replace("qyapi.weixin.qq.com", "127.0.0.1"), False),
        ("wecom", f"{WECOM}&x=1", False),
        ("wecom", f"{WECOM}#x", False),
        ("wecom", "https://[::1", False),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/0123abcd-0123-4567", True),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/../../x", False),
    ],
)
def test_only_the_address_of_a_robot_of_the_service_is_taken(service, address, fits):
    """Case 36: only the address of the service itself, and below only what lies in the open internet."""
    if fits:
        assert path_of(service, address)
    else:
        with pytest.raises(AddressRefused):
            path_of(service, address)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.1.1", "100.64.0.1", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_into_a_network_is_not_followed(monkeypatch, address):
    monkeypatch.setattr(
        transport.socket,
        "getaddrinfo",
        lambda *a, **k: [(0, 0, 0, "", (each, 443)) for each in ("8.8.8.8", address)],
    )
    with pytest.raises(transport.NotDelivered, match="not_public"):
        transport.public_address("qyapi.weixin.qq.com")


@pytest.fixture
def service(monkeypatch):
    chat = Service()
    monkeypatch.setattr(
        transport, "connection_to", lambda host: urllib3.HTTPConnectionPool("127.0.0.1", chat.port, retries=False)
    )
    yield chat
    chat.stop()


@pytest.fixture
def robot(owner):
    return robots.add_robot(
        name="Managers", service="wecom", address=WECOM, team=None, language="en", on_holidays=False, by=owner,
        now=MORNING - timedelta(2),
    )  # fmt: skip


def test_a_robot_tells_of_new_cases_once_with_a_number(team, owner, robot, service):
    dying(team, owner)
    for _n in range(2):
        digest.compose(now=MORNING)
        delivering.deliver(2, now=MORNING)
    digest.compose(now=MORNING + timedelta(1))
    (text,) = service.told
    assert "1 group is dying" in text
    assert "Coupons (Silence)" in text
    assert f"Message {Delivery.objects.get().number}" in text


def test_a_robot_of_a_team_is_told_of_teams_below_and_of_no_other(team, owner, robot, service):
    below = make_team(slug="below", name="Below", parent=team)
    Robot.objects.update(team=team)
    dying(below, owner, "Below")
    dying(make_team(slug="other", name="Other"), make_user(make_team(slug="third", name="Third")), "Elsewhere")
    digest.compose(now=MORNING)
    delivering.deliver(2, now=MORNING)
    assert "Below" in service.told[0]
    assert "Elsewhere" not in service.told[0]


@pytest.mark.parametrize(
    "answer", [(500, {}), (302, {}), (200, {"errcode": 45009}), (200, b"<html>"), (200, {"errcode": 7})]
)
def test_what_was_not_taken_waits_and_comes_with_the_same_number(team, owner, robot, service, answer):
    service.answer = answer
    dying(team, owner)
    digest.compose(now=MORNING)
    assert delivering.deliver(2, now=MORNING) == 0
    assert delivering.claim() is None, "it is tried again later, not at once"
    service.answer = (200, {"errcode": 0})
    all_due()
    assert delivering.deliver(2, now=MORNING) == 1
    assert len(set(service.told)) == 1
    assert Delivery.objects.get().state == "sent"


def test_a_robot_that_is_gone_is_paused_and_administrators_are_told(team, owner, robot, service):
    boss = make_user(team, is_administrator=True)
    service.answer = (200, {"errcode": 93000})
    dying(team, owner)
    digest.compose(now=MORNING)
    delivering.deliver(2, now=MORNING)
    robot.refresh_from_db()
    assert robot.pause_reason == "gone"
    gathering.gather(now=MORNING)
    assert inbox(boss).filter(kind="robot").count() == 1
    all_due()
    assert delivering.deliver(1, now=MORNING) == 0
    robots.resume(robot, by=boss, now=MORNING)
    service.answer = (200, {"errcode": 0})
    assert delivering.deliver(2, now=MORNING) == 1


def test_a_day_of_errors_loses_nothing_and_ends_in_a_pause(team, owner, robot, service):
    service.answer = (500, {})
    dying(team, owner)
    digest.compose(now=MORNING)
    for hour in range(26):
        all_due()
        delivering.deliver(1, now=MORNING + timedelta(hours=hour))
    robot.refresh_from_db()
    assert robot.pause_reason == "no_answer_for_a_day"
    assert Delivery.objects.get().state == "todo"


def test_a_sender_that_dies_after_sending_sends_the_same_number_once_more(team, owner, robot, service, monkeypatch):
    dying(team, owner)
    digest.compose(now=MORNING)
    monkeypatch.setattr(failpoints, "PLANS", failpoints.plans_of("before_commit:raise"))
    with pytest.raises(ValueError):
        delivering.deliver(2, now=MORNING)
    monkeypatch.setattr(failpoints, "PLANS", ())
    assert delivering.claim() is None, "the lease of the dead one still holds"
    all_due()
    delivering.deliver(2, now=MORNING)
    assert len(service.told) == 2
    assert len(set(service.told)) == 1


def test_a_robot_is_sent_no_more_than_twenty_a_minute(robot, service):
    for n in range(25):
        Delivery.objects.create(
            key=f"k{n}", robot=robot, subject="s", body="b", next_at=MORNING - timedelta(99), made_at=MORNING
        )
    assert delivering.deliver(5, now=MORNING) == 20


def test_an_address_is_sealed_and_its_end_alone_is_shown(team, owner, robot):
    boss = make_user(team, is_administrator=True)
    client = Client()
    client.force_login(boss)
    for address in (reverse("robot-list"), reverse("robot-page", args=[robot.pk])):
        page = client.get(address).content.decode()
        assert "0123abcd" not in page
        assert WECOM[-4:] in page
    assert b"0123abcd" not in bytes(Robot.objects.get().sealed_address)
    assert "0123abcd" not in json.dumps(list(AuditEntry.objects.values_list("after", flat=True)))


def test_the_bell_counts_what_is_unread(team, owner):
    client = Client()
    client.force_login(owner)
    dying(team, owner)
    gathering.gather(now=MORNING)
    found = Notice.objects.get()
    assert '<span class="bell-count" aria-hidden="true">1</span>' in client.get(reverse("me")).content.decode()
    assert client.post(reverse("notice", args=[found.pk])).headers["Location"] == reverse(
        "case-page", args=[Case.objects.get().pk]
    )
    assert "bell-count" not in client.get(reverse("me")).content.decode()


def test_a_notice_of_somebody_else_is_not_there(team, owner):
    dying(team, owner)
    gathering.gather(now=MORNING)
    client = Client()
    client.force_login(make_user(team))
    found = Notice.objects.get(user=owner)
    assert client.get(reverse("notice", args=[found.pk])).status_code == 404
    assert client.post(reverse("notice-stop", args=[found.pk])).status_code == 404


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param(None, "owner", id="the plan names nobody"),
        pytest.param("above", "above", id="who manages a team above"),
        pytest.param("boss", "owner", id="who decided it"),
        pytest.param("stranger", "owner", id="somebody who works elsewhere now"),
    ],
)
def test_whom_the_plan_names_hears_of_an_end_to_agree_to(team, owner, named, told):
    top = make_team()
    Team.objects.filter(pk=team.pk).update(parent=top)
    who = {"owner": owner, "boss": make_user(team, role="manager"), "above": make_user(top, role="manager")}
    who["stranger"] = make_user(make_team(), role="manager")
    group = dying(team, owner)
    group.plans.update(dissolution_approver=who.get(named))
    decided = {"decided_by": who["boss"], "decided_at": MORNING, "remedy": "dissolve", "playbook": "dissolution"}
    Case.objects.update(state="closing", **decided)
    gathering.gather(now=MORNING)
    assert Notice.objects.get(kind="approval").user == who[told]
