"""The record of the whole installation, for administrators: who did what to which object and when, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from community_ops.keyset import Key, Order, number, page_of
from groups import audit
from groups.audit_words import WORDS, words_for
from groups.exporting import TYPES, Column, as_download, spooled
from groups.models import AuditEntry, User
from groups.rules.safe_cells import Value

PAGE_SIZE = 50
MOST_EXPORTED = 100_000
DAYS = 90  # what an address without days looks at: the record of years is read only when asked for
LAST = date(9999, 12, 30)  # a day that the calendar has a day after, in any time zone
NEWEST = Order((Key("at", datetime.fromisoformat), Key("id", number)), descending=True)
# Objects that have a page, by their type in the record.
PAGES = {"group": "group-page", "user": "member-page", "case": "case-page", "assessment": "assessment-tasks"}


class AuditFilter(forms.Form):
    """What the record is narrowed to. `thing` is `type:id`, as the links of the page write it."""

    use_required_attribute = False
    who = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=60)
    verb = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    q = forms.CharField(label=gettext_lazy("Name of the object"), required=False, max_length=60)
    since = forms.DateField(label=gettext_lazy("From"), required=False)
    until = forms.DateField(label=gettext_lazy("To"), required=False)
    thing = forms.RegexField(r"^[a-z]{1,40}:\d{1,15}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = sorted(((verb, str(word)) for verb, word in WORDS.items()), key=lambda pair: pair[1])
        self.fields["verb"].choices = [("", _("Anything")), *words]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "verb" else "form-control"
        for name in ("since", "until"):
            self.fields[name].widget.format = "%Y-%m-%d"
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @classmethod
    def of(cls, query: Any, today: date) -> AuditFilter:
        """The filter of an address; without days it looks DAYS back. What cannot be read is as if it were not there."""
        asked = {name: query.get(name, "").replace("\0", "") for name in cls.base_fields}
        if not asked["since"] and "since" not in query:
            asked["since"] = (today - timedelta(days=DAYS)).isoformat()
        filled = cls(asked)
        filled.is_valid()
        return filled

    @property
    def kept(self) -> dict[str, str]:
        """What of it narrows the record, as it stands in an address; empty days say that all of them are meant."""
        said = {name: str(value) for name, value in self.cleaned_data.items() if value}
        return {"since": ""} | said

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("who", "verb", "q", "until", "thing"))

    def found(self) -> QuerySet[AuditEntry]:
        asked = self.cleaned_data
        found = AuditEntry.objects.all()
        for word in asked.get("who", "").split():
            named = User.objects.filter(Q(display_name__icontains=word) | Q(username__istartswith=word))
            found = found.filter(Q(actor_id__in=named.values("pk")) | Q(actor_name__icontains=word))
        if verb := asked.get("verb"):
            found = found.filter(verb=verb)
        if asked.get("q"):
            found = found.filter(object_name__icontains=asked["q"])
        if since := asked.get("since"):
            found = found.filter(at__gte=_midnight(since))
        if until := asked.get("until"):
            found = found.filter(at__lt=_midnight(until + timedelta(days=1) if until < LAST else until))
        if thing := asked.get("thing"):
            kind, pk = thing.split(":")
            found = found.filter(object_type=kind, object_id=int(pk))
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(min(day, LAST), time.min))


@require_GET
def audit_browser(request: HttpRequest) -> HttpResponse:
    """`?who=&verb=&q=&since=&until=&thing=&after=&before=`."""
    filters = _asked(request)
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(filters.found(), NEWEST, PAGE_SIZE, **cursors)
    entries = AuditEntry.objects.in_bulk([row["id"] for row in page.rows])
    context = {
        "filters": filters,
        "rows": [_row(entries[row["id"]]) for row in page.rows],
        "page": page,
        "query": urlencode(filters.kept),
        "days": DAYS,
    }
    return render(request, "audit.html", context)


@require_POST
def audit_export(request: HttpRequest) -> HttpResponse:
    """`?<filters of the page>`, `type` csv or xlsx: the record as a file, newest first; taking it is on record too."""
    filters = _asked(request)
    found = filters.found().order_by("-at", "-id")
    if found[MOST_EXPORTED : MOST_EXPORTED + 1].exists():
        messages.error(request, _("A file holds 100,000 rows at most: choose fewer days"))
        return redirect(f"{reverse('audit')}?{urlencode(filters.kept)}")
    file_type = request.POST.get("type", "")
    file_type = file_type if file_type in TYPES else "xlsx"
    now = timezone.now()
    file, count = spooled(_columns(), _lines(found), file_type)
    with transaction.atomic():
        told = {"filter": filters.kept, "rows": count, "type": file_type}
        audit.record(verb="record exported", thing=request.user, by=request.user, now=now, after=told)
    return as_download(file, f"{_('Record')}-{timezone.localdate(now).isoformat()}", file_type)


def _asked(request: HttpRequest) -> AuditFilter:
    if not request.user.is_administrator:
        raise PermissionDenied
    return AuditFilter.of(request.GET, timezone.localdate())


def _row(entry: AuditEntry) -> dict[str, Any]:
    page = PAGES.get(entry.object_type)
    return {
        "entry": entry,
        "words": words_for(entry.verb),
        "facts": _facts(entry),
        "thing": f"{entry.object_type}:{entry.object_id}" if entry.object_id else "",
        "address": reverse(page, args=[entry.object_id]) if page and entry.object_id else "",
    }


def _facts(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """(name of a fact, before, after), as they stand in the record."""
    before, after = entry.before or {}, entry.after or {}
    return [(key, _plain(before.get(key)), _plain(after.get(key))) for key in dict.fromkeys([*before, *after])]


def _plain(value: Any) -> str:
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _columns() -> list[Column]:
    names = (
        _("Time"),
        _("Who"),
        _("What was done"),
        _("Kind of object"),
        _("Id"),
        _("Object"),
        _("Before"),
        _("After"),
    )
    return [*(Column(name, width=20) for name in names), Column(_("Reason"), width=40)]


def _lines(found: QuerySet[AuditEntry]) -> Iterator[tuple[Value, ...]]:
    for entry in found.iterator(chunk_size=1000):
        yield (
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"), entry.actor_name, words_for(entry.verb),
            entry.object_type, str(entry.object_id or ""), entry.object_name, _plain(entry.before),
            _plain(entry.after), entry.reason,
        )  # fmt: skip
