"""The registry of partners, and what their placements brought and cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community_ops.sponsors.forms import PartnerForm
from community_ops.sponsors.trust import PlacementTrust, TrustSum, summed, trust_of, why_unknown
from community_ops.sponsors.words import MARKS
from groups import sponsorships
from groups.models import Partner, Placement
from groups.rules.placements import amount_of

SPAN_DAYS = 180
GROUPS_SHOWN = 20
SHOWN = 100


@dataclass(frozen=True)
class Account:
    """What the placements of a partner or in a group brought and cost within 180 days."""

    pk: int
    name: str
    revenue: Decimal  # of those that were paid
    trust: TrustSum


@require_http_methods(["GET", "POST"])
def partner_list(request: HttpRequest) -> HttpResponse:
    """Partners of the person's teams with their accounts; POST adds one."""
    today = timezone.localdate()
    form = PartnerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        added = _saved(request, form, None)
        if added:
            messages.success(request, _("Added: %(partner)s") % {"partner": added.name})
            return redirect("partner-list")
    partners = list(Partner.objects.visible_to(request.user).select_related("team").order_by("name", "pk"))
    placements = list(_lately(Placement.objects.visible_to(request.user), today))
    priced = trust_of(placements, today)
    by_partner = accounts(placements, priced, "partner")
    context = {
        "form": form,
        "form_open": bool(form.errors or "add" in request.GET),
        "partners": [(partner, by_partner.get(partner.pk)) for partner in partners if not partner.archived_at],
        "archived": [partner for partner in partners if partner.archived_at],
        "groups": worst_first(accounts(placements, priced, "group"))[:GROUPS_SHOWN],
        "days": SPAN_DAYS,
    }
    return render(request, "sponsors/partners.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """One partner: its placements with their price of trust; POST changes or (`archive`) archives it."""
    found = Partner.objects.select_related("team").one_visible_to(request.user, pk)
    if "archive" in request.POST:
        sponsorships.archive_partner(partner=found, by=request.user, now=timezone.now())
        messages.success(request, _("Archived: %(partner)s") % {"partner": found.name})
        return redirect("partner-list")
    form = PartnerForm(request.POST or None, user=request.user, partner=found)
    if request.method == "POST" and form.is_valid() and _saved(request, form, found):
        messages.success(request, _("Saved"))
        return redirect("partner", pk=found.pk)
    today = timezone.localdate()
    rows = found.placements.select_related("group", "partner").order_by("-on", "-pk")
    placements = list(rows[:SHOWN])
    priced = trust_of(placements, today)
    lately = [each for each in placements if each.on > today - timedelta(days=SPAN_DAYS)]
    context = {
        "partner": found,
        "form": form,
        "days": SPAN_DAYS,
        "account": accounts(lately, priced, "partner").get(found.pk),
        "rows": [_row(each, priced.get(each.pk)) for each in placements],
        "form_open": bool(form.errors),
    }
    return render(request, "sponsors/partner.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: PartnerForm, found: Partner | None) -> Partner | None:
    told = {name: form.cleaned_data[name].strip() for name in ("name", "audience")}
    try:
        with transaction.atomic():
            if found:
                return sponsorships.change_partner(partner=found, by=request.user, now=timezone.now(), **told)
            return sponsorships.add_partner(team=form.cleaned_data["team"], by=request.user, now=timezone.now(), **told)
    except IntegrityError:
        form.add_error("name", _("Another partner of the team has this name"))
    return None


def _lately(placements: QuerySet, today: date) -> QuerySet:
    """Placements of the last 180 days that members have seen."""
    since = today - timedelta(days=SPAN_DAYS)
    return (
        placements.shown().filter(on__gt=since, on__lte=today).select_related("partner", "group").order_by("on", "pk")
    )


def accounts(placements: list[Placement], priced: dict[int, PlacementTrust], by: str) -> dict[int, Account]:
    """What placements brought and cost, by `partner` or by `group`; what nobody has seen yet does not count."""
    kept: dict[int, list[Placement]] = {}
    for each in placements:
        if each.pk in priced:
            kept.setdefault(getattr(each, f"{by}_id"), []).append(each)
    return {
        pk: Account(
            pk=pk,
            name=str(getattr(seen[0], by)),
            revenue=sum((_paid(each) for each in seen), Decimal(0)),
            trust=summed(priced[each.pk] for each in seen),
        )
        for pk, seen in kept.items()
    }


def worst_first(found: dict[int, Account]) -> list[Account]:
    """Those that cost most people first; unknown ones last."""
    return sorted(found.values(), key=lambda it: (it.trust.leaves is None, -(it.trust.leaves or Decimal(0)), it.name))


def _paid(each: Placement) -> Decimal:
    paid = each.state == Placement.State.PAID
    return (amount_of(each.paid_by, each.price, each.results) or Decimal(0)) if paid else Decimal(0)


def _row(each: Placement, priced: PlacementTrust | None) -> dict[str, Any]:
    return {
        "placement": each,
        "look": MARKS[each.state],
        "priced": priced,
        "why": why_unknown(priced.trust.why) if priced else "",
        "amount": amount_of(each.paid_by, each.price, each.results),
    }
