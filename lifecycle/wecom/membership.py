"""Writes what groups said of themselves: owner, name, and the stays of members that began and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from lifecycle.models import WecomCallback, WecomGroup, WecomStay
from lifecycle.rules.member_changes import Changes, Member, changes, watched_since
from lifecycle.wecom import linking, member_days
from lifecycle.wecom.listing import ensure_owners

SETTLES_WITHIN = timedelta(minutes=10)  # a reading right after a change may still tell what was before
END = """
    UPDATE lifecycle_wecomstay s SET left_at = e.at, left_on = e.day
    FROM unnest(%(chats)s::bigint[], %(hashes)s::bytea[], %(at)s::timestamptz[], %(on)s::date[])
        AS e(chat, hash, at, day)
    WHERE s.chat_id = e.chat AND s.hash = e.hash AND s.left_at IS NULL
"""


@dataclass(frozen=True)
class Reading:
    """What a group said of itself at a moment; without `members` it refused, with `code`."""

    chat: int
    at: datetime
    name: str = ""
    owner: str = ""
    made_on: date | None = None
    members: tuple[Member, ...] = ()
    code: int | None = None
    settled: bool = True  # or to be tried again
    due: datetime | None = None  # the mark under which it was taken to be read, if it was


def write(readings: Sequence[Reading]) -> int:
    """Bring the stored groups to what their readings say; returns how many were registered. Repeatable.

    Call inside a transaction. A reading that is older than the last one is passed over. The number of statements does
    not grow with the groups or their members.
    """
    chats = _held(readings)
    fresh = [each for each in readings if (read := chats[each.chat].read_at) is None or read < each.at]
    if not fresh:
        return 0
    owners = ensure_owners([each.owner for each in fresh], fresh[0].at)
    _write_stays(fresh, chats)
    before = {each.chat: chats[each.chat].read_at for each in fresh}
    for each in fresh:
        _tell(chats[each.chat], each, owners[each.owner])
    touched = [chats[each.chat] for each in fresh]
    WecomGroup.objects.bulk_update(
        touched,
        ["name", "owner", "owner_since", "made_on", "members", "watched_since", "read_at", "due_at", "trouble_code",
         "dismissed_at"],
    )  # fmt: skip
    ids = [chat.pk for chat in touched]
    registered = linking.register_by_themselves(ids, now=fresh[-1].at)
    member_days.write(ids, before, now=fresh[-1].at)
    return registered


def _held(readings: Sequence[Reading]) -> dict[int, WecomGroup]:
    rows = WecomGroup.objects.select_for_update(of=("self",)).filter(pk__in=[each.chat for each in readings])
    return {row.pk: row for row in rows.order_by("pk")}


def _write_stays(readings: Sequence[Reading], chats: Mapping[int, WecomGroup]) -> None:
    ids = [each.chat for each in readings]
    known: dict[int, dict[bytes, datetime]] = {}
    standing = WecomStay.objects.filter(chat__in=ids, left_at=None)
    for chat, key, joined in standing.values_list("chat", "hash", "joined_at"):
        known.setdefault(chat, {})[bytes(key)] = joined
    leaves = _told_leaves(chats)
    found = {
        each.chat: changes(
            known=known.get(each.chat, {}),
            told=each.members,
            read_before=chats[each.chat].read_at,
            read_now=each.at,
            told_leaves=leaves.get(each.chat, {}),
        )
        for each in readings
    }
    _end(found)
    _begin(found, {each.chat: each.at for each in readings})


def _told_leaves(chats: Mapping[int, WecomGroup]) -> dict[int, dict[bytes, datetime]]:
    """Who left when, as callbacks told it since each group was read before."""
    by_id = {chat.chat_id: chat for chat in chats.values()}
    found: dict[int, dict[bytes, datetime]] = {}
    told = WecomCallback.objects.filter(chat_id__in=list(by_id), detail="del_member").order_by("happened_at")
    oldest = min((chat.read_at for chat in chats.values() if chat.read_at), default=None)
    if oldest:
        told = told.filter(happened_at__gte=oldest)
    for chat_id, at, hashes in told.values_list("chat_id", "happened_at", "hashes"):
        chat = by_id[chat_id]
        if chat.read_at is None or at >= chat.read_at:
            found.setdefault(chat.pk, {}).update({bytes(key): at for key in hashes})
    return found


def _end(found: Mapping[int, Changes]) -> None:
    ends = [(chat, key, at) for chat, each in found.items() for key, at in each.end.items()]
    if not ends:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            END,
            {
                "chats": [chat for chat, _key, _at in ends],
                "hashes": [key for _chat, key, _at in ends],
                "at": [at for _chat, _key, at in ends],
                "on": [timezone.localdate(at) for _chat, _key, at in ends],
            },
        )


def _begin(found: Mapping[int, Changes], read_at: Mapping[int, datetime]) -> None:
    """Add stays. Who is told again with a moment of joining whose stay has ended was seen again, so begins now."""
    begin = [(chat, member, at) for chat, each in found.items() for member, at in each.begin]
    if not begin:
        return
    hashes = {member.hash for _chat, member, _at in begin}
    taken: set[tuple[Any, ...]] = {
        (chat, bytes(key), at)
        for chat, key, at in WecomStay.objects.filter(chat__in=list(found), hash__in=list(hashes)).values_list(
            "chat", "hash", "joined_at"
        )
    }
    WecomStay.objects.bulk_create(
        [_stay(chat, member, read_at[chat] if (chat, member.hash, at) in taken else at) for chat, member, at in begin],
        batch_size=2000,
    )


def _stay(chat: int, member: Member, joined: datetime) -> WecomStay:
    return WecomStay(
        chat_id=chat,
        hash=member.hash,
        is_staff=member.is_staff,
        scene=member.scene,
        joined_at=joined,
        joined_on=timezone.localdate(joined),
    )


def _tell(chat: WecomGroup, told: Reading, owner: int) -> None:
    """Set on the row what the reading says, in the order in which the columns depend on each other."""
    if chat.owner_id not in (None, owner):
        chat.owner_since = timezone.localdate(told.at)
    chat.owner_id = owner
    chat.name, chat.made_on, chat.members = told.name, told.made_on, len({each.hash for each in told.members})
    chat.watched_since = watched_since(chat.watched_since, chat.read_at, told.at)
    chat.read_at, chat.trouble_code = told.at, None
    if chat.due_at and (chat.due_at == told.due or chat.due_at <= told.at):
        chat.due_at = None  # a mark that was set since stays
    if chat.dismissed_at and told.at - chat.dismissed_at > SETTLES_WITHIN:
        chat.dismissed_at = None  # it is there after all
