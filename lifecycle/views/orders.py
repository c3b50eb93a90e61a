"""Files of orders: upload, a look at what they would bring, the decision; and the orders that belong to no group."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups import attribution, orders
from groups.access import leads_any, team_roles
from groups.models import AttributionRule, Group, OrderImport, ShopOrder
from groups.names import shown_file_name
from groups.rules.spans import Span, month_of
from groups.views.lines import span_asked
from groups.views.lists import led_on
from lifecycle.import_words import cell_problem, file_problem
from lifecycle.order_forms import ORDER_FIELDS, OrderColumnsForm, OrderUploadForm
from lifecycle.sources.order_sheet import places_of

PAGE = 50
VALUES_SHOWN = 8


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """The files, newest first."""
    files = (
        OrderImport.objects.visible_to(request.user)
        .defer("rows", "sealed", "refusals")
        .select_related("team", "uploaded_by")
    )
    page = Paginator(files.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    waiting = ShopOrder.objects.visible_to(request.user).filter(group=None, part=0)
    found = waiting.aggregate(count=Count("pk"), amount=Sum("amount"))
    return render(request, "lifecycle/orders/list.html", {"page": page, "waiting": found})


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: HttpRequest) -> HttpResponse:
    """Take a file in; a worker reads it. Nothing is written to the books yet."""
    form = OrderUploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        user=request.user,
        too_large=getattr(request, "upload_was_too_large", False),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        upload = orders.receive(
            team=form.cleaned_data["team"],
            shop=form.cleaned_data["shop"],
            file_name=shown_file_name(file.name or ""),
            content=b"".join(file.chunks()),
            by=request.user,
            now=timezone.now(),
        )
        return redirect("order-import", upload.pk)
    return render(request, "lifecycle/orders/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def order_import(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is, what it would bring, or brought; `decision=import` or `drop`."""
    files = OrderImport.objects.defer("rows", "sealed").select_related("team", "uploaded_by", "repeats__uploaded_by")
    upload = files.one_visible_to(request.user, pk)
    if request.method == "POST":
        return _decided(request, upload)
    if upload.state == OrderImport.State.COLUMNS:
        return led_on(request, reverse("order-columns", args=[upload.pk]))
    context = {
        "upload": upload,
        "outcome": upload.outcome,
        "at_work": upload.state in OrderImport.AT_WORK,
        "waiting": upload.state == OrderImport.State.LOOKED_AT,
        "refusals": [_explained(refusal) for refusal in upload.refusals],
        "problem": file_problem(upload.refusal_code, upload.refusal_figures) if upload.refusal_code else "",
    }
    return render(request, "lifecycle/orders/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of a file whose headers are not known; nothing of what stands in them is shown."""
    upload = OrderImport.objects.defer("rows", "sealed").one_visible_to(request.user, pk)
    if upload.state != OrderImport.State.COLUMNS:
        return redirect("order-import", upload.pk)
    posted = request.POST if request.method == "POST" else None
    known = {name: place for name, place in places_of(upload.headers).items() if name in ORDER_FIELDS}
    form = OrderColumnsForm(posted, headers=upload.headers, mapping=known)
    if form.is_valid():
        told = {"mapping": form.mapping(), "remember": form.cleaned_data["remember"]}
        with suppress(orders.AlreadyDecided):
            orders.match(upload=upload, by=request.user, now=timezone.now(), **told)
        return redirect("order-import", upload.pk)
    context = {"form": form, "upload": upload, "columns": form.columns()}
    return render(request, "lifecycle/orders/columns.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, upload: OrderImport) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("decision") == "import":
            orders.ask(upload=upload, by=request.user, now=now)
        elif request.POST.get("decision") == "drop":
            orders.drop(upload=upload, by=request.user, now=now)
            messages.success(request, _("Dropped; nothing was imported"))
    except orders.AlreadyDecided:
        messages.info(request, _("This file was decided on before; nothing changed"))
    return redirect("order-import", upload.pk)


def _explained(refusal: dict[str, Any]) -> dict[str, Any]:
    what, fix = cell_problem(refusal["problem"])
    return refusal | {"what": what, "fix": fix}


@require_safe
def orders_waiting(request: HttpRequest) -> HttpResponse:
    """Orders that belong to no group: what they carry most, and each of them, newest first."""
    waiting = ShopOrder.objects.visible_to(request.user).filter(group=None, part=0)
    page = Paginator(waiting.select_related("team").order_by("-paid_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "total": waiting.aggregate(total=Sum("amount"))["total"],
        "carried": [
            (kind, label, rows)
            for kind, label in AttributionRule.Kind.choices
            if kind != AttributionRule.Kind.PHONE and (rows := _values(waiting, attribution.COLUMNS[kind]))
        ],
        "disagreed": attribution.disagreed_on(list(team_roles(request.user))) & {row.pk for row in page},
        "may_rule": leads_any(request.user),
    }
    return render(request, "lifecycle/orders/waiting.html", context)


@require_safe
def group_orders(request: HttpRequest, pk: int) -> HttpResponse:
    """The imported orders of a group, `?from=&to=`; what its ledger lines of these days stand for."""
    group = Group.objects.one_visible_to(request.user, pk)
    today = timezone.localdate()
    span = span_asked(request, Span(month_of(today), today))
    found = ShopOrder.objects.filter(group=group, paid_on__range=(span.first, span.last)).select_related("rule")
    context = {
        "group": group,
        "span": span,
        "page": Paginator(found.order_by("-paid_on", "-pk"), PAGE).get_page(request.GET.get("page")),
        "total": found.aggregate(total=Sum("amount"))["total"],
    }
    return render(request, "lifecycle/orders/group.html", context)


def _values(waiting: Any, column: str) -> Iterable[dict[str, Any]]:
    """The words that most of the orders carry in a column, with how many and how much."""
    rows = waiting.filter(~Q(**{column: ""})).order_by().values(text=F(column))
    return list(rows.annotate(orders=Count("pk"), amount=Sum("amount")).order_by("-orders", "text")[:VALUES_SHOWN])
