"""Pages that plan a placement and walk one on: done, paid, or cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community_ops.sponsors.forms import PlacementForm, ResultsForm
from community_ops.sponsors.trust import basis_of, trust_of, why_unknown
from community_ops.sponsors.words import MARKS
from groups import sponsorships
from groups.models import Placement
from groups.rules.placements import NEXT, amount_of


@require_http_methods(["GET", "POST"])
def placement_new(request: HttpRequest) -> HttpResponse:
    """`?group=`, `?partner=` and `?on=` fill the form in."""
    begins = {name: request.GET[name] for name in ("group", "partner", "on") if name in request.GET}
    form = PlacementForm(request.POST or None, user=request.user, initial=begins)
    if request.method == "POST" and form.is_valid():
        placement = _planned(request, form)
        if placement:
            messages.success(request, _("Planned: %(partner)s in %(group)s") % _named(placement))
            return redirect("placement", pk=placement.pk)
    return render(request, "sponsors/placement_new.html", {"form": form}, status=422 if form.errors else 200)


def _planned(request: HttpRequest, form: PlacementForm) -> Placement | None:
    told = form.cleaned_data
    same = ("on", "paid_by", "price", "note", "over_cap_reason", "token")
    try:
        return sponsorships.plan_placement(
            group=form.groups[told["group"]],
            partner=form.partners[told["partner"]],
            by=request.user,
            now=timezone.now(),
            **{name: told[name] for name in same},
        )
    except sponsorships.MonthIsFull as full:
        words = {"month": f"{told['on']:%Y-%m}", "placements": full.placements, "cap": full.cap}
        form.add_error(
            "over_cap_reason",
            _("%(month)s has %(placements)s placements and %(cap)s are agreed: choose another month, or say why")
            % words,
        )
    return None


@require_http_methods(["GET", "POST"])
def placement(request: HttpRequest, pk: int) -> HttpResponse:
    """One placement: what it brings, what it cost in trust, and the next step (POST `step`)."""
    rows = Placement.objects.select_related("group", "partner", "line__reversed_by", "made_by")
    found = rows.one_visible_to(request.user, pk)
    counts = found.paid_by == Placement.PaidBy.RESULT and request.POST.get("step") == "done"
    form = ResultsForm(request.POST if counts else None)
    sentence = ""
    if request.method == "POST":
        sentence = _stepped(request, found, form)
        if not sentence:
            return redirect("placement", pk=found.pk)
        found.refresh_from_db()
    priced = trust_of([found], timezone.localdate()).get(found.pk)
    context: dict[str, Any] = {
        "placement": found,
        "look": MARKS[found.state],
        "steps": NEXT[found.state],
        "form": form,
        "sentence": sentence,
        "has_errors": bool(sentence),
        "amount": amount_of(found.paid_by, found.price, found.results),
        "is_to_come": found.on > timezone.localdate(),
        "priced": priced,
        "why": why_unknown(priced.trust.why) if priced else "",
        "basis": basis_of(priced.worth) if priced else "",
    }
    return render(request, "sponsors/placement.html", context, status=422 if sentence else 200)


def _stepped(request: HttpRequest, found: Placement, form: ResultsForm) -> str:
    """Take the step that was asked for; returns the sentence of a refusal, empty when it was taken."""
    who: dict[str, Any] = {"placement": found, "by": request.user, "now": timezone.now()}
    try:
        match request.POST.get("step"):
            case "done":
                if found.paid_by == Placement.PaidBy.RESULT and not form.is_valid():
                    return str(next(iter(form.errors.values()))[0])
                per_result = found.paid_by == Placement.PaidBy.RESULT
                sponsorships.mark_done(results=form.cleaned_data["results"] if per_result else None, **who)
                messages.success(request, _("Marked as done"))
            case "paid":
                sponsorships.mark_paid(**who)
                messages.success(request, _("Marked as paid; the amount stands in the ledger of the group"))
            case "cancelled":
                sponsorships.cancel(reason=request.POST.get("reason", "").strip()[:200], **who)
                messages.success(request, _("Cancelled; what was paid is taken back in the ledger"))
            case _:
                return _("Select what happened to the placement")
    except sponsorships.NotNow as refused:
        state = Placement.State(refused.state).label
        return _("The placement stands as “%(state)s” now, so this step no longer fits") % {"state": state}
    except sponsorships.DayToCome:
        return _("Its day is still to come; mark it as done on that day")
    return ""


def _named(found: Placement) -> dict[str, str]:
    return {"partner": str(found.partner), "group": str(found.group)}
