"""The lines behind a figure of profit and loss."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from groups import receipts
from groups.ledger_lines import PARTS, lines_behind, sum_of
from groups.models import CostCategory, Group
from groups.models.money import CostRoot
from groups.rules.amounts import Unreadable, read_day
from groups.rules.spans import Span, month_of

PAGE = 100
WORDS: dict[str, str | Promise] = {
    "": _("Net contribution"),
    "revenue": _("Revenue"),
    "goods": _("Goods"),
    "costs": _("Costs"),
    **{root.value: root.label for root in CostRoot},
}


@require_safe
def group_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=&to=` (days), `what=` (a part of profit and loss), `category=`, `page=`; other words are left out."""
    group = Group.objects.one_visible_to(request.user, pk)
    today = timezone.localdate()
    span = span_asked(request, Span(month_of(today), today))
    part = request.GET.get("what", "")
    part = part if part in PARTS else ""
    number = request.GET.get("category", "")
    known = number.isascii() and number.isdigit() and len(number) < 16
    category = CostCategory.objects.filter(pk=number).first() if known else None
    lines = lines_behind(group.pk, span, part, category.pk if category else None)
    told = lines.select_related("category", "entered_by", "order_day", "reverses__order_day")
    page = Paginator(told.annotate(receipts_kept=receipts.count_of_a_line()), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "group": group,
        "span": span,
        "part": part,
        "part_words": WORDS[part],
        "parts": WORDS.items(),
        "category": category,
        "page": page,
        "total": sum_of(lines, part or ("costs" if category else "")),
    }
    return render(request, "groups/lines.html", context)


def span_asked(request: HttpRequest, otherwise: Span) -> Span:
    """The days of `from` and `to` in the address, in order; the other ones where a day is missing or unreadable."""
    days: list[date] = []
    for name in ("from", "to"):
        try:
            days.append(read_day(request.GET.get(name, ""), today=otherwise.last))
        except Unreadable:
            return otherwise
    return Span(min(days), max(days))
