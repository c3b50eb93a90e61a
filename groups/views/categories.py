"""The cost categories that administrators keep."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import cost_categories, economics
from groups.models import CostCategory
from groups.models.money import CostRoot
from groups.money_forms import CategoryForm, found_by, nodes_of
from groups.rules.category_tree import in_tree_order, with_those_above


@require_http_methods(["GET", "POST"])
def cost_category_page(request: HttpRequest) -> HttpResponse:
    """The three roots and the tree below each; `?edit=` opens one category, `?q=` narrows the tree."""
    if not request.user.is_administrator:
        raise PermissionDenied
    today = timezone.localdate()
    categories = list(CostCategory.objects.priced_on(today).with_next_price(today).order_by("name"))
    number = request.POST.get("category") or request.GET.get("edit") or ""
    category = _one_of(categories, number) if number.isascii() and number.isdigit() else None
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if category and action in ("archive", "restore"):
        return _switch(request, category, action)
    form = CategoryForm(request.POST if action == "save" else None, category=category, categories=categories)
    if action == "save" and form.is_valid() and _saved(request, form, category):
        return redirect("cost-categories")
    used = economics.lines_by_category()
    text = request.GET.get("q", "").strip()[:60]
    context = {
        "form": form,
        "category": category,
        "used": used.get(category.pk, 0) if category else 0,
        "roots": _roots(categories, used, text),
        "text": text,
        "form_open": bool(category or form.errors or "add" in request.GET),
    }
    return render(request, "groups/costs.html", context, status=422 if form.errors else 200)


def _one_of(categories: list[CostCategory], number: str) -> CostCategory:
    found = next((each for each in categories if each.pk == int(number)), None)
    return found or get_object_or_404(CostCategory, pk=0)


def _roots(categories: list[CostCategory], used: dict[int, int], text: str) -> list[dict]:
    """Each root with its rows in the order of the tree: the category, its depth, and how many lines use it."""
    by_pk = {each.pk: each for each in categories}
    nodes = nodes_of(categories)
    shown = with_those_above(found_by(categories, text), nodes) if text else set(by_pk)
    roots = []
    for root in CostRoot:
        placed = in_tree_order(node for node in nodes if by_pk[node.id].root == root)
        rows = [(by_pk[each.id], each.depth, used.get(each.id, 0)) for each in placed if each.id in shown]
        if rows or not text:
            roots.append({"label": root.label, "rows": rows})
    return roots


def _saved(request: HttpRequest, form: CategoryForm, category: CostCategory | None) -> bool:
    now, typed = timezone.now(), form.cleaned_data
    facts = {
        "name": typed["name"],
        "priced_by": typed["priced_by"],
        "parent": form.parent,
        "by": request.user,
        "now": now,
    }
    price = typed["default_price"]
    try:
        with transaction.atomic():
            if category:
                cost_categories.change_category(category=category, **facts)
                since = typed["since"]
                cost_categories.set_price(category=category, price=price, since=since, by=request.user, now=now)
            else:
                cost_categories.add_category(root=form.root, default_price=price, **facts)
    except cost_categories.CategoryNameTaken:
        form.add_error("name", _("Another category in use has this name"))
    except cost_categories.PricingFixedByUse:
        form.add_error("priced_by", _("Lines were priced the old way; disable this category and add another"))
    except cost_categories.BelowItself:
        form.add_error("below", _("A category cannot lie below itself; select another place"))
    else:
        messages.success(request, _("Saved: %(category)s") % {"category": typed["name"]})
        return True
    return False


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
