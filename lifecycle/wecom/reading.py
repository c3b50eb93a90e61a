"""Reads groups one by one, as the platform wants it, and has what they say written some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from groups.rules.member_hashes import member_hash
from lifecycle.failpoints import reach
from lifecycle.models import WecomGroup, WecomRun, WecomStep
from lifecycle.rules.member_changes import Member
from lifecycle.wecom import membership, steps
from lifecycle.wecom.client import Client
from lifecycle.wecom.membership import Reading
from lifecycle.wecom.troubles import Refused, TryLater

STAFF = 1
DUE_AT_ONCE = 20
TRIES_TO_READ = 3
UNREADABLE = 0  # stands for the code of a refusal
# Taken for a while: who dies with them leaves them due again.
TAKE_DUE = """
    UPDATE lifecycle_wecomgroup SET due_at = %(now)s + %(lease)s WHERE id IN (
        SELECT id FROM lifecycle_wecomgroup WHERE due_at <= %(now)s ORDER BY due_at, id LIMIT %(most)s
        FOR UPDATE SKIP LOCKED)
    RETURNING id, due_at
"""


def read_step(client: Client, step: WecomStep, clock: Callable[[], datetime]) -> None:
    """Read the groups of a step. If WeCom gives up halfway, what was read is written and the rest goes on later.

    A group whose answer cannot be read holds up no other; after some tries it counts as refused.
    """
    readings, later = _read(client, step.ids, clock, lambda: steps.keep(step))
    if step.attempts >= TRIES_TO_READ:
        readings = [each if each.code != UNREADABLE else replace(each, settled=True) for each in readings]
    settled = [each for each in readings if each.settled]
    read = {each.chat for each in settled}
    left = [pk for pk in step.ids if pk not in read]
    later = later or (TryLater("unreadable") if left else None)
    if later and not settled:
        raise later
    with transaction.atomic():
        registered = _write(settled)
        reach("after_upsert")
        steps.go_on(step, done=not later, ids=left, again_at=clock() + later.wait(0) if later else None)
        _count(step.run, settled, registered)
        reach("before_commit")
    if later:
        steps.note_trouble(later, clock())


def read_due(client: Client, clock: Callable[[], datetime]) -> bool:
    """Read groups of which a callback told a change; whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_DUE, {"now": clock(), "lease": steps.LEASE, "most": DUE_AT_ONCE})
        taken = dict(cursor.fetchall())
    if not taken:
        return False
    readings, later = _read(client, list(taken), clock, lambda: None)
    with transaction.atomic():
        _write([replace(each, due=taken[each.chat]) for each in readings])
    if later:
        raise later
    return True


def _read(
    client: Client, ids: Sequence[int], clock: Callable[[], datetime], keep: Callable[[], None]
) -> tuple[list[Reading], TryLater | None]:
    readings: list[Reading] = []
    for pk, chat_id in WecomGroup.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "chat_id"):
        keep()
        at = clock()
        try:
            answer = client.ask("externalcontact/groupchat/get", chat_id=chat_id, need_name=0)
            readings.append(parsed(pk, chat_id, answer, at))
        except Refused as refused:
            readings.append(Reading(pk, at, code=refused.code))
        except TryLater as later:
            if later.kind != "unreadable":
                return readings, later
            readings.append(Reading(pk, at, code=UNREADABLE, settled=False))
    return readings, None


def parsed(pk: int, chat_id: str, answer: dict[str, Any], at: datetime) -> Reading:
    """The answer as a reading, members as hashes. TryLater for an answer that no group gives.

    A group has at least its owner: an empty list of members is a fault of the answer, not an empty group.
    """
    told = answer.get("group_chat")
    if not isinstance(told, dict) or told.get("chat_id") != chat_id:
        raise TryLater("unreadable")
    listed = told.get("member_list")
    members = tuple(filter(None, map(_member, listed))) if isinstance(listed, list) else ()
    owner = told.get("owner")
    if not members or not isinstance(owner, str) or not 0 < len(owner) <= 64:
        raise TryLater("unreadable")
    made = _moment(told.get("create_time"))
    name = told.get("name")
    return Reading(
        chat=pk,
        at=at,
        name="".join(c for c in name if c.isprintable()).strip()[:120] if isinstance(name, str) else "",
        owner=owner,
        made_on=timezone.localdate(made) if made and made <= at else None,
        members=members,
    )


def _member(each: Any) -> Member | None:
    if not isinstance(each, dict) or not isinstance(each.get("userid"), str) or not each["userid"]:
        return None
    scene = each.get("join_scene")
    return Member(
        hash=hash_of(each["userid"]),
        is_staff=each.get("type") == STAFF,
        joined_at=_moment(each.get("join_time")),
        scene=scene if isinstance(scene, int) and 0 <= scene <= 9 else 0,
    )


def hash_of(userid: str) -> bytes:
    """The keyed hash of a member: the same person in every group."""
    return member_hash(settings.MEMBER_KEY.encode(), "", userid)


def _moment(seconds: Any) -> datetime | None:
    if not isinstance(seconds, int) or not 0 < seconds < 4_000_000_000:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _write(readings: Sequence[Reading]) -> int:
    good = [each for each in readings if each.code is None]
    for each in readings:
        if each.code is not None:
            WecomGroup.objects.filter(pk=each.chat).update(trouble_code=each.code, due_at=None)
    return membership.write(good) if good else 0


def _count(run: WecomRun, readings: Sequence[Reading], registered: int) -> None:
    refused = sum(each.code is not None for each in readings)
    WecomRun.objects.filter(pk=run.pk).update(
        groups_read=F("groups_read") + len(readings) - refused,
        groups_refused=F("groups_refused") + refused,
        groups_registered=F("groups_registered") + registered,
    )
