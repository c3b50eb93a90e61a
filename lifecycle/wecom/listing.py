"""Lists the customer groups, a page at a time; owner by owner where the platform cannot list them at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lifecycle.failpoints import reach
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomStep
from lifecycle.wecom import steps
from lifecycle.wecom.client import Client
from lifecycle.wecom.troubles import TOO_MANY_IN_VIEW, NeedsAPerson, Refused, TryLater

PAGE = 1000
OWNERS_PER_CALL = 100
LONGEST_ID = 120


def list_page(client: Client, step: WecomStep, at: datetime) -> None:
    """One page of the list; the step goes on at its cursor. TOO_MANY_IN_VIEW splits the step by owner."""
    asked: dict[str, Any] = {"status_filter": 0, "limit": PAGE}
    if step.cursor:
        asked["cursor"] = step.cursor
    if step.ids:
        asked["owner_filter"] = {"userid_list": _userids(step.ids)}
    try:
        answer = client.ask("externalcontact/groupchat/list", **asked)
    except Refused as refused:
        if refused.code != TOO_MANY_IN_VIEW or step.ids:
            raise
        _by_owner(client, step, at)
        return
    found, cursor = answer.get("group_chat_list"), answer.get("next_cursor", "")
    if not isinstance(found, list) or not isinstance(cursor, str) or (cursor and cursor == step.cursor):
        raise TryLater("unreadable")
    with transaction.atomic():
        _write(found, max(at, step.run.opened_at))  # whichever of two machines has the earlier clock
        reach("after_upsert")
        steps.go_on(step, done=not cursor, cursor=cursor)


def _write(found: list[Any], at: datetime) -> None:
    rows = {
        each["chat_id"]: WecomGroup(chat_id=each["chat_id"], status=_status(each), listed_at=at)
        for each in found
        if isinstance(each, dict) and isinstance(each.get("chat_id"), str) and 0 < len(each["chat_id"]) <= LONGEST_ID
    }
    WecomGroup.objects.bulk_create(
        [rows[chat_id] for chat_id in sorted(rows)],
        update_conflicts=True,
        unique_fields=["chat_id"],
        update_fields=["status", "listed_at"],
        batch_size=1000,
    )


def _status(each: dict[str, Any]) -> int:
    status = each.get("status")
    return status if isinstance(status, int) and 0 <= status <= 3 else 0


def _by_owner(client: Client, step: WecomStep, at: datetime) -> None:
    """Put one step for each hundred owners in the place of this one. NeedsAPerson if no owner is known."""
    told = client.look_up("externalcontact/get_follow_user_list").get("follow_user")
    userids = [each for each in told if isinstance(each, str) and 0 < len(each) <= 64] if isinstance(told, list) else []
    with transaction.atomic():
        ensure_owners(userids, at)
        owners = list(WecomOwner.objects.order_by("pk").values_list("pk", flat=True))
        if not owners:
            raise NeedsAPerson("owners", TOO_MANY_IN_VIEW)
        WecomConnection.objects.update(by_owner=True)
        batches = (owners[start : start + OWNERS_PER_CALL] for start in range(0, len(owners), OWNERS_PER_CALL))
        steps.add(step.run, WecomStep.Kind.LIST, batches)
        steps.go_on(step, done=True)


def ensure_owners(userids: list[str], at: datetime) -> dict[str, int]:
    """The owners with these ids of WeCom, added where they are new."""
    WecomOwner.objects.bulk_create(
        [WecomOwner(userid=userid, first_seen_at=at) for userid in sorted(set(userids))], ignore_conflicts=True
    )
    return dict(WecomOwner.objects.filter(userid__in=userids).values_list("userid", "pk"))


def _userids(ids: list[int]) -> list[str]:
    return list(WecomOwner.objects.filter(pk__in=ids).order_by("pk").values_list("userid", flat=True))
