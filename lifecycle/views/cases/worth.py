"""What the three remedies are worth, and the page on which a person tries other figures than those on record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lifecycle.cases.assuming import keep_assumption, may_assume
from lifecycle.cases.moving import Refused, demand_right
from lifecycle.cases.recommending import stored_form
from lifecycle.cases.situations import situations_of
from lifecycle.cases.wording.reasons import RECOMMENDED, reason_text, refusal_text
from lifecycle.cases.wording.worth import (
    INPUTS,
    best_text,
    input_text,
    nearest_turn_text,
    needed_text,
    record_text,
    share_text,
    turn_text,
)
from lifecycle.models.cases import Remedy
from lifecycle.rules.case_flow import Action
from lifecycle.rules.decision import Situation, known_inputs, recommend
from lifecycle.rules.worth import complete
from lifecycle.views.cases.finding import case_seen_by
from lifecycle.views.cases.forms import ReasonForm
from lifecycle.views.cases.worth_forms import FiguresForm

WORTH = ("revive", "migrate", "dissolve")


@require_http_methods(["GET", "POST"])
def case_worth(request: HttpRequest, pk: int) -> HttpResponse:
    """What each remedy is worth. Figures in the address are tried and written nowhere; sent, they are kept."""
    case, today = case_seen_by(request.user, pk), timezone.localdate()
    demand_right(case, Action.NOTE, request.user)
    if not may_assume(case):
        return render(request, "lifecycle/cases/moved_on.html", {"case": case}, status=409)
    situation = situations_of([case], today)[case.pk]
    known = known_inputs(situation)
    sent = request.POST if request.method == "POST" else request.GET
    figures = FiguresForm(sent if set(sent) & set(known) else None)
    reason = ReasonForm(request.POST if request.method == "POST" else None, case=case)
    fits = not figures.is_bound or figures.is_valid()
    typed = figures.typed if figures.is_bound and fits else {}
    if request.method == "POST" and fits and reason.is_valid():
        try:
            keep_assumption(
                case=case,
                typed=typed,
                reason=reason.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
                on=today,
            )
        except Refused as refused:
            reason.add_error(None, refusal_text(refused))
        else:
            messages.success(request, _("The figures stand in the history and go with the next decision"))
            return redirect("case-page", pk=pk)
    form = reason if reason.errors else figures
    context = {"case": case, "figures": figures, "reason": reason, "form": form, "situation": situation}
    context |= _worked_out(situation, known, typed, figures, today)
    return render(request, "lifecycle/cases/worth.html", context, status=422 if form.errors else 200)


def worth_of(stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a stored recommendation says about money, in words; None for one of an older rule."""
    if "inputs" not in stored:
        return None
    inputs = {name: None if value is None else Decimal(value) for name, value in stored["inputs"].items()}
    turns = {turn["name"]: turn for turn in stored["turns"]}
    values = stored["values"]
    return {
        "rows": [_row(name, inputs, turns.get(name)) for name in INPUTS],
        "missing": [INPUTS[name][0] for name, value in inputs.items() if value is None],
        "values": values and [(name, Remedy(name).label, Decimal(values[name])) for name in WORTH],
        "best": values and values["best"],
        "chance": values and share_text(Decimal(values["chance"])),
        "needed": values and needed_text(values["needed"]),
        "record": record_text(stored["record"]["wins"], stored["record"]["tries"]),
        "turn": nearest_turn_text(stored["turns"], inputs) if values else "",
        "order": best_text(values["best"], stored["remedy"]) if values and stored["remedy"] else "",
    }


def _row(name: str, inputs: Mapping[str, Decimal | None], turn: Mapping[str, Any] | None) -> dict[str, Any]:
    label, source = INPUTS[name]
    return {
        "name": name,
        "label": label,
        "source": source,
        "on_record": input_text(name, inputs[name]),
        "turn": turn_text(name, Decimal(turn["at"]), inputs[name], turn["remedy"]) if turn else "",
    }


def _worked_out(
    situation: Situation, known: Mapping[str, Decimal | None], typed: Mapping[str, Decimal], form: FiguresForm, day: Any
) -> dict[str, Any]:
    """The worth on record, and beside it that of the typed figures where they say anything else."""
    inputs = complete({**known, **typed})
    measured = stored_form(recommend(situation), situation, day)
    context: dict[str, Any] = {"worth": worth_of(measured), "measured": RECOMMENDED[measured["remedy"]]}
    for row in context["worth"]["rows"]:
        row["field"] = form[row["name"]]
    if not typed or inputs is None:
        return context | {"still_missing": bool(typed)}
    found = recommend(situation, inputs=inputs)
    tried = stored_form(found, situation, day)
    tried["inputs"] = {name: str(getattr(inputs, name)) for name in known}
    said = worth_of(tried) or {}
    if "chance" in typed:
        said["record"] = _("your figure")
    return context | {
        "tried": said,
        "would": RECOMMENDED[tried["remedy"]],
        "would_why": [reason_text(reason) for reason in tried["reasons"]],
    }
