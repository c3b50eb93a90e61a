"""The list of groups: filters, counts by state, sort orders and keyset pages, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops import group_rows
from community_ops.group_filters import ORDER_NAMES, ORDERS, GroupFilter, described, keyed
from community_ops.keyset import page_of
from community_ops.worst_first import in_states, page_of_worst
from groups import economics
from groups.models import RegistryChange
from groups.saved_views import opens_with_a_view
from lifecycle.display_states import DisplayState, shown_as

PAGE_SIZE = 20
# Columns that may be left out; groups.css knows the place of each.
CHOOSABLE = ("activity", "members", "acts", "people", "trend", "net", "ends", "owner")
UNDO_KEY = "registry_change"  # in the session: the change of many groups that the next list offers to undo


@require_GET
@opens_with_a_view("group-list")
def group_list(request: HttpRequest) -> HttpResponse:
    """`?q=&owner=&team=&platform=&monetization=&activity=&layer=&ends=&money=&closed=&state=&sort=&cols=&dense=&view=&after=&before=`."""
    today = timezone.localdate()
    filters = GroupFilter(request.GET, user=request.user, today=today)
    counts = counts_by_state(filters.qs)
    found, state, sort = asked_for(filters, request.GET)
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    if sort == "worst":
        behind = {DisplayState(state): counts[DisplayState(state)]} if state else counts
        page = page_of_worst(found, behind, PAGE_SIZE, **cursors)
    else:
        page = page_of(keyed(found), ORDERS[sort], PAGE_SIZE, **cursors)
    rows = described(page.rows)
    net = economics.net_by_group([row["id"] for row in rows], today.replace(day=1), today)
    chosen = [(label, _without(request, name)) for name, label in filters.chosen()]
    labels, hidden = group_rows.column_labels(), hidden_columns(request.GET.getlist("cols"))
    context: dict[str, Any] = {
        "filters": filters.form,
        "counts": [(shown, counts[shown]) for shown in DisplayState],
        "total": counts[DisplayState(state)] if state else counts.total(),
        "state": state,
        "chosen": chosen,
        "narrowed": bool(state or chosen),
        "sort": sort,
        "orders": ORDER_NAMES,
        "labels": labels,
        "hidden": hidden,
        "choices": [(name, labels[f"l_{name}"], name not in hidden) for name in CHOOSABLE],
        "dense": request.GET.get("dense") == "1",
        "saved_view": request.GET.get("view", "all") != "all",
        "rows": group_rows.written(rows, net, group_rows.causes_of(rows)),
        "page": page,
        "query": request.GET.urlencode(),
        "done": undoable(request),
        "judged_through": max((row["standing__day"] for row in rows if row["standing__day"]), default=None),
    }
    return render(request, "groups/list.html", context)


def hidden_columns(shown: list[str]) -> list[str]:
    """The columns that are left out where some were chosen; without a choice all are shown."""
    known = set(shown) & set(CHOOSABLE)
    return [name for name in CHOOSABLE if name not in known] if known else []


def asked_for(filters: GroupFilter, query: Mapping[str, str]) -> tuple[QuerySet, str, str]:
    """The groups that an address of the list shows, its state (empty: all) and its order. Nonsense counts as absent."""
    state, sort = query.get("state", ""), query.get("sort", "")
    state = state if state in DisplayState.values else ""
    found = in_states(filters.qs, [DisplayState(state)]) if state else filters.qs
    return found, state, sort if sort in ORDERS else "worst"


def undoable(request: HttpRequest) -> dict[str, Any] | None:
    """What components/toast.html says of a change of many groups that was just made, once."""
    pk = request.session.pop(UNDO_KEY, None)
    change = RegistryChange.objects.filter(pk=pk, by=request.user).first() if pk else None
    if change is None:
        return None
    number = change.groups.count()
    text = ngettext("%(what)s: %(n)s group", "%(what)s: %(n)s groups", number)
    told = {"what": change.get_kind_display(), "n": number}
    return {"text": text % told, "address": reverse("registry-change-undo", args=[change.pk])}


def _without(request: HttpRequest, name: str) -> str:
    """The address of the list without one filter."""
    rest = request.GET.copy()
    for gone in (name, "after", "before"):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"


def counts_by_state(groups: QuerySet) -> Counter[DisplayState]:
    """How many of the groups are shown under each word."""
    counts: Counter[DisplayState] = Counter()
    for state, number in groups.order_by().values_list("standing__state").annotate(Count("id")):
        counts[shown_as(state)] += number
    return counts
