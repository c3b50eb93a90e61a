"""What goes wrong with an API outside: nothing is lost, doubled or made up, and no secret is written down."""

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database

from groups.models import Group
from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomRun, WecomStay, WecomStep
from lifecycle.tests.making_imports import stored
from lifecycle.tests.wecom.making import NOW, chat, connected, mapped, run_on, work
from lifecycle.tests.wecom.server import SECRET, Chat, Wecom
from lifecycle.wecom import figures, runs, steps, tokens, working
from lifecycle.wecom.client import Client, base_address
from lifecycle.wecom.reading import parsed
from lifecycle.wecom.troubles import NeedsAPerson, TryLater

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def company(wecom: Wecom, groups: int = 5) -> None:
    wecom.chats = {f"wr{n}": chat(f"owner{n % 2}", f"c{n}", "shared") for n in range(groups)}


def everything_is_there(groups: int = 5) -> None:
    assert WecomGroup.objects.filter(read_at__isnull=False, members=3).count() == groups
    assert WecomStay.objects.count() == 3 * groups
    assert WecomConnection.objects.get().last_success_at is not None
    assert not WecomStep.objects.filter(state="given_up").exists()


@pytest.mark.parametrize(
    ("path", "faults"),
    [
        pytest.param("groupchat/list", [-1, -1], id="busy"),
        pytest.param("groupchat/list", [45009], id="too many calls"),
        pytest.param("groupchat/get", [(500,), (502,), (503,), (500,)], id="server errors"),
        pytest.param("groupchat/get", ["slow", "slow", "slow", "slow"], id="no answer in time"),
        pytest.param("groupchat/get", ["half", "html"], id="answers that break off or are no JSON"),
        pytest.param("groupchat/list", [40014, 45009, 42001], id="the token is over, twice"),
        pytest.param("gettoken", [-1, (500,), (500,), (500,)], id="no token for a while"),
        pytest.param("groupchat/get", [{"group_chat": {}}], id="an answer of another shape"),
    ],
)
def test_after_failures_a_run_is_complete(wecom, connection, path, faults):
    company(wecom)
    wecom.fail(path, *faults)
    run_on(NOW)
    for n in range(1, 5):
        work(NOW + n * LATER)
    everything_is_there()
    assert WecomConnection.objects.get().trouble == ""


def test_a_token_that_ends_in_the_middle_is_renewed_once(wecom, connection):
    company(wecom)
    reads = []

    def expire(path, asked):
        reads.extend([path] * path.endswith("groupchat/get"))
        if len(reads) == 3:
            wecom.good_tokens.clear()
            reads.append("over")

    wecom.faults.append(expire)
    run_on(NOW)
    everything_is_there()
    assert wecom.count("gettoken") == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_renew_the_token_once(wecom):
    connected()

    def token():
        with Client(tokens.current) as client:
            return tokens.current(client, "")

    first, second = at_once(token, token)
    assert first == second == wecom.tokens[0]
    assert wecom.count("gettoken") == 1


def test_too_many_people_in_view_are_listed_owner_by_owner(wecom, connection, monkeypatch):
    monkeypatch.setattr(figures, "DAYS_KEPT", 3)  # one day of figures each
    company(wecom, groups=4)
    wecom.too_many_in_view = True
    run_on(NOW)
    assert WecomConnection.objects.get().trouble == "owners"
    wecom.follow_users = [f"owner{n}" for n in range(150)]
    run_on(NOW + LATER)
    everything_is_there(groups=4)
    wecom.calls.clear()
    run_on(NOW + timedelta(days=1))
    asked = [len(call["owner_filter"]["userid_list"]) for path, call in wecom.calls if path.endswith("groupchat/list")]
    assert sorted(set(asked)) == [50, 100]


def test_what_only_a_person_can_mend_stops_all_calls(wecom, connection):
    company(wecom)
    wecom.fail("groupchat/list", 48002, 48002)
    run_on(NOW)
    work(NOW + timedelta(minutes=5))
    assert wecom.count("groupchat/list") == 1
    assert WecomConnection.objects.get().trouble == "rights"
    for n in (1, 2):
        work(NOW + n * LATER)
    everything_is_there()


def test_one_group_that_is_refused_holds_up_no_other(wecom, connection):
    company(wecom)
    wecom.fail("groupchat/get", *[40050] * 9, when=lambda asked: asked["chat_id"] == "wr2")
    run_on(NOW)
    assert WecomGroup.objects.get(read_at=None).trouble_code == 40050
    run = WecomRun.objects.get()
    assert (run.groups_read, run.groups_refused) == (4, 1)


def test_one_owner_whose_figures_are_refused_holds_up_no_other(wecom, connection):
    company(wecom)
    wecom.fail(
        "groupchat/statistic", *[600018] * 9, when=lambda asked: "owner1" in asked["owner_filter"]["userid_list"]
    )
    run_on(NOW)
    assert WecomOwner.objects.get(userid="owner1").trouble_code == 600018
    assert WecomOwner.objects.get(userid="owner0").trouble_code is None


def test_an_empty_list_of_members_empties_no_group(wecom, connection):
    company(wecom)
    run_on(NOW)
    wecom.chats["wr0"].members.clear()
    run_on(NOW + timedelta(days=1))
    for n in (1, 2, 3):
        work(NOW + timedelta(days=1) + n * LATER)
    empty = WecomGroup.objects.get(chat_id="wr0")
    assert (empty.members, empty.trouble_code) == (3, 0), "in the end it counts as refused"
    assert WecomGroup.objects.filter(read_at__gte=NOW + timedelta(days=1)).count() == 4, "it held up no other"
    assert not WecomStay.objects.exclude(left_at=None).exists()
    with pytest.raises(TryLater):
        parsed(1, "wr0", {"group_chat": {"chat_id": "wr0", "owner": "x", "member_list": []}}, NOW)


@pytest.mark.parametrize("point", ["after_claim", "after_upsert", "before_commit"])
def test_a_worker_that_dies_anywhere_leaves_nothing_half_done(wecom, connection, monkeypatch, point):
    """It dies twice; the lease runs out, and the next one goes on."""
    company(wecom)
    mapped("owner0", team := make_team(), make_user(team))
    runs.open_due(NOW)
    reached = []

    def reach(name, *_):
        reached.append(name)
        if reached.count(point) in (1, 3) and name == point:
            raise SystemExit

    for module in ("working", "listing", "reading"):
        monkeypatch.setattr(f"lifecycle.wecom.{module}.reach", reach)
    for _ in range(3):
        try:
            work(NOW)
        except SystemExit:
            WecomStep.objects.update(lease_until=None)  # as after two minutes
    assert reached.count(point) > 1
    everything_is_there()
    run = WecomRun.objects.get()
    assert (run.groups_read, run.groups_registered) == (5, 3)
    assert Group.objects.count() == 3


def test_a_worker_taken_for_dead_writes_nothing(wecom, connection):
    company(wecom)
    runs.open_due(NOW)
    slow = steps.claim(NOW)
    WecomStep.objects.update(lease_until=None)
    fresh = steps.claim(NOW)
    assert (slow.pk, fresh.attempts) == (fresh.pk, 2)
    with pytest.raises(steps.ClaimLost), Client(tokens.current) as client:
        working._do(client, slow, lambda: NOW)
    assert not WecomGroup.objects.exists()


def test_a_part_that_takes_its_worker_with_it_each_time_is_given_up(connection):
    runs.open_due(NOW)
    for _ in range(steps.MOST_ATTEMPTS):
        assert steps.claim(NOW)
        WecomStep.objects.update(lease_until=None)
    assert steps.claim(NOW) is None
    assert WecomStep.objects.get().trouble == "gave_up"


def test_no_secret_and_no_token_is_logged_or_stored_in_the_open(wecom, connection, caplog):
    caplog.set_level(logging.DEBUG)
    company(wecom)
    wecom.fail("groupchat/get", (500,), "slow", "html", 45009, -1)
    run_on(NOW)
    work(NOW + LATER)
    assert wecom.tokens and caplog.text
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM lifecycle_wecomconnection c")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(s)::text FROM lifecycle_wecomstep s")
        kept += str(cursor.fetchall())
    for secret in (SECRET, *wecom.tokens):
        assert secret not in caplog.text and secret not in kept
    with pytest.raises(NeedsAPerson) as refused, Client(tokens.current) as client:
        client.ask_for_token("another company", SECRET)
    assert SECRET not in repr(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/",
        "https://qyapi.weixin.qq.com@evil.example/",
        "https://qyapi.weixin.qq.com:8443/",
        "https://169.254.169.254/",
        "http://127.0.0.1:1/",
    ],
)
def test_nothing_but_the_official_host_is_asked(settings, address):
    settings.WECOM_API, settings.WECOM_API_ANYWHERE = address, False
    with pytest.raises(ImproperlyConfigured):
        base_address()
    settings.WECOM_API = "https://qyapi.weixin.qq.com/cgi-bin"
    assert base_address() == "https://qyapi.weixin.qq.com/cgi-bin/"


def test_a_member_told_twice_or_without_a_moment_is_one_member(wecom, connection):
    wecom.chats = {"wrA": Chat("anna", {"anna": 0, "c1": 1_790_000_001})}
    run_on(NOW)
    run_on(NOW + timedelta(days=1))
    assert WecomStay.objects.count() == 2
    assert stored() == {}
