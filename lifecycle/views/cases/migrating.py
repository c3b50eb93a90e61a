"""The page on which people are moved: who shows life, where to, what to say, the code, and who came."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from groups.models import User
from groups.rules.file_kinds import FileNotTaken
from groups.sealing import unseal
from lifecycle.cases.migrating import began_of, choose_target, keep_code, note_asked, numbers_of_ids
from lifecycle.cases.movers import MOST_LISTED, progress_of
from lifecycle.cases.moving import CaseMovedOn, Refused, demand_right
from lifecycle.cases.people_moved import told_by_hand
from lifecycle.cases.playing import words_of_step
from lifecycle.cases.situations import movement_of
from lifecycle.cases.targets import targets_for
from lifecycle.cases.wording.reasons import refusal_text
from lifecycle.cases.wording.targets import reason_text
from lifecycle.models import Case, CaseTask, Migration
from lifecycle.models.cases import Remedy
from lifecycle.rules.case_flow import Action, State, after
from lifecycle.sources.headers import ID_WORDS, NAME_WORDS
from lifecycle.views.cases.content import text_fields, text_to_copy
from lifecycle.views.cases.finding import case_seen_by
from lifecycle.views.cases.migrating_forms import CODE_PROBLEMS, CodeForm, TargetForm


@require_http_methods(["GET", "POST"])
def case_moving(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page; a POST chooses where the people are asked to."""
    case = _migrating(request, pk)
    if request.method == "GET":
        return _page(request, case)
    form = TargetForm(request.POST, user=request.user, case=case)
    if not form.is_valid():
        return _page(request, case, target_form=form)
    try:
        choose_target(case=case, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        form.add_error("theme", refusal_text(refused))
        return _page(request, case, target_form=form)
    except CaseMovedOn:
        return _moved_on(request, pk)
    return redirect(f"{request.path}#where")


@require_POST
def case_moving_asked(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was asked to come along."""
    case = _migrating(request, pk)
    sent = [
        int(each) for each in request.POST.getlist("number") if each.isascii() and each.isdigit() and len(each) < 10
    ]
    lively = [mover.number for mover in _progress(case).movers[:MOST_LISTED]]
    try:
        note_asked(case=case, numbers=sent, lively=lively, by=request.user, now=timezone.now())
    except CaseMovedOn:
        return _moved_on(request, pk)
    return redirect("case-moving", pk=pk)


@require_http_methods(["GET", "POST"])
def case_moving_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of the code, as long as it lets people in; a POST keeps another one."""
    case = _migrating(request, pk)
    if request.method == "GET":
        kept = _migration(case)
        if kept is None or kept.sealed_code is None or kept.code_until < timezone.localdate():
            raise Http404
        answer = HttpResponse(unseal(bytes(kept.sealed_code)), content_type="image/png")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
    sent = (request.POST, request.FILES)  # reading them tells whether the upload was cut off
    form = CodeForm(*sent, too_large=getattr(request, "upload_was_too_large", False))
    if not form.is_valid():
        return _page(request, case, code_form=form)
    file = form.cleaned_data["picture"]
    try:
        content = b"".join(file.chunks())
        until = form.cleaned_data["until"]
        keep_code(case=case, name=file.name, content=content, until=until, by=request.user, now=timezone.now())
    except FileNotTaken as refused:
        form.add_error("picture", CODE_PROBLEMS[refused.code])
    except Refused as refused:
        form.add_error("until", refusal_text(refused))
    except CaseMovedOn:
        return _moved_on(request, pk)
    else:
        return redirect("case-moving", pk=pk)
    return _page(request, case, code_form=form)


@require_POST
@sensitive_post_parameters()
def case_moving_names(request: HttpRequest, pk: int) -> JsonResponse:
    """Which lines of the ids that were sent stand for which member. The names stay in the browser."""
    case = _migrating(request, pk)
    ids = request.POST.get("ids", "").split("\n")
    try:
        found = numbers_of_ids(case=case, ids=ids, by=request.user, now=timezone.now())
    except Refused as refused:
        return JsonResponse({"problem": refusal_text(refused)}, status=422)
    text = ngettext("%(count)s member found in the file", "%(count)s members found in the file", len(found))
    return JsonResponse({"found": list(found.items()), "text": text % {"count": len(found)}})


def _migrating(request: HttpRequest, pk: int) -> Case:
    """The case, if it was decided to migrate; its people are shown to whoever may work on it."""
    case = case_seen_by(request.user, pk)
    if case.remedy != Remedy.MIGRATE:
        raise Http404
    demand_right(case, Action.WORK, request.user)
    return case


def _migration(case: Case) -> Migration | None:
    found = Migration.objects.select_related("target", "target__standing", "target__owner")
    return found.filter(case=case, plan=case.plans).first()


def _progress(case: Case):
    migration = _migration(case)
    return progress_of(case, migration, migration.began_on if migration else began_of(case), timezone.localdate())


def _page(
    request: HttpRequest, case: Case, target_form: TargetForm | None = None, code_form: CodeForm | None = None
) -> HttpResponse:
    today, migration = timezone.localdate(), _migration(case)
    began = migration.began_on if migration else began_of(case)
    progress = progress_of(case, migration, began, today)
    movement = movement_of([case.group_id], began).get(case.group_id)
    works = after(State(case.state), Action.WORK, case.remedy) is not None
    refused = target_form or code_form
    tasks = list(CaseTask.objects.filter(case=case, plan=case.plans).order_by("place"))
    context = {
        "case": case,
        "migration": migration,
        "works": works,
        "progress": progress,
        "movers": progress.movers[:MOST_LISTED],
        "more": max(len(progress.movers) - MOST_LISTED, 0),
        "unnamed": max(movement.at_most - len(progress.movers), 0) if movement else 0,
        "nobody_acts": movement is not None and movement.at_most == 0,
        "compares": bool(migration and migration.target_id) and progress.compared,
        "by_hand": told_by_hand(case, tasks),
        "texts": _texts(case, tasks),
        "targets": _targets(request.user, case, len(progress.movers)) if works else [],
        "target_form": target_form or TargetForm(user=request.user, case=case, theme=_theme(case, migration)),
        "code_form": code_form or CodeForm(),
        "code_is_over": bool(migration and migration.code_until) and migration.code_until < today,
        "code_days": (migration.code_until - today).days if migration and migration.code_until else None,
        "id_words": "|".join(ID_WORDS),
        "name_words": "|".join(NAME_WORDS),
        "form": refused,
        "has_errors": bool(refused),
    }
    return render(request, "lifecycle/cases/migrating.html", context, status=422 if refused else 200)


def _theme(case: Case, migration: Migration | None) -> str:
    """The new theme; empty where the people go to a group of ours."""
    return "" if migration and migration.target_id else case.moves_to


def _targets(user: User, case: Case, movers: int) -> list[dict[str, Any]]:
    return [
        {"group": group, "left": fit.room.places_left, "reasons": [reason_text(code, fit) for code in fit.reasons]}
        for group, fit in targets_for(user, case, movers)
    ]


def _texts(case: Case, tasks: list[CaseTask]) -> list[dict[str, Any]]:
    """The texts of the steps of the plan that have one, filled in."""
    fields = text_fields(case)
    found = [(task, words_of_step(case, task.step)) for task in tasks]
    return [
        {"task": task, "title": words.title, "text": text}
        for task, words in found
        if (text := text_to_copy(words, fields, task.text))
    ]


def _moved_on(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "lifecycle/cases/moved_on.html", {"case": case_seen_by(request.user, pk)}, status=409)
