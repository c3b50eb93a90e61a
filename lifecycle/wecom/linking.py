"""Finds the group of the registry that a WeCom group is, and registers new ones into the team of their owner.

A group that is registered anywhere stays where it is. Registered in several teams, it is that of its owner's team, or
none, until somebody settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from groups.models import Group, User
from groups.models.group import Platform
from groups.registration import ensure_groups
from lifecycle.models import WecomGroup, WecomOwner

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('registering groups of WeCom'))"
LINK = """
    UPDATE lifecycle_wecomgroup w SET group_id = f.group_id
    FROM (
        SELECT c.id, CASE WHEN count(g.id) = 1 THEN min(g.id) ELSE min(g.id) FILTER (WHERE g.team_id = o.team_id) END
            AS group_id
        FROM lifecycle_wecomgroup c LEFT JOIN lifecycle_wecomowner o ON o.id = c.owner_id
        LEFT JOIN groups_group g ON g.platform = 'wecom' AND g.external_id = c.chat_id AND g.archived_at IS NULL
        WHERE c.id = ANY(%s) GROUP BY c.id
    ) f
    WHERE f.id = w.id AND w.group_id IS DISTINCT FROM f.group_id
"""


def link(chats: Sequence[int]) -> None:
    """Point each of the groups to the one of the registry that it is now, or to none."""
    with connection.cursor() as cursor:
        cursor.execute(LINK, [list(chats)])


def proposed() -> QuerySet[WecomGroup]:
    """Groups that could be registered: read, not dismissed, and in the registry of no team, nor archived there."""
    registered = Group.objects.filter(platform=Platform.WECOM, external_id=OuterRef("chat_id"))
    return WecomGroup.objects.filter(
        ~Exists(registered), group=None, dismissed_at=None, read_at__isnull=False, owner__isnull=False
    )


def register_by_themselves(chats: Sequence[int], *, now: datetime) -> int:
    """Link the groups, and register those whose owner's groups are registered by themselves. In a transaction."""
    link(chats)
    asked = proposed().filter(pk__in=chats, owner__registers=True)
    return _register(asked, by=None, now=now) if asked.exists() else 0


@transaction.atomic
def register_of(*, owner: WecomOwner, by: User, now: datetime) -> int:
    """Register all groups proposed for an owner who belongs to a team; returns how many."""
    return _register(proposed().filter(owner=owner, owner__team__isnull=False), by=by, now=now)


def _register(asked: QuerySet[WecomGroup], *, by: User | None, now: datetime) -> int:
    """Register under a lock, so that no group is registered into two teams at once."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    by_place: dict[tuple[Any, Any], list[WecomGroup]] = {}
    for chat in asked.select_related("owner__team", "owner__person").order_by("pk"):
        if chat.owner and chat.owner.person and chat.owner.person.is_active:
            by_place.setdefault((chat.owner.team, chat.owner.person), []).append(chat)
    for (team, person), chats in by_place.items():
        named = {chat.chat_id: (chat.name or chat.chat_id, chat.made_on or timezone.localdate(now)) for chat in chats}
        ensure_groups(team=team, platform=Platform.WECOM.value, keys_with_names=named, owner=person, by=by, now=now)
    found = [chat.pk for chats in by_place.values() for chat in chats]
    link(found)
    return len(found)
