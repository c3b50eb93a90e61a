"""The board of cases, the page of a case, and what is done on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from groups.access import leads_any
from groups.saved_views import opens_with_a_view
from lifecycle.cases.moving import CaseMovedOn, Refused, demand_right
from lifecycle.cases.playing import playbook_of
from lifecycle.cases.wording.reasons import refusal_text
from lifecycle.cases.working import do_step
from lifecycle.models import Case
from lifecycle.models.health import Cause
from lifecycle.rules.case_flow import Action, State, after
from lifecycle.rules.playbooks import step_of
from lifecycle.views.cases import board as columns
from lifecycle.views.cases.actions import PAGES, lead_of_action, title_of_action
from lifecycle.views.cases.assigning import AssignManyForm
from lifecycle.views.cases.awaiting import told_before
from lifecycle.views.cases.content import page_of
from lifecycle.views.cases.finding import case_seen_by
from lifecycle.views.cases.forms import RemedyForm, StepForm
from lifecycle.views.cases.triage import triage_address, triage_page

A_PAGE = 30


@require_GET
@opens_with_a_view("case-board")
def case_board(request: HttpRequest) -> HttpResponse:
    """The columns; with `?column=` the whole list of one of them, with `?mode=triage` one case after the other."""
    filters = columns.Filters.of(request.GET)
    if request.GET.get("mode") == "triage":
        return triage_page(request, filters)
    today = timezone.localdate()
    cases = columns.cases_of(request.user, filters, today)
    counts, endings = columns.counts_of(cases)
    context = {
        "filters": filters,
        "counts": counts,
        "columns": columns.COLUMNS,
        "endings": [(Case.State(state).label, count) for state, count in endings.items()],
        "owners": columns.owners_of(request.user),
        "causes": Cause.choices,
        "query": _query(filters),
    }
    if filters.column:
        listed = columns.with_cards(cases.filter(column=filters.column)).order_by("due_on", "opened_on", "pk")
        page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
        page.object_list = columns.dressed(page.object_list, request.user, today)
        context["page"] = page
        if filters.column != "ended" and leads_any(request.user):
            context["assign_form"] = AssignManyForm(user=request.user)
        return render(request, "lifecycle/cases/list.html", context)
    cards = columns.cards_of(cases, request.user, today)
    context["board"] = [(key, columns.COLUMNS[key], counts[key], cards[key]) for key in columns.ON_BOARD]
    return render(request, "lifecycle/cases/board.html", context)


@require_GET
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_seen_by(request.user, pk)
    return render(request, "lifecycle/cases/case.html", page_of(case, request.user, timezone.localdate()))


@require_http_methods(["GET", "POST"])
def case_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One action: its form, and what happens when it is sent."""
    case = case_seen_by(request.user, pk)
    name = _action_named(action)
    demand_right(case, name, request.user)
    page = PAGES[name]
    extra: dict[str, Any] = {"remedy": action} if page.form is RemedyForm else {}
    form = page.form(request.POST or None, request.FILES or None, case=case, **extra)
    context = {"case": case, "page": page, "form": form, "action": action, "title": title_of_action(name, case)}
    context |= {"lead": lead_of_action(name, case), "told": told_before(case, name, timezone.localdate())}
    if request.method == "GET":
        if after(State(case.state), name, case.remedy) is None:
            return render(request, "lifecycle/cases/moved_on.html", context, status=409)
        return render(request, "lifecycle/cases/action.html", context)
    if not form.is_valid():
        return render(request, "lifecycle/cases/action.html", context, status=422)
    try:
        page.run(case, form, by=request.user, now=timezone.now(), on=timezone.localdate())
    except CaseMovedOn:
        context |= {"case": case_seen_by(request.user, pk), "typed": form.cleaned_data}
        return render(request, "lifecycle/cases/moved_on.html", context, status=409)
    except Refused as refused:
        if refused.code == "nothing_tried":
            return render(request, "lifecycle/cases/interruption.html", context)
        form.add_error(None, refusal_text(refused))
        return render(request, "lifecycle/cases/action.html", context, status=422)
    if request.GET.get("from") == "triage":
        return redirect(triage_address(request, case))
    messages.success(request, page.done)
    return redirect("case-page", pk=pk)


@require_http_methods(["POST"])
def case_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step of the plan was done."""
    case = case_seen_by(request.user, pk)
    task = get_object_or_404(case.tasks, pk=step, plan=case.plans)
    demand_right(case, Action.WORK, request.user)
    known = step_of(playbook_of(case), task.step)
    if known is None:
        raise Http404
    form = StepForm(request.POST, step=known)
    if form.is_valid():
        try:
            do_step(
                case=case,
                task=task,
                evidence=form.cleaned_data["evidence"],
                count=form.cleaned_data.get("count"),
                spent=form.cleaned_data["spent"],
                by=request.user,
                now=timezone.now(),
                on=timezone.localdate(),
            )
        except CaseMovedOn:
            return render(
                request, "lifecycle/cases/moved_on.html", {"case": case_seen_by(request.user, pk)}, status=409
            )
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
        else:
            return redirect(f"{request.path.split('/steps/')[0]}/#steps")
    context = page_of(case, request.user, timezone.localdate(), typed={task.pk: form})
    return render(request, "lifecycle/cases/case.html", context | {"form": form}, status=422)


def _action_named(word: str) -> Action:
    """The action of an address; those of the night and unknown words are not found."""
    if word not in {action.value for action in PAGES}:
        raise Http404
    return Action(word)


def _query(filters: columns.Filters) -> str:
    """The filters as they go on in links."""
    parts = {"owner": filters.owner, "cause": filters.cause}
    return "".join(f"&{key}={value}" for key, value in parts.items() if value)
