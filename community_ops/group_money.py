"""The money page of one group: months, from revenue to net, plan against actual, payback, what a unit costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community_ops import numbers
from community_ops.insights import unit_counts
from community_ops.insights.pnl_panels import since_first, waterfall
from community_ops.insights.unit_counts import RATIOS, Units
from community_ops.metrics import BY_SLUG
from groups import economics, existing_buyers, ledger_lines
from groups.existing_buyers_form import ExistingBuyersForm
from groups.fleet_money import Scope
from groups.models import ExistingBuyers, Group, Plan
from groups.models.money import CostRoot
from groups.rules.against_plan import AgainstPlan, against_plan
from groups.rules.payback import Payback, break_even_revenue, expected_on, pace_of, payback_of
from groups.rules.profit_and_loss import MonthResult, total_of
from groups.rules.spans import DAY, Span, month_after

MONTHS_SHOWN = 12
CAUSES = {
    "revenue": (gettext_lazy("more revenue than planned"), gettext_lazy("less revenue than planned")),
    "goods": (gettext_lazy("cheaper goods than planned"), gettext_lazy("dearer goods than planned")),
    "costs": (gettext_lazy("lower costs than planned"), gettext_lazy("higher costs than planned")),
}


@dataclass(frozen=True)
class PlanLine:
    """One line of plan against actual; `now` and `before` for the delta, None where one side is not known."""

    label: str
    planned: str
    actual: str
    now: Decimal | None
    before: Decimal | None
    better: str
    unit: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def group_money(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows; POST states from when on which share of revenue existing customers would have spent anyway."""
    group = Group.objects.select_related("owner", "team").one_visible_to(request.user, pk)
    today = timezone.localdate()
    form = ExistingBuyersForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        existing_buyers.state_share(group=group, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved"))
        return redirect("group-money", pk=group.pk)
    context = figures_of(group, today) | {"group": group, "form": form, "form_open": bool(form.errors)}
    return render(request, "groups/money.html", context, status=422 if form.errors else 200)


def figures_of(group: Group, today: date) -> dict[str, Any]:
    """Everything that the page shows; the number of statements is fixed."""
    plan = Plan.objects.filter(group=group, superseded_at=None).first()
    months = economics.profit_and_loss([group.pk], today, MONTHS_SHOWN)[group.pk]
    year = Span(months[0].month, today)
    full = months[-2]
    payback = payback_of(ledger_lines.nets_by_day(group.pk, today))
    of_group = Scope([group.team_id], group_id=group.pk)
    units = unit_counts.units_of_groups(of_group, year, 1)
    month_units = unit_counts.units_of_groups(of_group, Span(full.month, month_after(full.month) - DAY), 1)
    compared = against_plan(
        revenue=plan and plan.planned_revenue,
        cost=plan and plan.planned_cost,
        net=plan and plan.planned_net,
        actual=full,
    )
    total = total_of(months[0].month, months)
    return {
        "plan": plan,
        "months": [(month, lines_address(group.pk, span_of(month, today))) for month in reversed(since_first(months))],
        "total": total,
        "total_lines": lines_address(group.pk, year),
        "waterfall": waterfall(total, lines_address(group.pk, year)),
        "categories": [
            (CostRoot(root).label, name, amount, lines_address(group.pk, year, category=number))
            for root, name, number, amount in ledger_lines.costs_by_category(group.pk, year)
        ],
        "full_month": full,
        "plan_lines": plan_lines(plan, full, compared, month_units[0] if month_units else None),
        "plan_sentence": plan_sentence(full, compared),
        "payback": payback_sentence(payback, expected_on(payback, pace_of(months[:-1]), today)),
        "break_even": break_even_sentence(full),
        "units": [(BY_SLUG[name], units[0].ratios[name]) for name in RATIOS] if units else [],
        "year": year,
        "shares": ExistingBuyers.objects.filter(group=group)
        .select_related("entered_by")
        .order_by("-from_month", "-pk"),
    }


def span_of(month: MonthResult, today: date) -> Span:
    return Span(month.month, min(month_after(month.month) - DAY, max(today, month.month)))


def lines_address(group_id: int, span: Span, **more: Any) -> str:
    """The lines behind a figure of these days."""
    query = {"from": span.first.isoformat(), "to": span.last.isoformat()} | more
    return f"{reverse('group-lines', args=[group_id])}?{urlencode(query)}"


def plan_lines(plan: Plan | None, full: MonthResult, compared: AgainstPlan, units: Units | None) -> list[PlanLine]:
    """What the plan states figures for, against the last full month."""
    known = not full.is_empty
    rows = [
        (_("Revenue"), compared.planned_revenue, full.revenue, "up"),
        (_("Goods"), compared.planned_goods, full.goods_cost, "down"),
        (_("Costs"), compared.planned_costs, full.costs, "down"),
        (_("Net contribution"), compared.planned_net, full.net, "up"),
    ]
    lines = [
        PlanLine(
            label, numbers.yuan(planned, 2), numbers.yuan(actual, 2) if known else numbers.MISSING,
            actual if known else None, planned, better,
        )
        for label, planned, actual, better in rows
        if planned is not None
    ]  # fmt: skip
    if plan and plan.planned_conversion is not None:
        orders, members = (units.ratios[name].count if units else None for name in ("per_order", "per_member"))
        share = Decimal(orders) / Decimal(members) if orders is not None and members else None
        lines.append(
            PlanLine(
                _("Orders per member"), numbers.percent(plan.planned_conversion), numbers.percent(share), share,
                plan.planned_conversion, "up", "pp",
            )
        )  # fmt: skip
    return lines


def plan_sentence(full: MonthResult, compared: AgainstPlan) -> str:
    """One sentence: by how much net contribution differs, and what makes most of it."""
    if compared.net_difference is None or full.is_empty:
        return ""
    if not compared.net_difference:
        return _("Net contribution is exactly as planned.")
    better = compared.net_difference > 0
    words = {"amount": numbers.yuan(abs(compared.net_difference), 2)}
    if not compared.cause:
        told = (
            _("Net contribution is %(amount)s above plan.")
            if better
            else _("Net contribution is %(amount)s below plan.")
        )
        return told % words
    words |= {
        "cause": str(CAUSES[compared.cause][0 if better else 1]),
        "effect": numbers.yuan(abs(compared.effect), 2),
    }
    sentence = (
        _("Net contribution is %(amount)s above plan; most of it is %(cause)s: %(effect)s.")
        if better
        else _("Net contribution is %(amount)s below plan; most of it is %(cause)s: %(effect)s.")
    ) % words
    if compared.cause == "costs" and compared.largest_root:
        largest = {
            "root": CostRoot(compared.largest_root).label,
            "amount": numbers.yuan(getattr(full, compared.largest_root), 2),
        }
        sentence = f"{sentence} " + _("The largest cost is %(root)s with %(amount)s.") % largest
    return sentence


def payback_sentence(payback: Payback, expected: date | None) -> str:
    words = {"balance": numbers.yuan(abs(payback.balance), 2), "deepest": numbers.yuan(abs(payback.deepest), 2)}
    if payback.is_open:
        if expected:
            return _("%(balance)s are not paid back yet; at the pace of the last 3 full months on %(day)s.") % (
                words | {"day": expected.isoformat()}
            )
        return _("%(balance)s are not paid back yet, and at the pace of the last full months they will not be.") % words
    if payback.on:
        return _("Paid back on %(day)s: %(deepest)s had been spent before; since then %(balance)s were earned.") % (
            words | {"day": payback.on.isoformat()}
        )
    return _("There was never anything to pay back: the balance of all lines is %(balance)s.") % words


def break_even_sentence(full: MonthResult) -> str:
    """What revenue the last full month would have needed."""
    if full.is_empty:
        return _("The last full month has no line, so its break-even is not known.")
    needed = break_even_revenue(full)
    if needed is None:
        return _("The goods left nothing in the last full month, so no revenue would have covered the costs.")
    words = {"needed": numbers.yuan(needed, 2), "revenue": numbers.yuan(full.revenue, 2)}
    if full.goods_cost_is_known:
        return _("Break-even of the last full month: %(needed)s of revenue; it was %(revenue)s.") % words
    return _("Break-even of the last full month: at least %(needed)s of revenue; it was %(revenue)s.") % words
