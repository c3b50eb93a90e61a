"""The page of a group's sources: which rule holds where several speak, and where they differ."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.models import Group
from groups.models.group import Platform
from lifecycle.count_words import LABELS
from lifecycle.import_words import kind_name
from lifecycle.models import PreferredSource, Source
from lifecycle.preferring import differences, prefer, sources_of

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def group_sources(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `source`: the id of the one whose word holds, or nothing for whoever spoke last."""
    group = Group.objects.one_visible_to(request.user, pk)
    sources = sources_of(group)
    if request.method == "POST":
        chosen = {str(source.pk): source for source in sources} | {"": None}
        asked = request.POST.get("source", "")
        if asked in chosen and prefer(group=group, source=chosen[asked], by=request.user, now=timezone.now()):
            messages.success(request, _("Saved; health is judged again from the first day that changed"))
        return redirect("group-sources", pk=group.pk)
    found = differences(group, sources)
    context = {
        "group": group,
        "sources": [(source, source_name(source)) for source in sources],
        "preferred": PreferredSource.objects.filter(group=group).values_list("source", flat=True).first(),
        "differences": [
            (
                each,
                LABELS[each.count],
                [
                    (source_name(source), _shown(each.count, value))
                    for source, value in zip(sources, each.said, strict=True)
                ],
                _shown(each.count, each.holds),
            )
            for each in found[:SHOWN]
        ],
        "more": max(len(found) - SHOWN, 0),
    }
    return render(request, "lifecycle/sources.html", context)


def source_name(source: Source) -> str:
    """The kind of the source and, where it is told, the platform."""
    platform = dict(Platform.choices).get(source.name)
    return f"{kind_name(source.kind)} · {platform}" if platform else str(kind_name(source.kind))


def _shown(count: str, value: int | None) -> int | Decimal | None:
    """Yuan for money, else the count."""
    return Decimal(value) / 100 if count == "revenue_cents" and value is not None else value
