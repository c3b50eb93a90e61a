"""What the log page of the nights shows: the last nights, the groups put aside, and whether the clockwork is alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from groups.models import OutboxMessage
from lifecycle.models import DirtyGroup, NightFault, NightRun, Tick
from lifecycle.quarantine import PUT_ASIDE

NIGHTS_SHOWN = 30
GROUPS_SHOWN = 200


@dataclass(frozen=True)
class Clockwork:
    """The last ticks that were carried out, and what waits. None: never, or nothing waits."""

    nights_ticked_at: datetime | None
    upkeep_ticked_at: datetime | None
    oldest_unsent_at: datetime | None
    unsent: int
    last_send_error: str
    groups_to_judge_anew: int
    set_up_at: datetime | None = None  # when tables were last made or changed


@dataclass(frozen=True)
class PutAside:
    """A group that the nights could not judge: since which day, how it failed, and what was said."""

    group: Any
    since: date
    last_at: datetime
    killed: bool
    reason: str


def last_nights() -> QuerySet[NightRun]:
    """The newest nights, each with how many of its pieces are done and how many groups were judged."""
    done = Q(items__state="done")
    return NightRun.objects.annotate(
        pieces=Count("items"),
        pieces_done=Count("items", filter=done),
        groups_judged=Sum("items__groups_judged", default=0),
    ).order_by("-day")[:NIGHTS_SHOWN]


def groups_put_aside() -> list[PutAside]:
    """Groups that wait for a person, longest first; each once, with its latest fault."""
    standing = NightFault.objects.filter(state__in=PUT_ASIDE)
    since = dict(standing.values_list("group").annotate(Min("run__day")))
    latest = standing.select_related("group__team").order_by("group", "-run__day").distinct("group")[:GROUPS_SHOWN]
    found = [
        PutAside(
            group=fault.group,
            since=since[fault.group_id],
            last_at=fault.last_at,
            killed=fault.state == NightFault.State.POISON,
            reason=fault.reason,
        )
        for fault in latest
    ]
    return sorted(found, key=lambda each: (each.since, each.group.pk))


def clockwork() -> Clockwork:
    """When beat last rang and was heard, and what waits to be sent or judged."""
    ticks = dict(Tick.objects.values_list("name", "at"))
    unsent = OutboxMessage.objects.filter(sent_at=None)
    failed = unsent.exclude(last_error="").order_by("-available_at").values_list("last_error", flat=True).first()
    return Clockwork(
        nights_ticked_at=ticks.get("ensure_nights"),
        upkeep_ticked_at=ticks.get("reap"),
        oldest_unsent_at=unsent.aggregate(at=Min("available_at"))["at"],
        unsent=unsent.count(),
        last_send_error=failed or "",
        groups_to_judge_anew=DirtyGroup.objects.count(),
        set_up_at=MigrationRecorder.Migration.objects.aggregate(at=Max("applied"))["at"],
    )
