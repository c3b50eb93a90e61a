"""Takes what WeCom tells by itself, answers at once, and has the groups read that changed.

A callback may be lost, late, repeated or out of order. It only says where to look: what is true then is what reading
the group tells. Nothing is stored of one that is not from WeCom, but that it came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from groups import attempts
from groups.models import Attempts
from groups.sealing import unseal
from lifecycle.models import WecomCallback, WecomConnection, WecomGroup
from lifecycle.wecom.envelopes import WINDOW, Forged, Keys, elements, opened
from lifecycle.wecom.reading import hash_of

EVENT = "change_external_chat"
CHANGES = ("create", "update", "dismiss")
DETAILS = ("add_member", "del_member", "change_owner", "change_name", "change_notice")
MOST_PER_MINUTE = 3000
MOST_FORGED_PER_MINUTE = 60  # from one address
MINUTE = timedelta(minutes=1)
REFUSED_KEY = "wecom-callbacks-refused"
SETTLES_AFTER = timedelta(seconds=3)  # the platform itself needs two seconds until a reading tells the change
AT_ONCE = 1000
KEPT = timedelta(days=30)
MOST_MEMBERS = 1000
MARK_DUE = """
    INSERT INTO lifecycle_wecomgroup (chat_id, name, status, due_at)
    SELECT chat, '', 0, due FROM unnest(%(chats)s::text[], %(due)s::timestamptz[]) AS c(chat, due)
    ON CONFLICT (chat_id) DO UPDATE SET due_at = LEAST(lifecycle_wecomgroup.due_at, EXCLUDED.due_at)
"""


class TooMany(Exception):
    """More came than is believable."""


def are_set_up() -> bool:
    """Whether anybody here knows the keys, without which nothing can be from WeCom."""
    connected = WecomConnection.objects.first()
    return connected is not None and connected.takes_callbacks


def answer_to_check(query: Mapping[str, str], *, now: datetime) -> bytes:
    """The answer that proves to WeCom's console that this address knows the keys. Forged for a wrong question."""
    return _opened(query, query.get("echostr", ""), now)


@transaction.atomic
def take(query: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Store a callback; whether it was new. Forged, or TooMany, leaves nothing behind."""
    if attempts.count("wecom-callbacks", within=MINUTE, now=now) > MOST_PER_MINUTE:
        raise TooMany
    outer = elements(body)
    text = _opened(query, _one(outer, "Encrypt"), now)
    if attempts.count(_nonce_key(query), within=2 * WINDOW, now=now) > 1:
        raise Forged
    return _stored(elements(text), hashlib.sha256(text).digest(), now)


def note_refused(address: str, *, now: datetime) -> None:
    """Count a forged callback: for the page of the connection, and against the address that it came from."""
    attempts.count(REFUSED_KEY, within=timedelta(hours=24), now=now)
    attempts.count(_forger_key(address), within=MINUTE, now=now)


def is_flooding(address: str, *, now: datetime) -> bool:
    """Whether so much was forged from this address in the last minute that it is not listened to."""
    counted = Attempts.objects.filter(key=_forger_key(address), since__gt=now - MINUTE)
    return counted.filter(count__gte=MOST_FORGED_PER_MINUTE).exists()


def refused_lately(*, now: datetime) -> int:
    """How many callbacks were refused within the last day."""
    counted = Attempts.objects.filter(key=REFUSED_KEY, since__gt=now - timedelta(hours=24))
    return counted.values_list("count", flat=True).first() or 0


def wait_to_be_read() -> bool:
    return WecomCallback.objects.filter(done_at=None).exists()


def settle(now: datetime) -> int:
    """Mark the groups that callbacks speak of as to be read, or as dismissed; returns how many callbacks there were."""
    with transaction.atomic():
        waiting = WecomCallback.objects.select_for_update(skip_locked=True).filter(done_at=None).order_by("pk")
        rows = list(waiting[:AT_ONCE])
        if not rows:
            return 0
        told = WecomCallback.objects.filter(pk__in=[row.pk for row in rows])
        changed = (
            told.exclude(change="dismiss").values("chat_id").annotate(first=Min("received_at")).order_by("chat_id")
        )
        due = [(each["chat_id"], each["first"] + SETTLES_AFTER) for each in changed]
        with connection.cursor() as cursor:
            cursor.execute(MARK_DUE, {"chats": [chat for chat, _at in due], "due": [at for _chat, at in due]})
        for chat_id, at in told.filter(change="dismiss").order_by("chat_id").values_list("chat_id", "happened_at"):
            WecomGroup.objects.filter(chat_id=chat_id, dismissed_at=None).update(dismissed_at=at)
        told.update(done_at=now)
    return len(rows)


def tidy(now: datetime) -> int:
    """Delete callbacks that were settled long ago."""
    return WecomCallback.objects.filter(done_at__lt=now - KEPT).delete()[0]


def _opened(query: Mapping[str, str], encrypted: str, now: datetime) -> bytes:
    connected = WecomConnection.objects.first()
    if connected is None or not connected.takes_callbacks:
        raise Forged
    keys = Keys(
        corp_id=connected.corp_id,
        token=unseal(bytes(connected.sealed_callback_token)).decode(),
        key=unseal(bytes(connected.sealed_callback_key)).decode(),
    )
    return opened(
        keys,
        signature=query.get("msg_signature", ""),
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
        encrypted=encrypted,
        now=now,
    )


def _stored(told: Mapping[str, list[str]], key: bytes, now: datetime) -> bool:
    """Keep a callback about a group; others of the same app are answered and forgotten.

    The names are those of a self-built app, or those that a provider's app gets.
    """
    connected = WecomConnection.objects.get()
    if (_one(told, "ToUserName") or _one(told, "AuthCorpId")) != connected.corp_id:
        raise Forged
    WecomConnection.objects.update(last_callback_at=now)
    chat_id, change = _one(told, "ChatId"), _one(told, "ChangeType")
    if (_one(told, "Event") or _one(told, "InfoType")) != EVENT or change not in CHANGES or not 0 < len(chat_id) <= 120:
        return False
    seconds = _one(told, "CreateTime") or _one(told, "TimeStamp")
    detail = _one(told, "UpdateDetail")
    row = WecomCallback(
        key=key,
        chat_id=chat_id,
        change=change,
        detail=detail if detail in DETAILS else "",
        happened_at=_moment(seconds, now),
        hashes=[hash_of(each) for each in told.get("Item", [])[:MOST_MEMBERS] if each],
        received_at=now,
    )
    before = WecomCallback.objects.filter(key=key).exists()
    WecomCallback.objects.bulk_create([row], ignore_conflicts=True)
    return not before


def _moment(seconds: str, now: datetime) -> datetime:
    """When it happened: never later than now, and not told at all is now."""
    if not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 10:
        return now
    return min(datetime.fromtimestamp(int(seconds), UTC), now)


def _one(told: Mapping[str, list[str]], name: str) -> str:
    return told.get(name, [""])[0]


def _nonce_key(query: Mapping[str, str]) -> str:
    named = f"{query.get('timestamp', '')} {query.get('nonce', '')}".encode("utf-8", "replace")
    return f"wecom-nonce-{hashlib.sha256(named).hexdigest()}"


def _forger_key(address: str) -> str:
    return f"wecom-forged-{address}"
