"""The list of groups as a file: what an address of the list shows, in its order, with who took it on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community_ops.group_filters import ORDERS, GroupFilter, keyed, with_plan
from community_ops.group_list import asked_for
from groups import audit, economics
from groups.currency import in_currency
from groups.exporting import TYPES, Column, Kind, as_download, spooled
from groups.models import Group, User
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Platform
from groups.rules.profit_and_loss import Net
from groups.rules.safe_cells import Value
from lifecycle.display_states import shown_as

AT_ONCE = 1000
FIELDS = (
    "id", "name", "team__name", "owner__display_name", "platform", "external_id", "layer", "tags", "theme",
    "opened_on", "closed_on", "member_cap", "upstream__name", "notes", "plan__monetization", "plan__activity_kind",
    "plan__lifespan", "plan__ends_on", "standing__state", "standing__state_since", "standing__score",
    "standing__members", "standing__acts_7", "standing__people_28",
)  # fmt: skip


@require_POST
def group_export(request: HttpRequest) -> HttpResponse:
    """`?<filters, state and sort of the list>`; `type` is csv or xlsx."""
    filters = GroupFilter(request.GET, user=request.user)
    found, _state, sort = asked_for(filters, request.GET)
    return export_of(found, sort, asked_of(request.GET), request.POST.get("type", ""), by=request.user)


def asked_of(query: Mapping[str, str]) -> dict[str, str]:
    """What of an address of the list narrows it, as the record keeps it."""
    names = {*GroupFilter.base_filters, "state"}
    return {name: value.replace("\0", "")[:120] for name, value in query.items() if name in names and value}


def export_of(found: QuerySet, sort: str, asked: Mapping[str, Any], file_type: str, *, by: User) -> FileResponse:
    """The file of these groups, and the record of it: who took how many groups out by which filter."""
    file_type = file_type if file_type in TYPES else "xlsx"
    keys = [("-" if ORDERS[sort].descending else "") + key.name for key in ORDERS[sort].keys]
    ids = keyed(found).order_by(*keys).values_list("pk", flat=True)
    now = timezone.now()
    file, count = spooled(columns(), rows_of(ids.iterator(chunk_size=AT_ONCE)), file_type)
    with transaction.atomic():
        told = {"filter": dict(asked), "sort": sort, "rows": count, "type": file_type}
        audit.record(verb="groups exported", thing=by, by=by, now=now, after=told)
    name = _("Groups %(day)s") % {"day": timezone.localdate(now).isoformat()}
    return as_download(file, name.replace(" ", "-"), file_type)


def columns() -> list[Column]:
    """The headings, in the language of the person; the import of the registry understands them again."""
    return [
        Column(_("Group name"), width=24), Column(_("Team")), Column(_("Owner")), Column(_("Platform")),
        Column(_("Id on the platform"), width=20), Column(_("Layer")), Column(_("Tags"), width=20), Column(_("Theme")),
        Column(_("Opened on"), Kind.DAY), Column(_("Closed on"), Kind.DAY), Column(_("Ends on"), Kind.DAY),
        Column(_("Member cap"), Kind.NUMBER), Column(_("Members come from"), width=20),
        Column(_("Revenue model"), width=18), Column(_("Activity")), Column(_("Lifespan")), Column(_("State")),
        Column(_("In this state since"), Kind.DAY), Column(_("Health score"), Kind.NUMBER),
        Column(_("Members"), Kind.NUMBER), Column(_("Acts, 7 days"), Kind.NUMBER),
        Column(_("People, 28 days"), Kind.NUMBER), Column(in_currency(_("Net this month")), Kind.MONEY),
        Column(_("Net is exact")), Column(_("Notes"), width=40),
    ]  # fmt: skip


def rows_of(ids: Iterable[int]) -> Iterator[tuple[Value, ...]]:
    """The rows of the groups in the order of their ids, fetched a thousand at a time."""
    today = timezone.localdate()
    words = {choice: dict(choice.choices) for choice in (Platform, Layer, Monetization, ActivityKind, Lifespan)}
    ids = iter(ids)
    while chunk := list(islice(ids, AT_ONCE)):
        net = economics.net_by_group(chunk, today.replace(day=1), today)
        found = {row["id"]: row for row in with_plan(Group.objects.filter(pk__in=chunk)).values(*FIELDS)}
        for pk in chunk:
            yield _row(found[pk], words, net.get(pk))


def _row(row: Mapping[str, Any], words: Mapping[Any, Mapping[str, Any]], net: Net | None) -> tuple[Value, ...]:
    def word(choice: Any, name: str) -> str:
        return str(words[choice].get(row[name], row[name] or ""))

    score = row["standing__score"]
    return (
        row["name"], row["team__name"], row["owner__display_name"], word(Platform, "platform"), row["external_id"],
        word(Layer, "layer"), ", ".join(row["tags"]), row["theme"], row["opened_on"], row["closed_on"],
        row["plan__ends_on"], row["member_cap"], row["upstream__name"] or "", word(Monetization, "plan__monetization"),
        word(ActivityKind, "plan__activity_kind"), word(Lifespan, "plan__lifespan"),
        str(shown_as(row["standing__state"]).label), row["standing__state_since"],
        None if score is None or score < 0 else Decimal(score) / 100, _known(row["standing__members"]),
        _known(row["standing__acts_7"]), _known(row["standing__people_28"]), net.amount if net else None,
        _exactness(net), row["notes"],
    )  # fmt: skip


def _exactness(net: Net | None) -> str:
    """Empty without lines; a net without all goods costs is an upper bound, which no column of amounts can say."""
    if net is None:
        return ""
    return _("exact") if net.exact else _("upper bound: goods costs are missing")


def _known(value: int | None) -> int | None:
    return None if value is None or value < 0 else value
