"""Doors to the end of an assessment: check the answers, the verdict, its conditions, the exception, registering."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import verdict_page
from assessments.checking import sections_to_check
from assessments.choices import choices_for, people_for
from assessments.differences import answers_side_by_side, results_side_by_side
from assessments.drafts import counted_answers, pages_of
from assessments.estimates import estimate_of
from assessments.experience import OwnExperience, experience_for, warnings_of
from assessments.models import Assessment, Condition, Verdict
from assessments.outcome_forms import ConditionForm, ExceptionForm, RegisterForm
from assessments.outdated import outdated_of
from assessments.plan_rows import left_out, plan_rows
from assessments.progress import progress_of
from assessments.reading import economics_so_far
from assessments.registration import (
    MOST_AT_ONCE,
    NotAllowed,
    groups_made,
    may_register,
    register_several,
    terms_from,
)
from assessments.rule_sets import Rules, current_rules
from assessments.score_page import score_rows
from assessments.storing import outlook_of, plain
from assessments.three_cases import three_cases
from assessments.turn_sentences import turns_of
from assessments.verdicts import (
    AnswersOutdated,
    NotComplete,
    RulesAreNewer,
    ask_exception,
    decide,
    decide_exception,
    latest_verdict,
    update_condition,
)
from groups.access import leads
from groups.models import User


@require_http_methods(["GET", "POST"])
def assessment_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Every answer with a way to change it; the declaration asks the rules for the verdict."""
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    if not assessment.is_draft:
        return redirect("verdict", pk)
    pages = pages_of(assessment)
    progress = progress_of(pages)
    if not progress.is_complete:
        return _locked(request, pk)
    declared = request.POST.get("declared") == "yes"
    if request.method == "POST" and declared and (token := _token(request)):
        try:
            decide(
                assessment=assessment,
                token=token,
                by=request.user,
                now=timezone.now(),
                today=timezone.localdate(),
                expected_version=_number(request.POST.get("rule_version", "")),
            )
        except NotComplete:
            return _locked(request, pk)
        except AnswersOutdated:
            return redirect("assessment-check", pk)
        except RulesAreNewer:
            messages.warning(request, _("The rules changed since you checked. Look once more, then get the verdict"))
            return redirect("assessment-check", pk)
        return redirect("verdict", pk)
    answers = counted_answers(pages)
    own, rules = experience_for(request.user, answers), current_rules()
    choices = choices_for(assessment, request.user)
    outdated = outdated_of(answers, choices, rules.thresholds)
    refused = request.method == "POST"
    return render(
        request,
        "assessments/check.html",
        {
            "assessment": assessment,
            "sections": sections_to_check(pk, progress, answers, choices),
            "outdated": [
                (each.sentence, verdict_page.page_of_question(pk, each.question, back_to_check=True))
                for each in outdated
            ],
            "stops": any(each.stops for each in outdated),
            "estimate": estimate_of(answers, rules.thresholds),
            "outlook": _outlook_so_far(assessment, answers, own, rules),
            "own_warnings": warnings_of(own, answers),
            "own_survival": own.survival_sentence(),
            "rule_version": rules.version,
            "token": uuid4(),
            "has_errors": refused,
            "now": timezone.now(),
        },
        status=422 if refused else 200,
    )


@require_GET
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    given = latest_verdict(assessment)
    return _verdict_page(request, assessment, given) if given else _locked(request, pk)


@require_POST
def verdict_condition(request: HttpRequest, pk: int, condition: int) -> HttpResponse:
    assessment, given = _decided(request, pk)
    task = get_object_or_404(given.conditions, pk=condition)
    form = ConditionForm(task, people_for(assessment, request.user), request.POST)
    if not form.is_valid():
        return _verdict_page(request, assessment, given, wrong=form, status=422)
    owner = form.cleaned_data["owner"]
    update_condition(
        condition=task,
        owner=User.objects.get(pk=owner) if owner else None,
        due_on=form.cleaned_data["due_on"],
        state=form.cleaned_data["state"],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Condition saved"))
    return redirect(f"{reverse('verdict', args=[pk])}#conditions")


@require_POST
def verdict_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an exception, or as a manager of the team grant or decline one. A manager's own is granted at once."""
    assessment, given = _decided(request, pk)
    manages = leads(request.user, assessment.team_id)
    now = timezone.now()
    if "decision" in request.POST:
        if not manages:
            raise PermissionDenied
        override = get_object_or_404(given.overrides, granted=None)
        decide_exception(override=override, granted=request.POST["decision"] == "grant", by=request.user, now=now)
        return redirect("verdict", pk)
    form = ExceptionForm(request.POST)
    if given.outcome != Verdict.Outcome.NOT_NOW:
        raise Http404
    if not form.is_valid():
        return _verdict_page(request, assessment, given, wrong=form, status=422)
    override = ask_exception(verdict=given, reason=form.cleaned_data["reason"], by=request.user, now=now)
    if manages:
        decide_exception(override=override, granted=True, by=request.user, now=now)
    else:
        messages.success(request, _("Sent to the managers of your team. They see the verdict and your reason"))
    return redirect("verdict", pk)


@require_http_methods(["GET", "POST"])
def verdict_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a group with the plan of the verdict."""
    assessment, given = _decided(request, pk)
    if not may_register(given):
        messages.info(request, _("This verdict is “not now”; building the group takes an exception"))
        return redirect("verdict", pk)
    choices = choices_for(assessment, request.user)
    made = list(groups_made(assessment))
    left = max(given.answers["group_count"] - len(made), 0)
    if request.method == "POST":
        # One sent again may find fewer left than it was opened with: the same token gives the same groups.
        form = RegisterForm(choices.people, min(given.answers["group_count"], MOST_AT_ONCE), request.POST)
        if "count" not in request.POST:
            form.fields.pop("count", None)
        if form.is_valid():
            return _registered(request, given, form)
    else:
        form = RegisterForm(choices.people, min(left, MOST_AT_ONCE), initial=_suggested(given, len(made), left))
    return render(
        request,
        "assessments/register.html",
        {
            "assessment": assessment,
            "verdict": given,
            "form": form,
            "plan": plan_rows(terms_from(given), given.answers["layer"], dict(choices.approvers)),
            "left_out": left_out(given.answers, choices),
            "open_conditions": verdict_page.tasks_of(given, list(given.conditions.exclude(state=Condition.State.DONE))),
            "made": made,
            "left": left,
        },
        status=422 if form.errors else 200,
    )


def _outlook_so_far(
    assessment: Assessment, answers: dict[str, Any], own: OwnExperience, rules: Rules
) -> dict[str, Any]:
    """The draws and the cash as the verdict will store them."""
    figures = outlook_of(answers, rules.thresholds, seed=assessment.pk, own=own.ranges)
    return verdict_page.outlook(figures | {"economics": plain(economics_so_far(answers, rules.thresholds))}, answers)


def _registered(request: HttpRequest, given: Verdict, form: RegisterForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        groups = register_several(
            verdict=given,
            token=values["token"],
            name=values["name"],
            count=values.get("count", 1),
            owner=User.objects.get(pk=values["owner"]),
            opened_on=values["opened_on"],
            by=request.user,
            now=timezone.now(),
        )
    except NotAllowed:
        raise Http404 from None
    if len(groups) == 1:
        return redirect("group-page", groups[0].pk)
    messages.success(request, _("%(count)s groups registered with this plan") % {"count": len(groups)})
    return redirect(f"{reverse('verdict', args=[given.assessment_id])}#made-title")


def _suggested(given: Verdict, made: int, left: int) -> dict[str, Any]:
    name = given.answers["name"]
    numbered = given.answers["group_count"] > 1 and left < 2
    return {
        "token": uuid4(),
        "name": f"{name} {made + 1}" if numbered else name,
        "count": min(left, MOST_AT_ONCE),
        "owner": given.answers["owner"],
        "opened_on": given.answers["starts_on"],
    }


def _decided(request: HttpRequest, pk: int) -> tuple[Assessment, Verdict]:
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    given = latest_verdict(assessment)
    if given is None or assessment.is_draft:
        raise Http404
    return assessment, given


def _locked(request: HttpRequest, pk: int) -> HttpResponse:
    messages.info(request, _("Complete the four sections first; then the verdict opens"))
    return redirect("assessment-tasks", pk)


def _token(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def _against_before(assessment: Assessment, given: Verdict, user: User) -> dict[str, Any] | None:
    """What changed since the verdict before this one; None for the first."""
    before = assessment.verdicts.filter(pk__lt=given.pk).order_by("-pk").first()
    if before is None:
        return None
    pair, choices = (before, given), choices_for(assessment, user)
    rows = [
        *results_side_by_side(pair),
        *answers_side_by_side([verdict.answers for verdict in pair], [choices, choices]),
    ]
    return {"before": before, "rows": [row for row in rows if row.differs]}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _verdict_page(
    request: HttpRequest, assessment: Assessment, given: Verdict, wrong: Any = None, status: int = 200
) -> HttpResponse:
    override = given.overrides.exclude(granted=False).select_related("asked_by", "decided_by").first()
    declined = given.overrides.filter(granted=False).select_related("decided_by").order_by("-pk").first()
    people = people_for(assessment, request.user)
    conditions = list(given.conditions.select_related("owner", "done_by"))
    tasks = verdict_page.tasks_of(given, conditions)
    for task in tasks:
        form = ConditionForm(task["condition"], people)
        task["form"] = wrong if isinstance(wrong, ConditionForm) and wrong.prefix == form.prefix else form
    economics, version = given.figures["economics"], current_rules().version
    return render(
        request,
        "assessments/verdict.html",
        {
            "assessment": assessment,
            "verdict": given,
            "headline": verdict_page.headline(given),
            "checks": verdict_page.checks_of(given),
            "overall": verdict_page.overall(given),
            "tasks": tasks,
            "met": verdict_page.met_sentence(conditions),
            "all_met": all(condition.state == Condition.State.DONE for condition in conditions),
            "changes": verdict_page.changes_of(given),
            "chart": three_cases(economics) if economics else None,
            "economics": economics,
            "outlook": verdict_page.outlook(given.figures, given.answers),
            "capacity": verdict_page.capacity(given.figures),
            "scores": score_rows(given),
            "against_before": _against_before(assessment, given, request.user),
            "turns": turns_of(given.figures, given.outcome),
            "is_stale": given.rule_version != version,
            "rule_version": version,
            "override": override,
            "declined": None if override else declined,
            "manages": leads(request.user, assessment.team_id),
            "may_register": may_register(given),
            "registrations": groups_made(assessment),
            "exception_form": wrong if isinstance(wrong, ExceptionForm) else ExceptionForm(),
            "form": wrong,
        },
        status=status,
    )
