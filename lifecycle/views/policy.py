"""The door to the thresholds of the health rules: draft others, see what they would change, adopt or drop them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lifecycle import policy_drafts
from lifecycle.lessons import last_night, learned_policy
from lifecycle.models import Lesson, PolicyDraft, PolicyTurn, PolicyVersion
from lifecycle.models.health import Cause
from lifecycle.policies import changed_thresholds, policy_from, rulings
from lifecycle.policy_form import PolicyForm
from lifecycle.policy_words import LEARNED, THRESHOLDS, change_words
from lifecycle.rules.causes import CAUSES
from lifecycle.rules.policy import DEFAULT_POLICY, Policy
from lifecycle.rules.refit import LEAST_DEATHS, LEAST_SURVIVORS

TURNS_SHOWN = 100
DRAFTS_SHOWN = 10
VERSIONS_SHOWN = 20


@require_http_methods(["GET", "POST"])
def health_policy(request: HttpRequest) -> HttpResponse:
    """Administrators only. GET shows the thresholds in use (`?draft=` those of a draft), POST drafts others."""
    if not request.user.is_administrator:
        raise PermissionDenied
    adopted = rulings().adopted
    policy, number = (adopted[-1].policy, adopted[-1].number) if adopted else (DEFAULT_POLICY, 0)
    now = timezone.now()
    earliest = policy_drafts.earliest_day(now)
    if request.method == "GET":
        return _form_shown(request, PolicyForm(policy, number, earliest, shown=_asked_for(request)))
    form = PolicyForm(policy, number, earliest, request.POST or {})
    if not form.is_valid():
        return _form_shown(request, form, status=422)
    try:
        draft = policy_drafts.make_draft(
            policy=form.new_policy(),
            from_day=form.cleaned_data["from_day"],
            reason=form.cleaned_data["reason"],
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            now=now,
        )
    except policy_drafts.PolicyChangedMeanwhile:
        form.add_error(None, _("Other thresholds were adopted meanwhile. Your figures are kept below; try them again"))
        form.data = form.data.copy()
        form.data["based_on"] = number
        return _form_shown(request, form, status=409)
    return redirect("policy-draft", pk=draft.pk)


def _asked_for(request: HttpRequest) -> Policy | None:
    """Thresholds to begin with: those of a draft, of a version, or as delivered (`?version=0`)."""
    draft, version = request.GET.get("draft", ""), request.GET.get("version", "")
    if draft.isdecimal() and len(draft) < 10:
        return policy_from(get_object_or_404(PolicyDraft, pk=int(draft)).thresholds)
    if request.GET.get("learned"):
        return learned_policy(Lesson.objects.first(), _last_policy())
    if version == "0":
        return DEFAULT_POLICY
    if version.isdecimal() and len(version) < 5:
        return policy_from(get_object_or_404(PolicyVersion, pk=int(version)).thresholds)
    return None


def _last_policy() -> Policy:
    adopted = rulings().adopted
    return adopted[-1].policy if adopted else DEFAULT_POLICY


@require_GET
def policy_history(request: HttpRequest) -> HttpResponse:
    """Administrators only: what the installation's own deaths teach, beside what is in use; too few say so."""
    if not request.user.is_administrator:
        raise PermissionDenied
    lesson, in_use = Lesson.objects.first(), _last_policy()
    learned, through = learned_policy(lesson, in_use), last_night()
    return render(
        request,
        "lifecycle/policy/history.html",
        {
            "lesson": lesson,
            "waits": through is not None and (lesson is None or lesson.through < through),
            "least_deaths": LEAST_DEATHS,
            "least_survivors": LEAST_SURVIVORS,
            "rows": _learned(lesson, learned, in_use) if lesson and learned else [],
        },
    )


def _learned(lesson: Lesson, learned: Policy, in_use: Policy) -> list[dict[str, Any]]:
    rows = []
    for each in (THRESHOLDS[name] for name in LEARNED):
        low, high = lesson.intervals.get(each.name, (None, None))
        rows.append(
            {
                "label": each.label,
                "delivered": each.shown(each.of(DEFAULT_POLICY)),
                "in_use": each.shown(each.of(in_use)),
                "learned": each.shown(each.of(learned)),
                "low": "" if low is None else each.bound(low),
                "high": "" if high is None else each.bound(high),
            }
        )
    return rows


def _form_shown(request: HttpRequest, form: PolicyForm, status: int = 200) -> HttpResponse:
    in_use = rulings().on(timezone.localdate().toordinal())
    return render(
        request,
        "lifecycle/policy/form.html",
        {
            "form": form,
            "in_use": in_use.number,
            "drafts": PolicyDraft.objects.filter(state__in=policy_drafts.OPEN)
            .select_related("made_by")
            .order_by("-pk")[:DRAFTS_SHOWN],
            "versions": PolicyVersion.objects.select_related("made_by").order_by("-number")[:VERSIONS_SHOWN],
        },
        status=status,
    )


@require_http_methods(["GET", "POST"])
def policy_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Administrators only. GET shows how far the trial is and what it found; POST `action` adopts or drops."""
    if not request.user.is_administrator:
        raise PermissionDenied
    draft = get_object_or_404(PolicyDraft.objects.select_related("made_by", "ended_by"), pk=pk)
    if request.method == "POST":
        return _decided(request, draft)
    return _draft_shown(request, draft)


def _decided(request: HttpRequest, draft: PolicyDraft) -> HttpResponse:
    if request.POST.get("action") not in ("adopt", "drop"):
        return _draft_shown(request, draft, status=422)
    try:
        if request.POST["action"] == "drop":
            policy_drafts.drop(draft=draft, by=request.user, now=timezone.now())
            messages.success(request, _("Dropped; nothing has changed"))
            return redirect("health-policy")
        version = policy_drafts.adopt(draft=draft, by=request.user, now=timezone.now())
    except policy_drafts.PolicyChangedMeanwhile:
        return _draft_shown(request, draft, _("Other thresholds were adopted meanwhile; draft yours anew"), 409)
    except policy_drafts.DayHasBegun:
        return _draft_shown(request, draft, _("Its first day is judged already; draft it anew with a later day"), 409)
    except policy_drafts.DraftEnded:
        messages.info(request, _("This draft was ended already"))
        return redirect("policy-draft", pk=draft.pk)
    except policy_drafts.NotTriedYet:
        return _draft_shown(request, draft, _("Wait until all groups are tried"), 409)
    messages.success(
        request,
        _("v%(number)s is adopted. What was judged before stays as it is") % {"number": version.number},
    )
    return redirect("health-policy")


def _draft_shown(request: HttpRequest, draft: PolicyDraft, problem: str = "", status: int = 200) -> HttpResponse:
    before = rulings().adopted
    base = next((each.policy for each in before if each.number == draft.based_on), DEFAULT_POLICY)
    turns = PolicyTurn.objects.visible_to(request.user).filter(draft=draft).select_related("group", "team")
    number = turns.count()
    return render(
        request,
        "lifecycle/policy/draft.html",
        {
            "draft": draft,
            "problem": problem,
            "open": draft.state in policy_drafts.OPEN,
            "trying": draft.state == PolicyDraft.State.TRYING,
            "changed": change_words(changed_thresholds(base, policy_from(draft.thresholds))),
            "counts": _counts(draft),
            "flagged": draft.found.get("flagged", (0, 0)),
            "raised": draft.found.get("raised", (0, 0)),
            "turns": [_told(turn) for turn in turns.order_by("-state_after", "group__name", "pk")[:TURNS_SHOWN]],
            "turned": number,
            "left": max(number - TURNS_SHOWN, 0),
        },
        status=status,
    )


def _counts(draft: PolicyDraft) -> list[tuple[Any, int, int]]:
    """(cause, now, then) of each cause that is flagged at all."""
    pairs = [(Cause(cause).label, *draft.found.get(cause, (0, 0))) for cause in CAUSES]
    return [pair for pair in pairs if pair[1] or pair[2]]


def _told(turn: PolicyTurn) -> dict[str, Any]:
    return {
        "group": turn.group,
        "team": turn.team,
        "before": (turn.state_before, [Cause(cause).label for cause in turn.causes_before], _points(turn.score_before)),
        "after": (turn.state_after, [Cause(cause).label for cause in turn.causes_after], _points(turn.score_after)),
    }


def _points(score: int) -> int | None:
    return None if score < 0 else round(score / 100)
