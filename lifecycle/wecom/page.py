"""What the page of the connection shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from groups.models import Group
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomRun
from lifecycle.wecom import callbacks
from lifecycle.wecom.words import words_for

RUNS_SHOWN = 10
OWNERS_PER_PAGE = 50
GROUPS_SHOWN = 200
SILENT_AFTER = timedelta(hours=72)
# A group of no registry, read and still there; see linking.proposed.
WAITS = (
    Q(groups__group=None, groups__dismissed_at=None, groups__read_at__isnull=False)
    & ~Q(groups__chat_id__in=Group.objects.filter(platform="wecom").exclude(external_id="").values("external_id"))
)  # fmt: skip


@dataclass(frozen=True)
class Status:
    """How the connection is, and what it knows."""

    connected: WecomConnection
    trouble: str
    is_silent: bool
    running: WecomRun | None
    next_run_at: datetime | None
    groups: int
    registered: int
    proposed: int
    refused: int
    callbacks_refused: int


def status_of(connected: WecomConnection, now: datetime) -> Status:
    """One line of counts over all groups."""
    registered_id = Group.objects.filter(platform="wecom", external_id=OuterRef("chat_id"))
    counted = WecomGroup.objects.filter(dismissed_at=None).aggregate(
        groups=Count("pk"),
        registered=Count("pk", filter=Q(group__isnull=False)),
        proposed=Count("pk", filter=Q(group=None, read_at__isnull=False) & ~Exists(registered_id)),
        refused=Count("pk", filter=Q(trouble_code__isnull=False)),
    )
    last = connected.last_success_at or connected.connected_at
    return Status(
        connected=connected,
        trouble=words_for(connected.trouble, connected.trouble_code),
        is_silent=now - last > SILENT_AFTER,
        running=WecomRun.objects.filter(done_at=None).first(),
        next_run_at=next_run_at(now) if connected.is_usable else None,
        callbacks_refused=callbacks.refused_lately(now=now),
        **counted,
    )


def next_run_at(now: datetime) -> datetime:
    """When the clock opens the next run."""
    local = timezone.localtime(now)
    at = local.replace(hour=settings.WECOM_STARTS_AT_HOUR, minute=0, second=0, microsecond=0)
    opened = WecomRun.objects.filter(day=local.date(), by=None).exists()
    return at + timedelta(days=1) if opened else max(at, local.replace(microsecond=0))


def owners(number: str) -> Page[WecomOwner]:
    """A page of owners, first those who have groups that wait, then by account."""
    counted = WecomOwner.objects.annotate(
        chats=Count("groups", filter=Q(groups__dismissed_at=None)), waiting=Count("groups", filter=WAITS)
    ).select_related("team", "person")
    return Paginator(counted.order_by("-waiting", "userid"), OWNERS_PER_PAGE).get_page(number)


def last_runs() -> QuerySet[WecomRun]:
    return WecomRun.objects.select_related("by").order_by("-pk")[:RUNS_SHOWN]


def dismissed_but_running() -> QuerySet[WecomGroup]:
    """Groups that are gone at WeCom and run on here: only a person ends a group."""
    gone = WecomGroup.objects.filter(dismissed_at__isnull=False, group__closed_on=None, group__archived_at=None)
    return gone.filter(group__isnull=False).select_related("group__team").order_by("-dismissed_at")[:GROUPS_SHOWN]


def groups_of(owner: WecomOwner) -> QuerySet[WecomGroup]:
    """The groups of one owner, each with whether it waits to be registered."""
    known = Group.objects.filter(platform="wecom", external_id=OuterRef("chat_id"))
    rows = owner.groups.select_related("group__team").annotate(is_known=Exists(known))
    return rows.order_by("dismissed_at", "name", "chat_id")[:GROUPS_SHOWN]
