"""The pages of the connection: what they save, what they never show, and what they refuse."""

import pytest
from django.urls import reverse

from groups.models import AuditEntry, Group
from groups.sealing import unseal
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomRun
from lifecycle.tests.wecom.making import CALLBACK_KEY, CALLBACK_TOKEN, NOW, connected, mapped
from lifecycle.tests.wecom.server import CORP, SECRET
from lifecycle.wecom import page
from lifecycle.wecom.words import TROUBLES

pytestmark = pytest.mark.django_db
PAGE = "/settings/wecom/"
KEYS = {"corp_id": CORP, "secret": SECRET, "callback_token": CALLBACK_TOKEN, "callback_key": CALLBACK_KEY}


@pytest.fixture
def admin(client):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    return user


def test_keys_are_kept_encrypted_and_shown_never_again(client, admin):
    assert client.post(PAGE, KEYS).status_code == 302
    kept = WecomConnection.objects.get()
    assert unseal(bytes(kept.sealed_secret)).decode() == SECRET and SECRET.encode() not in bytes(kept.sealed_secret)
    shown = client.get(PAGE).content.decode() + client.post(PAGE, KEYS | {"corp_id": ""}).content.decode()
    entries = str(list(AuditEntry.objects.values()))
    for secret in (SECRET, CALLBACK_TOKEN, CALLBACK_KEY):
        assert secret not in shown and secret not in entries
    assert AuditEntry.objects.get(verb="WeCom connected").after == {"corp_id": CORP, "changed": ["secret", "callback"]}


def test_an_empty_secret_keeps_the_one_that_is_there(client, admin):
    client.post(PAGE, KEYS)
    before = WecomConnection.objects.get()
    assert client.post(PAGE, {"corp_id": CORP, "secret": "another-secret-of-the-app"}).status_code == 302
    after = WecomConnection.objects.get()
    assert bytes(after.sealed_callback_key) == bytes(before.sealed_callback_key)
    assert unseal(bytes(after.sealed_secret)) == b"another-secret-of-the-app" and after.sealed_token == b""


@pytest.mark.parametrize(
    "wrong",
    [
        {"corp_id": ""},
        {"corp_id": "ww/../x"},
        {"secret": ""},
        {"secret": "short"},
        {"callback_key": ""},
        {"callback_token": ""},
        {"callback_key": "A" * 42},
        {"callback_key": "!" * 43},
        {"callback_token": "no blanks"},
    ],
)
def test_wrong_keys_are_refused(client, admin, wrong):
    assert client.post(PAGE, KEYS | wrong).status_code == 422
    assert not WecomConnection.objects.exists()


def test_the_company_stays_the_same_while_its_groups_are_known(client, admin):
    connected()
    WecomGroup.objects.create(chat_id="wrA")
    assert client.post(PAGE, KEYS | {"corp_id": "ww_another_company"}).status_code == 422
    assert WecomConnection.objects.get().corp_id == CORP


def test_the_connection_is_tested_paused_resumed_and_ended(client, admin, wecom):
    connected()

    def press(action, **fields):
        return client.post(PAGE, {"action": action} | fields, follow=True).content.decode()

    assert "WeCom answers" in press("test")
    wecom.fail("groupchat/list", 60020)
    assert "trusted IP" in press("test")
    press("pause")
    assert "Paused since" in client.get(PAGE).content.decode()
    press("resume")
    press("run")
    assert WecomRun.objects.get().by == admin
    assert "under way" in press("run")
    press("counting", counting="running")
    assert WecomConnection.objects.get().counting == "running"
    press("counting", counting="nonsense")
    press("disconnect")
    ended = WecomConnection.objects.get()
    assert (bytes(ended.sealed_secret), ended.counting, ended.is_usable) == (b"", "running", False)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"WeCom connection paused", "WeCom connection resumed", "WeCom run started", "WeCom disconnected"} <= verbs


def test_an_owner_is_assigned_and_the_groups_that_wait_are_registered(client, admin):
    connected()
    team, other = make_team(), make_team()
    person, stranger = make_user(team), make_user(other)
    owner = WecomOwner.objects.create(userid="anna", first_seen_at=NOW)
    WecomGroup.objects.create(chat_id="wrA", owner=owner, read_at=NOW, name="Mums", members=7)
    address = reverse("wecom-owner", args=[owner.pk])
    assert "1 group waits" in client.get(address).content.decode()
    known = make_group(external_id="wrElsewhere", platform="wecom")
    WecomGroup.objects.create(chat_id="wrElsewhere", owner=owner, read_at=NOW)
    assert [(each.chats, each.waiting) for each in page.owners("")] == [(2, 1)]
    client.post(address, {"action": "register"})
    for typed in (
        {"team": team.pk, "person": stranger.pk},
        {"team": team.pk, "person": ""},
        {"team": "", "person": person.pk},
        {"team": "", "person": "", "registers": "on"},
    ):
        assert client.post(address, typed).status_code == 422
    assert client.post(address, {"team": team.pk, "person": person.pk}).status_code == 302
    assert Group.objects.get() == known, "they wait for a person's word"
    client.post(address, {"action": "register"})
    group = Group.objects.exclude(pk=known.pk).get()
    assert (group.name, group.team, group.owner, group.external_id) == ("Mums", team, person, "wrA")
    client.post(address, {"team": other.pk, "person": stranger.pk, "registers": "on"})
    assert Group.objects.get(external_id="wrA").team == team, "what is registered stays"
    WecomGroup.objects.create(chat_id="wrB", owner=owner, read_at=NOW)
    client.post(address, {"team": team.pk, "person": person.pk, "registers": "on"})
    found = set(Group.objects.values_list("external_id", "team"))
    assert found == {("wrA", team.pk), ("wrB", team.pk), ("wrElsewhere", known.team_id)}


def test_an_owner_is_added_by_hand_once(client, admin):
    connected()
    for _ in range(2):
        assert client.post(PAGE, {"userid": "zhang.san"}).status_code == 302
    assert client.post(PAGE, {"userid": "<script>"}).status_code == 422
    assert WecomOwner.objects.get().userid == "zhang.san"
    assert AuditEntry.objects.filter(verb="WeCom owner added").count() == 1


def test_the_page_takes_as_many_queries_for_many_owners(client, admin, django_assert_max_num_queries):
    connected()
    team = make_team()
    person = make_user(team)
    for n in range(60):
        owner = mapped(f"owner{n}", team, person)
        WecomGroup.objects.create(chat_id=f"wr{n}", owner=owner, read_at=NOW, dismissed_at=NOW if n % 3 else None)
    with django_assert_max_num_queries(20):
        shown = client.get(PAGE).content.decode()
    assert shown.count("owners/") == 50 and "?page=2" in shown
    assert client.get(PAGE + "?page=nonsense").status_code == 200


def test_each_trouble_has_words(client, admin):
    for kind in TROUBLES:
        WecomConnection.objects.all().delete()
        connected(trouble=kind, trouble_code=42, trouble_at=NOW)
        assert "(code 42)" in client.get(PAGE).content.decode()
