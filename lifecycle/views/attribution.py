"""The rules by which orders belong to groups: everybody of a team sees them, its managers add and withdraw them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from groups import attribution
from groups.access import leads_any
from groups.models import AttributionRule
from lifecycle.order_forms import RuleForm

RULES_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def attribution_rules(request: HttpRequest) -> HttpResponse:
    """`?kind=&pattern=` fill the form in; POST adds a rule, with `withdraw` it takes one back."""
    may = leads_any(request.user)
    if request.method == "POST" and not may:
        raise PermissionDenied
    if "withdraw" in request.POST:
        return _withdrawn(request)
    asked = {"kind": request.GET.get("kind", ""), "pattern": request.GET.get("pattern", "")[:120].replace("\0", "")}
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial=asked | {"valid_from": timezone.localdate().replace(day=1)},
    )
    if form.is_valid() and _added(request, form):
        return redirect("attribution-rules")
    rules = AttributionRule.objects.visible_to(request.user).select_related("group", "team", "made_by")
    context = {
        "form": form,
        "may": may,
        "form_open": bool(form.errors or asked["pattern"]),
        "rules": rules.annotate(sold=Count("orders", filter=Q(orders__part=0))).order_by("withdrawn_at", "-pk")[
            :RULES_SHOWN
        ],
    }
    return render(request, "lifecycle/orders/rules.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: RuleForm) -> bool:
    try:
        _rule, done = attribution.add_rule(by=request.user, now=timezone.now(), **form.cleaned_data)
    except attribution.RuleOverlaps:
        form.add_error("pattern", _("A rule for this text is in force on some of these days; withdraw it first"))
        return False
    told = ngettext(
        "Added; %(orders)s waiting order or refund was put down to the group",
        "Added; %(orders)s waiting orders or refunds were put down to the group",
        done.orders,
    )
    messages.success(request, told % {"orders": done.orders})
    return True


def _withdrawn(request: HttpRequest) -> HttpResponse:
    number = request.POST["withdraw"]
    rules = AttributionRule.objects.led_by(request.user)
    rule = get_object_or_404(rules, pk=number if number.isascii() and number.isdigit() and len(number) < 16 else 0)
    try:
        attribution.withdraw_rule(rule=rule, by=request.user, now=timezone.now())
    except attribution.RuleWithdrawn:
        messages.info(request, _("This rule was withdrawn before"))
    else:
        messages.success(request, _("Withdrawn; its orders wait for another rule, their ledger lines were taken back"))
    return redirect("attribution-rules")
