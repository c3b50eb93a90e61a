"""Pages that register and edit a group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from groups import handover, registration, upstreams
from groups.forms import (
    CIRCLE,
    LEFT_THE_TEAM,
    TAKEN,
    AmendForm,
    GroupForm,
    PlanForm,
    RegistrationForm,
    facts_of,
    plan_of,
)
from groups.models import Group, Plan, User
from groups.models.group import Layer, Platform


@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    """Register a group that was not assessed, with the plan that it will be judged by."""
    today = timezone.localdate()
    begins = {"owner": request.user.pk, "opened_on": today, "starts_on": today}
    form = RegistrationForm(request.POST or None, user=request.user, initial=begins)
    if request.method == "POST" and form.is_valid():
        try:
            group = registration.register_group(
                team=form.cleaned_data["team"],
                owner=form.cleaned_data["owner"],
                plan=form.terms(),
                by=request.user,
                now=timezone.now(),
                upstream=form.cleaned_data["upstream"],
                **{name: value for name, value in form.values().items() if name not in ("owner_id", "upstream_id")},
            )
        except IntegrityError:  # somebody registered the same id since the form looked
            form.add_error("external_id", TAKEN)
        else:
            messages.success(request, _("%(group)s is registered") % {"group": group.name})
            return redirect("group-page", pk=group.pk)
    return render(request, "groups/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def group_upstreams(request: HttpRequest) -> HttpResponse:
    """The groups that a typed text may mean, as options: of `?team=`, or of the team of `?group=`, itself left out."""
    asked = {name: request.GET.get(name, "") for name in ("team", "group")}
    numbers = {name: int(text) if text.isascii() and text.isdigit() else 0 for name, text in asked.items()}
    team, group = numbers["team"], None
    if asked["group"]:
        group = Group.objects.one_visible_to(request.user, numbers["group"])
        team = group.team_id
    text = request.GET.get("upstream", "").replace("\0", "")[:150]
    found = upstreams.suggested(request.user, text, team or None, but=group.pk if group else None)
    return render(request, "groups/upstream_options.html", {"found": found})


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Two forms on one page: the facts of the group (409 with both values on a conflict), and its plan."""
    group = Group.objects.select_related("team", "owner").one_visible_to(request.user, pk)
    current = Plan.objects.get(group=group, superseded_at=None)
    part = request.POST.get("part") if request.method == "POST" else ""
    form = GroupForm(request.POST if part == "facts" else None, user=request.user, group=group, initial=facts_of(group))
    plan = AmendForm(
        request.POST if part == "plan" else None,
        before=registration.terms_of(current),
        initial=plan_of(current),
        group=group,
    )
    if part == "facts" and form.is_valid():
        return _save_facts(request, group, form, plan, current)
    if part == "plan" and plan.is_valid():
        return _save_plan(request, group, form, plan, current)
    return _shown(request, form, plan, group=group, current=current, status=422 if part else 200)


def _save_facts(request: HttpRequest, group: Group, form: GroupForm, plan: PlanForm, current: Plan) -> HttpResponse:
    try:
        _write_facts(request.user, group, form)
    except registration.GroupChangedMeanwhile as conflict:
        rows = [
            {"label": form.fields[name].label, "mine": _worded(key, mine), "theirs": _worded(key, conflict.theirs[key])}
            for key, mine in conflict.mine.items()
            for name in (key.removesuffix("_id") if key != "external_id" else key,)
        ]
        mine, theirs = form.cleaned_data["co_owners"], User.objects.filter(co_ownerships__group=group)
        if set(mine) != set(theirs):
            told = {"mine": _names(mine), "theirs": _names(theirs)}
            rows.append({"label": form.fields["co_owners"].label} | told)
        # Submitting once more means: mine, on top of what stands there now.
        again = form.data.copy()
        again["version"] = str(conflict.version)
        form = GroupForm(again, user=request.user, group=group)
        return _shown(request, form, plan, group=group, current=current, conflict=rows, status=409)
    except IntegrityError:
        form.add_error("external_id", TAKEN)
        return _shown(request, form, plan, group=group, current=current, status=422)
    except upstreams.FeedsItself:  # two edits at once would have closed the circle
        form.add_error("upstream", CIRCLE)
        return _shown(request, form, plan, group=group, current=current, status=422)
    except (handover.OwnerInactive, handover.NotOfTheTeam):
        form.add_error("owner", LEFT_THE_TEAM)
        return _shown(request, form, plan, group=group, current=current, status=422)
    messages.success(request, _("Saved"))
    return redirect("group-page", pk=group.pk)


@transaction.atomic
def _write_facts(user: User, group: Group, form: GroupForm) -> None:
    """The facts, and who looks after the group beside its owner: both or neither."""
    now = timezone.now()
    registration.edit_group(group=group, version=form.cleaned_data["version"], values=form.values(), by=user, now=now)
    handover.set_co_owners(group=group, users=form.cleaned_data["co_owners"], by=user, now=now)


def _save_plan(request: HttpRequest, group: Group, form: GroupForm, plan: PlanForm, current: Plan) -> HttpResponse:
    if request.POST.get("plan") != str(current.pk):
        rows = [
            {"label": field.label, "mine": _worded(field.name, typed), "theirs": _worded(field.name, stands)}
            for field in plan
            for typed, stands in [(plan.cleaned_data[field.name], getattr(current, field.name))]
            if typed != stands
        ]
        if rows:
            return _shown(request, form, plan, group=group, current=current, plan_conflict=rows, status=409)
    amended = registration.amend_plan(
        group=group,
        terms=plan.terms(),
        by=request.user,
        now=timezone.now(),
        reason=request.POST.get("reason", "").replace("\0", "")[:500],
    )
    if amended == current:
        messages.info(request, _("Nothing was changed in the plan: it stays as it is"))
    else:
        messages.success(request, _("The plan is amended; the one before stays on record"))
    return redirect("group-page", pk=group.pk)


def _names(users: Iterable[User]) -> str:
    return ", ".join(sorted(map(str, users)))


def _worded(key: str, value: Any) -> str:
    """A value of a conflict in words."""
    if key in ("owner_id", "dissolution_approver_id"):
        return str(User.objects.filter(pk=value).first() or value)
    if key == "upstream_id":
        return str(Group.objects.filter(pk=value).first() or "")
    if isinstance(value, list):
        return ", ".join(value)
    choices = {"platform": Platform, "layer": Layer}
    choices |= {field: Plan._meta.get_field(field) for field in ("monetization", "activity_kind", "signal", "lifespan")}
    if key in choices:
        return str(dict(choices[key].choices).get(value, value))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _shown(
    request: HttpRequest, form: GroupForm, plan: PlanForm, *, group: Group, status: int, **context: Any
) -> HttpResponse:
    # `form` is the one that the error summary and the title speak of.
    bound = plan if plan.is_bound else form
    context |= {"facts": form, "plan": plan, "form": bound, "group": group}
    return render(request, "groups/edit.html", context, status=status)
