"""Shared costs: which were spread, a preview of who would get how much and why, and the way back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.allocation_form import AllocationForm
from groups import allocation, labour
from groups.access import leads, leads_any
from groups.allocation import Bearer, Part
from groups.currency import money_text
from groups.models import Allocation, Group, LedgerLine, Team
from groups.months import MonthClosed
from groups.rules.allocation import NothingToGoBy, percent_of
from groups.rules.months import last_day_of, month_of
from groups.views.closed_months import posted, say_closed
from lifecycle.known_members import members_known

SHOWN = 50
Basis = Allocation.Basis


@require_GET
def allocation_list(request: HttpRequest) -> HttpResponse:
    """The shared costs of the teams that the person sees, newest first."""
    found = Allocation.objects.visible_to(request.user).select_related("team", "category", "made_by")
    context = {"allocations": found.order_by("-on", "-pk")[:SHOWN], "leads": leads_any(request.user)}
    return render(request, "groups/allocations.html", context)


@require_http_methods(["GET", "POST"])
def allocation_new(request: HttpRequest) -> HttpResponse:
    """Type what is shared, look at the parts, leave groups out, and enter it. Only what was looked at is entered.

    `?like=<id>` begins with what was shared then.
    """
    if not leads_any(request.user):
        raise PermissionDenied
    asked = request.GET.get("like", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    like = Allocation.objects.one_visible_to(request.user, number) if asked else None
    form = AllocationForm(posted(request), user=request.user, like=like)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        groups = groups_of(form.cleaned_data["team"], form.cleaned_data["on"])
        kept = set(request.POST.getlist("group")) if "chosen" in request.POST else {str(group.pk) for group in groups}
        parts = _parts(form, [group for group in groups if str(group.pk) in kept])
        if parts is not None:
            twin = allocation.twin_of(**form.named())
            seen = fingerprint(form.cleaned_data["basis"], parts, twin)
            if request.POST.get("action") == "commit" and request.POST.get("seen") == seen:
                made = _allocated(request, form, parts)
                if made:
                    return redirect("allocation-page", pk=made.pk)
            context |= preview(form, groups, kept, parts, seen)
            context["twin"] = twin
            looked_at = (seen, fingerprint(form.cleaned_data["basis"], parts))  # the latter before the twin was there
            sent = request.POST.get("action") == "commit" and not form.errors
            context["changed"] = sent and request.POST.get("seen") not in looked_at
    context["echo"] = form.fields["amount"].echo(form["amount"].value() or "") if form.is_bound else ""
    return render(request, "groups/allocation_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def allocation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who got how much of one shared cost; managers take it back as a whole."""
    found = Allocation.objects.select_related("team", "category", "made_by", "taken_back_by")
    it = found.one_visible_to(request.user, pk)
    leader = leads(request.user, it.team_id)
    if request.method == "POST":
        if not leader:
            raise PermissionDenied
        return _take_back(request, it)
    names = {group.pk: group for group in Group.objects.filter(pk__in=[part["group"] for part in it.parts])}
    rows = [
        {
            "group": names.get(part["group"]),
            "weight": None if part["weight"] is None else Decimal(part["weight"]),
            "amount": None if part["amount"] is None else Decimal(part["amount"]),
        }
        for part in it.parts
    ]
    return render(request, "groups/allocation.html", {"it": it, "rows": rows, "leads": leader})


def groups_of(team: Team, on: date) -> list[Group]:
    """The groups of the team that ran on that day, by name."""
    running = Group.objects.filter(team=team, archived_at=None, opened_on__lte=on)
    return list(running.exclude(closed_on__lt=on).order_by("sort_key", "pk"))


def weights_of(basis: str, group_ids: Sequence[int], on: date) -> dict[int, Decimal]:
    """What each group is measured by; a group of which nothing is known is not in the answer.

    Members are those known on the day; hours and revenue are of its month.
    """
    first, last = month_of(on), last_day_of(on)
    if basis == Basis.MEMBERS:
        return {group_id: Decimal(members) for group_id, members in members_known(group_ids, on).items()}
    if basis == Basis.HOURS:
        return labour.hours_by_group(group_ids, first, last)
    if basis == Basis.REVENUE:
        lines = LedgerLine.objects.filter(group__in=group_ids, kind=LedgerLine.Kind.REVENUE, on__range=(first, last))
        sums = lines.values("group_id").annotate(earned=Sum("amount")).values_list("group_id", "earned")
        return {group_id: max(earned, Decimal(0)) for group_id, earned in sums}
    return dict.fromkeys(group_ids, Decimal(1))


def _parts(form: AllocationForm, groups: Sequence[Group]) -> list[Part] | None:
    """The parts, or None with the reason in the form."""
    typed = form.cleaned_data
    weights = weights_of(typed["basis"], [group.pk for group in groups], typed["on"])
    bearers = [Bearer(group.pk, weights.get(group.pk)) for group in groups]
    try:
        return allocation.parts_of(typed["amount"], bearers)
    except NothingToGoBy:
        sentence = _("No group has a known figure to go by; select another measure or another day")
        form.add_error("basis", ValidationError(sentence, "nothing_to_go_by"))
        return None


def fingerprint(basis: str, parts: Sequence[Part], twin: Allocation | None = None) -> str:
    """The same for the same parts, so that nobody enters other parts than those that were looked at.

    `twin`: what seems to be the same bill, so that nobody enters it again without having seen that it stands.
    """
    told = "|".join(f"{part.group_id}:{part.weight}:{part.amount}" for part in parts)
    return hashlib.sha256(f"{basis}|{told}|{twin.pk if twin else ''}".encode()).hexdigest()[:32]


def preview(
    form: AllocationForm, groups: Sequence[Group], kept: set[str], parts: Sequence[Part], seen: str
) -> dict[str, Any]:
    """Rows for every group of the team, those that were left out too, and what it comes to in words."""
    found, total = {part.group_id: part for part in parts}, form.cleaned_data["amount"]
    rows = [{"group": group, "kept": str(group.pk) in kept, "part": found.get(group.pk)} for group in groups]
    for row in rows:
        part = row["part"]
        row["share"] = percent_of(part.amount, total) if part and part.amount is not None else None
    return {
        "rows": rows,
        "seen": seen,
        "total": total,
        "bearing": sum(bool(part.amount) for part in parts),
        "unknown": sum(part.weight is None for part in parts),
        "basis_name": dict(Basis.choices)[form.cleaned_data["basis"]],
        "basis": form.cleaned_data["basis"],
    }


def _allocated(request: HttpRequest, form: AllocationForm, parts: Sequence[Part]) -> Allocation | None:
    try:
        made = allocation.allocate(parts=parts, by=request.user, now=timezone.now(), **form.shared())
    except MonthClosed as closed:
        say_closed(form, closed)
        return None
    messages.success(request, _("Spread: %(amount)s") % {"amount": money_text(made.total, fen=True)})
    return made


def _take_back(request: HttpRequest, it: Allocation) -> HttpResponse:
    try:
        done = allocation.take_back(
            allocation=it, reason=request.POST.get("reason", "")[:200], by=request.user, now=timezone.now()
        )
    except MonthClosed as closed:
        sentence = _("%(month)s is closed too; reopen it first")
        messages.error(request, sentence % {"month": f"{closed.month:%Y-%m}"})
    else:
        if done:
            messages.success(request, _("Taken back: %(amount)s") % {"amount": money_text(it.total, fen=True)})
    return redirect("allocation-page", pk=it.pk)
