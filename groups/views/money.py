"""The ledger of a group, and the cost categories that administrators keep."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import cost_categories, economics, ledger
from groups.forms import CategoryForm, LineForm
from groups.models import CostCategory, Group, LedgerLine
from groups.models.money import CostRoot
from groups.rules.amounts import money_text
from groups.rules.profit_and_loss import total_of

LINES_SHOWN = 100
MONTHS_SHOWN = 6


@require_http_methods(["GET", "POST"])
def group_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """What a group cost and earned: enter a line, take one back, and the result by month."""
    group = Group.objects.select_related("owner").one_visible_to(request.user, pk)
    if "reverse" in request.POST:
        return _reverse(request, group)
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        line = ledger.enter_line(group=group, by=request.user, now=timezone.now(), **form.line())
        what = line.category or line.get_kind_display()
        told = {"what": what, "amount": money_text(line.amount, fen=True)}
        messages.success(request, _("Entered: %(what)s %(amount)s") % told)
        return redirect("group-ledger", pk=group.pk)
    months = economics.profit_and_loss([group.pk], timezone.localdate(), MONTHS_SHOWN)[group.pk]
    lines = _lines_of(group)
    context = {
        "group": group,
        "form": form,
        "details_open": any(name in form.errors for name in ("quantity", "unit_price", "goods_cost")),
        "months": months,
        "total": total_of(months[0].month, months),
        "lines": lines[:LINES_SHOWN],
        "more": len(lines) > LINES_SHOWN,
    }
    return render(request, "groups/ledger.html", context, status=422 if form.errors else 200)


def _lines_of(group: Group) -> QuerySet:
    lines = LedgerLine.objects.filter(group=group).select_related("category", "entered_by", "reversed_by")
    return lines.order_by("-on", "-pk")[: LINES_SHOWN + 1]


def _reverse(request: HttpRequest, group: Group) -> HttpResponse:
    number = request.POST["reverse"]
    line = get_object_or_404(LedgerLine, group=group, pk=number if number.isascii() and number.isdigit() else 0)
    try:
        ledger.reverse_line(
            line=line,
            reason=request.POST.get("reason", "").replace("\0", "")[:200],
            by=request.user,
            now=timezone.now(),
        )
    except ledger.ReversalStands:
        messages.error(request, _("A reversal cannot be taken back; enter the line again"))
    else:
        messages.success(request, _("Taken back: %(amount)s") % {"amount": money_text(line.amount, fen=True)})
    return redirect("group-ledger", pk=group.pk)


@require_http_methods(["GET", "POST"])
def cost_category_page(request: HttpRequest) -> HttpResponse:
    """The three roots and what administrators put below them; `?edit=` opens one category."""
    if not request.user.is_administrator:
        raise PermissionDenied
    number = request.POST.get("category") or request.GET.get("edit") or ""
    category = get_object_or_404(CostCategory, pk=number) if number.isascii() and number.isdigit() else None
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if category and action in ("archive", "restore"):
        return _switch(request, category, action)
    form = CategoryForm(request.POST if action == "save" else None, category=category)
    if action == "save" and form.is_valid() and _saved(request, form, category):
        return redirect("cost-categories")
    used = economics.lines_by_category()
    categories = list(CostCategory.objects.order_by("name"))
    roots = [
        {"label": root.label, "rows": [(each, used.get(each.pk, 0)) for each in categories if each.root == root]}
        for root in CostRoot
    ]
    context = {
        "form": form,
        "category": category,
        "used": used.get(category.pk, 0) if category else 0,
        "roots": roots,
        "form_open": bool(category or form.errors or "add" in request.GET),
    }
    return render(request, "groups/costs.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: CategoryForm, category: CostCategory | None) -> bool:
    now = timezone.now()
    try:
        if category:
            cost_categories.change_category(category=category, by=request.user, now=now, **form.cleaned_data)
        else:
            cost_categories.add_category(by=request.user, now=now, **form.cleaned_data)
    except cost_categories.CategoryNameTaken:
        form.add_error("name", _("Another category in use has this name"))
        return False
    except cost_categories.PricingFixedByUse:
        form.add_error("priced_by", _("Lines were priced the old way; disable this category and add another"))
        return False
    messages.success(request, _("Saved: %(category)s") % {"category": form.cleaned_data["name"]})
    return True


def _switch(request: HttpRequest, category: CostCategory, action: str) -> HttpResponse:
    now = timezone.now()
    try:
        if action == "archive":
            cost_categories.archive_category(category=category, by=request.user, now=now)
            messages.success(request, _("Disabled: %(category)s") % {"category": category.name})
        else:
            cost_categories.restore_category(category=category, by=request.user, now=now)
            messages.success(request, _("Enabled: %(category)s") % {"category": category.name})
    except cost_categories.CategoryNameTaken:
        messages.error(request, _("Another category in use has this name"))
    return redirect("cost-categories")
