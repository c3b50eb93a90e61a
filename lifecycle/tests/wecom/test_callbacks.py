"""What WeCom sends by itself, and what only pretends to come from it."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import Attempts
from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once
from lifecycle.models import WecomCallback, WecomConnection, WecomGroup, WecomStay
from lifecycle.tests.making_imports import stored
from lifecycle.tests.wecom.making import NOW, chat, connected, mapped, run_on, with_callbacks, work
from lifecycle.tests.wecom.sealing import body_of, encrypted, event, query_for
from lifecycle.tests.wecom.server import CORP, EXAMPLES
from lifecycle.wecom import callbacks
from lifecycle.wecom.envelopes import Forged, elements

pytestmark = pytest.mark.django_db
ADDRESS = "/callbacks/wecom/"


def address(query: dict[str, str]) -> str:
    return f"{reverse('wecom-callback')}?{'&'.join(f'{name}={value}' for name, value in query.items())}"


def send(client, text: bytes, **changed):
    """Post a callback of this moment; `changed` replaces parts of it."""
    sealed = changed.pop("sealed", None) or encrypted(text, **changed.pop("seal", {}))
    query = query_for(sealed, at=changed.pop("at", timezone.now()), nonce=changed.pop("nonce", "n1")) | changed.pop(
        "query", {}
    )
    body = changed.pop("body", None) or body_of(sealed)
    return client.post(address(query), body, content_type="text/xml", **changed)


def test_the_console_is_answered_with_what_it_asked(client):
    with_callbacks()
    sealed = encrypted(b"1234567890")
    query = query_for(sealed, at=timezone.now()) | {"echostr": sealed.replace("+", "%2B")}
    answer = client.get(address(query))
    assert (answer.status_code, answer.content) == (200, b"1234567890")
    assert client.get(address(query | {"msg_signature": "0" * 40})).status_code == 403


def test_a_callback_is_kept_once_and_answered_at_once(client):
    """Case 28: WeCom asks again where an answer is late."""
    with_callbacks()
    text = event("update", detail="add_member", members=("c1", "c2"))
    begun = time.thread_time()
    answer = send(client, text)
    assert (answer.status_code, answer.content) == (200, b"success") and time.thread_time() - begun < 5
    for nonce in ("n2", "n3"):  # WeCom sends it again when the answer was slow
        assert send(client, text, nonce=nonce).status_code == 200
    row = WecomCallback.objects.get()
    assert (row.chat_id, row.change, row.detail, len(row.hashes)) == ("wrA", "update", "add_member", 2)
    assert b"c1" not in bytes(row.hashes[0])
    assert WecomConnection.objects.get().last_callback_at is not None


FORGERIES = {
    "wrong signature": {"query": {"msg_signature": "0" * 40}},
    "no signature": {"query": {"msg_signature": ""}},
    "signature that is no ASCII": {"query": {"msg_signature": "%E7%BE%A4"}},
    "of an hour ago": {"at": timezone.now() - timedelta(hours=1)},
    "of tomorrow": {"at": timezone.now() + timedelta(days=1)},
    "for another company": {"seal": {"receiver": "ww_another"}},
    "bad padding": {"seal": {"padding": b"\x00"}},
    "padding longer than a block": {"seal": {"padding": b"\xff"}},
    "nothing encrypted": {"sealed": "AAAA"},
    "not base64": {"sealed": "%%%"},
    "no XML": {"body": b"hello"},
    "a DOCTYPE": {"body": b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'},
    "a DOCTYPE in UTF-16": {"body": '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'.encode("utf-16")},
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_is_refused_and_leaves_nothing_but_a_count(client, forged):
    """Case 37."""
    with_callbacks()
    begun = time.thread_time()
    answer = send(client, event("update"), **forged)
    assert (answer.status_code, answer.content) == (403, b"")
    assert time.thread_time() - begun < 5
    assert not WecomCallback.objects.exists() and WecomConnection.objects.get().last_callback_at is None
    assert set(Attempts.objects.values_list("key", flat=True)) == {callbacks.REFUSED_KEY, "wecom-forged-127.0.0.1"}
    assert callbacks.refused_lately(now=timezone.now()) == 1


def test_inside_nothing_is_believed_either(client):
    with_callbacks()
    other = event("update").replace(CORP.encode(), b"ww_another")
    assert send(client, other).status_code == 403
    assert send(client, b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + event("update")).status_code == 403
    assert send(client, event("explode"), nonce="n4").status_code == 200
    assert not WecomCallback.objects.exists()


def test_a_replayed_nonce_is_refused(client):
    with_callbacks()
    at = timezone.now()
    assert send(client, event("create"), at=at).status_code == 200
    assert send(client, event("create"), at=at).status_code == 403
    assert send(client, event("dismiss"), at=at).status_code == 403
    assert WecomCallback.objects.count() == 1


def test_too_much_is_not_listened_to(client, monkeypatch):
    with_callbacks()
    assert send(client, b"", body=b"x" * (256 * 1024 + 1)).status_code == 413
    monkeypatch.setattr(callbacks, "MOST_FORGED_PER_MINUTE", 2)
    for _ in range(2):
        assert send(client, b"", body=b"forged").status_code == 403
    good = send(client, event("create"))
    assert (good.status_code, good.headers["Retry-After"]) == (429, "60")
    monkeypatch.setattr(callbacks, "MOST_FORGED_PER_MINUTE", 9)
    monkeypatch.setattr(callbacks, "MOST_PER_MINUTE", 1)
    assert [send(client, event("create"), nonce=f"m{n}").status_code for n in range(2)] == [200, 429]


def test_without_keys_everything_is_refused(client):
    assert send(client, event("create")).status_code == 404
    connected()
    assert send(client, event("create")).status_code == 404
    with pytest.raises(Forged):
        take_now(event("create"), NOW, "a")


@pytest.mark.django_db(transaction=True)
def test_the_same_callback_twice_at_once_is_kept_once():
    with_callbacks()
    sealed = encrypted(event("update", detail="del_member"))

    def take(nonce):
        return lambda: callbacks.take(query_for(sealed, nonce=nonce), body_of(sealed), now=NOW)

    results = at_once(take("a"), take("b"))
    assert not any(isinstance(each, Exception) for each in results)
    assert WecomCallback.objects.count() == 1


@pytest.mark.parametrize("name", ["Create", "Update", "Dismiss"])
def test_the_documented_examples_are_understood(name):
    connection = with_callbacks()
    connection.corp_id = "wxf8b4f85f3a794e77"
    connection.save()
    text = (EXAMPLES / f"ChangeExternalChatEvent.{name}.xml").read_bytes()
    sealed = encrypted(text, receiver=connection.corp_id)
    assert callbacks.take(query_for(sealed), body_of(sealed), now=NOW)
    row = WecomCallback.objects.get()
    assert (row.change, row.chat_id, int(row.happened_at.timestamp())) == (name.lower(), "CHAT_ID", 1403610513)
    assert len(row.hashes) == (2 if name == "Update" else 0)


def test_deep_and_wide_xml_is_refused():
    for hostile in (b"<a>" * 50 + b"</a>" * 50, b"<x>" + b"<a/>" * 3000 + b"</x>", b"<x>", b"", b"\xff\xfe"):
        with pytest.raises(Forged):
            elements(hostile)


def take_now(text: bytes, at, nonce: str) -> None:
    sealed = encrypted(text)
    callbacks.take(query_for(sealed, at=at, nonce=nonce), body_of(sealed), now=at)


def test_out_of_order_lost_and_doubled_callbacks_end_in_what_is_true(wecom):
    """Somebody leaves, a callback says so late and twice; the day of leaving is the one that it tells."""
    with_callbacks()
    team = make_team()
    mapped("anna", team, make_user(team))
    wecom.chats = {"wrA": chat("anna", "c1", "c2")}
    run_on(NOW)
    left = NOW + timedelta(hours=3)
    del wecom.chats["wrA"].members["c1"]
    wecom.chats["wrA"].members["c3"] = int((left + timedelta(minutes=1)).timestamp())
    take_now(
        event("update", at=left + timedelta(minutes=1), detail="add_member", members=("c3",)),
        left + timedelta(minutes=2),
        "a",
    )
    take_now(event("update", at=left, detail="del_member", members=("c1",)), left + timedelta(minutes=3), "b")
    take_now(event("update", at=left, detail="del_member", members=("c1",)), left + timedelta(minutes=4), "c")
    take_now(event("create", chat="wrNew", at=left), left + timedelta(minutes=4), "d")
    wecom.chats["wrNew"] = chat("anna")
    reads = wecom.count("groupchat/get")
    work(left + timedelta(minutes=5))
    assert wecom.count("groupchat/get") == reads + 2, "each group is read once for all of its callbacks"
    assert WecomStay.objects.get(left_at__isnull=False).left_at == left
    assert WecomGroup.objects.get(chat_id="wrNew").group is not None
    assert not WecomGroup.objects.filter(due_at__isnull=False).exists()
    run_on(NOW + timedelta(days=1))
    run_on(NOW + timedelta(days=2))
    assert stored(team)["wrA", "2026-11-21"] == {"members": 3, "joins": 0, "leaves": 0}
    assert stored(team)["wrA", "2026-11-20"] == {"members": 3}


def test_a_dissolved_group_is_shown_and_not_ended_here(wecom, client):
    with_callbacks()
    team = make_team()
    mapped("anna", team, make_user(team))
    wecom.chats = {"wrA": chat("anna", "c1")}
    run_on(NOW)
    del wecom.chats["wrA"]
    take_now(event("dismiss", at=NOW + timedelta(hours=1)), NOW + timedelta(hours=1), "a")
    take_now(event("update", at=NOW + timedelta(minutes=59), detail="del_member"), NOW + timedelta(hours=1), "b")
    work(NOW + timedelta(hours=2))
    gone = WecomGroup.objects.get()
    assert gone.dismissed_at == NOW + timedelta(hours=1)
    assert gone.group.closed_on is None, "only a person ends a group"
    client.force_login(make_user(is_administrator=True))
    page = client.get(reverse("wecom")).content.decode()
    assert reverse("group-close", args=[gone.group_id]) in page
