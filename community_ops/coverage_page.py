"""Which days of which group are observed, late or missing, by source; and the sources that broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community_ops.group_filters import GroupFilter
from community_ops.keyset import Key, Order, number, page_of, text
from community_ops.templatetags import figures
from groups.access import leads, team_roles
from groups.models import Group, User
from lifecycle import outages, source_states
from lifecycle.models import CoverageSpan, Source, SourceOutage
from lifecycle.rules.watched import Watched, runs_of, watched_days

PAGE_SIZE = 20
ENDED_SHOWN = 20
RANGES = {"28": 28, "84": 84}
BY_NAME = Order((Key("sort_key", text), Key("id", number)))
FIELDS = ("q", "team", "platform", "source", "owner")
WORDS = {
    Watched.OBSERVED: gettext_lazy("Observed"),
    Watched.DOUBTED: gettext_lazy("Zeros not believed"),
    Watched.LATE: gettext_lazy("Late"),
    Watched.MISSING: gettext_lazy("Missing"),
}
NOT_OBSERVED = {
    Watched.MISSING: gettext_lazy("%(n)s missing"),
    Watched.LATE: gettext_lazy("%(n)s late"),
    Watched.DOUBTED: gettext_lazy("%(n)s not believed"),
}
STEP, TALL = 10, 24  # of a day in the drawing


class CoverageFilter(GroupFilter):
    """The filters of the list of groups, and by source; `group` names one."""

    source = filters.ModelChoiceFilter(
        queryset=Source.objects.none(),
        method="watched_by",
        label=gettext_lazy("Source"),
        empty_label=gettext_lazy("Any"),
    )
    group = filters.NumberFilter(field_name="pk", min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any, *, user: User, today: date | None = None) -> None:
        super().__init__(data, user=user, today=today)
        field = self.form.fields["source"]
        field.queryset = Source.objects.visible_to(user).select_related("team").order_by("kind", "name", "pk")
        several = len(team_roles(user)) > 1
        field.label_from_instance = lambda each: (
            f"{source_states.name_of(each)} · {each.team}" if several else source_states.name_of(each)
        )
        field.widget.attrs["class"] = "form-select"

    def watched_by(self, groups: QuerySet, _name: str, value: Source) -> QuerySet:
        spans = CoverageSpan.objects.filter(group=OuterRef("pk"), source=value)
        return groups.filter(Exists(spans))


@require_http_methods(["GET", "POST"])
def coverage_page(request: HttpRequest) -> HttpResponse:
    """`?q=&team=&platform=&source=&owner=&group=&days=28|84&after=&before=`. POST `believe` lets zeros count."""
    if request.method == "POST":
        return _believe(request)
    user, yesterday = request.user, timezone.localdate() - timedelta(days=1)
    filters_ = CoverageFilter(request.GET, user=user)
    span = request.GET.get("days", "")
    span = span if span in RANGES else "28"
    first = yesterday - timedelta(days=RANGES[span] - 1)
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(filters_.qs, BY_NAME, PAGE_SIZE, **cursors)
    sources = Source.objects.visible_to(user)
    states = source_states.source_states(sources, yesterday)
    ended = SourceOutage.objects.visible_to(user).exclude(ended_at=None).select_related("source__team", "believed_by")
    ended = ended.order_by("-ended_at", "-pk")[:ENDED_SHOWN]
    context = {
        "filters": [filters_.form[name] for name in FIELDS],
        "narrowed": any(request.GET.get(name) for name in (*FIELDS, "group")),
        "days": span,
        "first": first,
        "last": yesterday,
        "ends": (f"{first:%m-%d}", f"{yesterday:%m-%d}"),
        "page": page,
        "rows": rows_of([row["id"] for row in page.rows], first, yesterday),
        "legend": [(kind, WORDS[kind]) for kind in WORDS],
        "sources": [(source_states.name_of(each.source), each) for each in states],
        "standing": [
            (source_states.name_of(each.source), each.outage, leads(user, each.source.team_id))
            for each in states
            if each.outage
        ],
        "ended": [(source_states.name_of(each.source), each) for each in ended],
        "several": len(team_roles(user)) > 1,
    }
    return render(request, "lifecycle/coverage.html", context)


def rows_of(ids: list[int], first: date, last: date) -> list[dict[str, Any]]:
    """What the page says of each group, in a fixed number of queries."""
    groups = Group.objects.select_related("team", "owner").in_bulk(ids)
    observed = source_states.observed_days(ids, first, last)
    doubted = source_states.doubted_days(ids, first, last)
    sources = source_states.sources_of(ids)
    rows = []
    for pk in ids:
        group = groups[pk]
        days = watched_days(
            first,
            last,
            opened_on=group.opened_on,
            closed_on=group.closed_on,
            observed=observed.get(pk, ()),
            doubted=doubted.get(pk, ()),
            yesterday=last,
        )
        sentence = sentence_of(days)
        rows.append(
            {
                "group": group,
                "sentence": sentence,
                "strip": strip(days, sentence),
                "spells": spells_of(days, first),
                "sources": [(source_states.name_of(source), until) for source, until in sources.get(pk, ())],
            }
        )
    return rows


def spells_of(days: list[Watched], first: date) -> SafeString:
    """The strip as rows of a table: what it was, from when to when, how many days."""
    return format_html_join(
        "",
        '<tr><td>{}</td><td>{}</td><td class="num">{}</td></tr>',
        (
            (
                WORDS[kind],
                figures.span(first + timedelta(days=at), first + timedelta(days=at + length - 1)),
                length,
            )
            for kind, at, length in runs_of(days)
            if kind in WORDS
        ),
    )


def sentence_of(days: list[Watched]) -> str:
    """The strip in words."""
    counts: Mapping[Watched, int] = Counter(days)
    lived = len(days) - counts[Watched.OUTSIDE]
    if not lived:
        return _("not running in these days")
    parts = [_("%(n)s of %(all)s days observed") % {"n": counts[Watched.OBSERVED], "all": lived}]
    for kind, words in NOT_OBSERVED.items():
        if counts[kind]:
            parts.append(str(words) % {"n": counts[kind]})
    return _(", ").join(parts)


def strip(days: list[Watched], sentence: str) -> SafeString:
    """The days as a strip: full where observed, half where late, a line where missing, crossed where not believed."""
    shapes = format_html_join(
        "",
        '<rect class="day-{}" x="{}" y="{}" width="{}" height="{}"/>',
        ((kind.value, at * STEP, *_box(kind, length)) for kind, at, length in runs_of(days) if kind in WORDS),
    )
    return format_html(
        '<svg class="coverage-strip" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        "{}</svg>",
        sentence,
        len(days) * STEP,
        TALL,
        shapes,
    )


def _box(kind: Watched, length: int) -> tuple[int, int, int]:
    top = {Watched.OBSERVED: 0, Watched.DOUBTED: 6, Watched.LATE: 12, Watched.MISSING: 20}[kind]
    return top, length * STEP - 1, TALL - top


def _believe(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("believe", "")
    outage = SourceOutage.objects.one_visible_to(
        request.user, int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    )
    if not leads(request.user, outage.team_id):
        raise PermissionDenied
    if outages.believe(outage=outage, by=request.user, now=timezone.now()):
        messages.success(request, _("These zeros count now; the groups are judged again within a few minutes."))
    else:
        messages.info(request, _("This outage was over already."))
    return redirect("coverage")
