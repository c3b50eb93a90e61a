"""The door to the thresholds of the verdict rules: try them on past verdicts, then save them as a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.dry_run import dry_run
from assessments.models import RuleSet
from assessments.rule_forms import RulesForm
from assessments.rule_names import rule_text
from assessments.rule_sets import RulesChangedMeanwhile, changed_thresholds, current_rules, save_rules
from assessments.storing import plain
from assessments.threshold_words import THRESHOLD_LABELS

DIFFERENCES_SHOWN = 50
VERSIONS_SHOWN = 20


@require_http_methods(["GET", "POST"])
def verdict_rules(request: HttpRequest) -> HttpResponse:
    """Administrators only. `action=try` shows what would change, `action=save` makes it hold."""
    if not request.user.is_administrator:
        raise PermissionDenied
    rules = current_rules()
    form = RulesForm(rules.thresholds, rules.version, request.POST or ({} if request.method == "POST" else None))
    if request.method == "GET":
        return _shown(request, form, rules.version)
    if not form.is_valid():
        return _shown(request, form, rules.version, status=422)
    if form.cleaned_data["based_on"] != rules.version:
        return _changed_meanwhile(request, form, rules.version)
    if not changed_thresholds(rules.thresholds, form.new_thresholds()):
        form.add_error(None, _("Nothing is changed; change a threshold first"))
        return _shown(request, form, rules.version, status=422)
    if request.POST.get("action") != "save":
        return _shown(request, form, rules.version, tried=_tried(form))
    try:
        saved = save_rules(
            thresholds=form.new_thresholds(),
            note=form.cleaned_data["note"],
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            now=timezone.now(),
        )
    except RulesChangedMeanwhile:
        return _changed_meanwhile(request, form, current_rules().version)
    messages.success(request, _("Rules v%(version)s hold from now on. Old verdicts stay") % {"version": saved.version})
    return redirect("verdict-rules")


def _changed_meanwhile(request: HttpRequest, form: RulesForm, version: int) -> HttpResponse:
    form.add_error(
        None,
        _("Somebody saved v%(version)s meanwhile. Your figures are kept below; try them again against it")
        % {"version": version},
    )
    return _shown(request, form, version, status=409)


def _tried(form: RulesForm) -> dict[str, Any]:
    run = dry_run(form.new_thresholds())
    return {
        "run": run,
        "changed": [
            (THRESHOLD_LABELS[name], plain(old), plain(new))
            for name, old, new in changed_thresholds(form.thresholds, form.new_thresholds())
            if name in THRESHOLD_LABELS
        ],
        "rows": [
            (each, [rule_text(code) for code in each.silenced], [rule_text(code) for code in each.raised])
            for each in run.differences[:DIFFERENCES_SHOWN]
        ],
        "left": max(len(run.differences) - DIFFERENCES_SHOWN, 0),
    }


def _shown(
    request: HttpRequest, form: RulesForm, version: int, tried: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "assessments/rules.html",
        {
            "form": form,
            "version": version,
            "next_version": version + 1,
            "tried": tried,
            "versions": RuleSet.objects.select_related("made_by").order_by("-version")[:VERSIONS_SHOWN],
        },
        status=status,
    )
