"""Asks for the figures of owners by day: yesterday's for a hundred owners at once, missing days owner by owner.

They are stored as told, with the granularity that they have. Yesterday is asked for again until it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, F, Q

from lifecycle.models import WecomOwner, WecomOwnerDay, WecomRun, WecomStep
from lifecycle.rules.owner_days import is_complete
from lifecycle.wecom import runs, steps
from lifecycle.wecom.client import Client
from lifecycle.wecom.troubles import Refused, TryLater

DAYS_KEPT = 180  # by the platform
DAYS_PER_CALL = 30
AGAIN_AFTER = timedelta(minutes=30)
THEIR_ZONE = ZoneInfo("Asia/Shanghai")  # their days begin at midnight in China
FIGURES = {
    "new_chats": "new_chat_cnt",
    "chats": "chat_total",
    "chats_with_messages": "chat_has_msg",
    "new_members": "new_member_cnt",
    "members": "member_total",
    "members_with_messages": "member_has_msg",
    "messages": "msg_total",
}
MOST = 2_000_000_000
PAGE = 1000


def ask_for_yesterday(client: Client, step: WecomStep, at: datetime) -> None:
    """The figures of the run's last day for the owners of a step. Who is not counted yet is asked for again later.

    Of a batch that is refused each owner is asked for alone, so that one does not hold up the others.
    """
    day = runs.yesterday_of(step.run)
    owners = _owners(step.ids)
    try:
        found = _by_owner(client, day, list(owners))
    except Refused as refused:
        _after_refusal(step, refused)
        return
    groups = _running_groups(step.ids)
    counted = {
        userid: found.get(userid)
        for userid, pk in owners.items()
        if is_complete(found.get(userid, {}).get("chats"), groups.get(pk, 0))
    }
    with transaction.atomic():
        _write([(owners[userid], day, data) for userid, data in counted.items() if data], step.run, at)
        done = [owners[userid] for userid in counted]
        WecomOwner.objects.filter(pk__in=done, asked_through=day - timedelta(days=1)).update(asked_through=day)
        left = [pk for userid, pk in owners.items() if userid not in counted]
        steps.go_on(step, done=not left, ids=left, again_at=at + AGAIN_AFTER if left else None)


def ask_for_missing_days(client: Client, step: WecomStep, at: datetime) -> None:
    """The days of one owner of the step that were not asked for, up to the day before the run's last one."""
    if not step.ids:
        steps.go_on(step, done=True)
        return
    owner = WecomOwner.objects.get(pk=step.ids[0])
    last = runs.yesterday_of(step.run) - timedelta(days=1)
    first = last - timedelta(days=DAYS_KEPT - 3)
    if owner.asked_through:
        first = max(first, owner.asked_through + timedelta(days=1))
    told: dict[date, dict[str, int]] = {}
    code = None
    try:
        for begin, end in windows(first, last):
            steps.keep(step)
            told |= _by_day(client, owner.userid, begin, end)
    except Refused as refused:
        code = refused.code
    with transaction.atomic():
        _write([(owner.pk, day, data) for day, data in told.items()], step.run, at)
        fields: dict[str, Any] = {"trouble_code": code} if code else {"trouble_code": None, "asked_through": last}
        WecomOwner.objects.filter(pk=owner.pk).update(**fields)
        steps.go_on(step, done=len(step.ids) == 1, ids=step.ids[1:])


def windows(first: date, last: date) -> Iterable[tuple[date, date]]:
    """The span in pieces that the platform answers at once, both ends included."""
    while first <= last:
        end = min(first + timedelta(days=DAYS_PER_CALL - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def _by_owner(client: Client, day: date, userids: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    offset = 0
    while True:
        answer = client.ask(
            "externalcontact/groupchat/statistic",
            day_begin_time=_midnight(day),
            day_end_time=_midnight(day),
            owner_filter={"userid_list": userids},
            order_by=2,
            order_asc=0,
            offset=offset,
            limit=PAGE,
        )
        for each in _items(answer):
            if isinstance(each.get("owner"), str) and each["owner"] in userids:
                found[each["owner"]] = _figures(each.get("data"))
        total, following = answer.get("total", 0), answer.get("next_offset", 0)
        if not isinstance(following, int) or following <= offset or following >= total:
            return found
        offset = following


def _by_day(client: Client, userid: str, first: date, last: date) -> dict[date, dict[str, int]]:
    answer = client.ask(
        "externalcontact/groupchat/statistic_group_by_day",
        day_begin_time=_midnight(first),
        day_end_time=_midnight(last),
        owner_filter={"userid_list": [userid]},
    )
    found: dict[date, dict[str, int]] = {}
    for each in _items(answer):
        if isinstance(each.get("stat_time"), int):
            day = datetime.fromtimestamp(each["stat_time"], THEIR_ZONE).date()
            if first <= day <= last:
                found[day] = _figures(each.get("data"))
    return found


def _items(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = answer.get("items")
    if not isinstance(items, list):
        raise TryLater("unreadable")
    return [each for each in items if isinstance(each, dict)]


def _figures(told: Any) -> dict[str, int]:
    """The figures by our names. One that is missing or no number makes the answer unreadable: nothing is made up."""
    found = {name: told.get(theirs) if isinstance(told, dict) else None for name, theirs in FIGURES.items()}
    if not all(type(value) is int and 0 <= value <= MOST for value in found.values()):
        raise TryLater("unreadable")
    return found


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), THEIR_ZONE).timestamp())


def _owners(ids: list[int]) -> dict[str, int]:
    return dict(WecomOwner.objects.filter(pk__in=ids).order_by("pk").values_list("userid", "pk"))


def _running_groups(ids: list[int]) -> dict[int, int]:
    counted = WecomOwner.objects.filter(pk__in=ids).annotate(n=Count("groups", filter=Q(groups__dismissed_at=None)))
    return dict(counted.values_list("pk", "n"))


def _after_refusal(step: WecomStep, refused: Refused) -> None:
    with transaction.atomic():
        if len(step.ids) > 1:
            half = len(step.ids) // 2
            steps.add(step.run, step.kind, [step.ids[:half], step.ids[half:]])
        else:
            WecomOwner.objects.filter(pk__in=step.ids).update(trouble_code=refused.code)
        steps.go_on(step, done=True)


def _write(told: list[tuple[int, date, dict[str, int]]], run: WecomRun, at: datetime) -> None:
    """Store what was told; the same days again replace their figures."""
    if not told:
        return
    WecomOwnerDay.objects.bulk_create(
        [WecomOwnerDay(owner_id=owner, day=day, told_at=at, **data) for owner, day, data in told],
        update_conflicts=True,
        unique_fields=["owner_id", "day"],
        update_fields=[*FIGURES, "told_at", "credited_to"],
    )
    WecomRun.objects.filter(pk=run.pk).update(owner_days=F("owner_days") + len(told))
