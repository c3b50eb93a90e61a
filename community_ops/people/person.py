"""The page of one person: roles, what they look after, where they are signed in. Administrators change it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assessments.models import Condition
from community_ops import numbers
from community_ops.people.listing import people_for, roles_for
from community_ops.signing_in import link_for_password
from groups import audit, identities, people, second_step, sessions, weekly_hours
from groups.access import leads_any
from groups.audit_words import words_for
from groups.forms import CHOOSE
from groups.models import AuditEntry, Group, Membership, Team, User
from groups.people_forms import WeeklyHoursForm, team_choices
from lifecycle.models import Case

RECORD_SHOWN = 20


class RoleForm(forms.Form):
    """A team that the person works in, and as what."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.all(),
        label=gettext_lazy("Team"),
        error_messages={"required": gettext_lazy("Select the team")},
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Membership.Role)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["team"].choices = [CHOOSE, *team_choices(list(Team.objects.order_by("name")))]


def cases_of(user: User) -> QuerySet[Case]:
    """Cases that the person still has to see to."""
    return Case.objects.filter(owner=user, state__in=Case.ONGOING)


def conditions_of(user: User) -> QuerySet[Condition]:
    """Conditions of verdicts that the person still has to meet."""
    return Condition.objects.to_meet().filter(owner=user)


def person_or_404(user: User, pk: int) -> User:
    """The person, if the user may see them; 403 for somebody who leads nobody, 404 for a person of other teams."""
    if not leads_any(user):
        raise PermissionDenied
    person = people_for(user).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


@require_http_methods(["GET", "POST"])
def member_page(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `action` is a key of ACTIONS; only administrators change anything."""
    person = person_or_404(request.user, pk)
    if request.method == "POST" and not request.user.is_administrator:
        raise PermissionDenied
    form, hours = RoleForm(), WeeklyHoursForm()
    status = 200
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action == "role":
            form = RoleForm(request.POST)
            status = 422
            if form.is_valid():
                return _role_set(request, person, form)
        elif action == "weekly-hours":
            hours = WeeklyHoursForm(request.POST)
            status = 422
            if hours.is_valid():
                return _hours_set(request, person, hours)
        elif action == "password-link" and person.is_active:
            return _password_link(request, person)
        elif action in ACTIONS:
            ACTIONS[action](request, person)
            return redirect("member-page", pk=pk)
        else:
            messages.error(request, _("Choose what to do with the buttons of the page"))
            status = 422
    return render(request, "people/person.html", _context(request, person, form, hours), status=status)


def _context(
    request: HttpRequest, person: User, form: RoleForm, hours: WeeklyHoursForm | None = None
) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    groups = Group.objects.visible_to(user).running()
    record = AuditEntry.objects.filter(Q(object_type="user", object_id=person.pk)).order_by("-id")[:RECORD_SHOWN]
    return {
        "person": person,
        "form": form,
        "hours_form": hours or WeeklyHoursForm(),
        "hours_today": weekly_hours.hours_on(person, timezone.localdate(now)),
        "hours_planned": person.weekly_capacities.filter(from_on__gt=timezone.localdate(now)).order_by("from_on"),
        "hours_before": person.weekly_capacities.filter(from_on__lte=timezone.localdate(now)).order_by("-from_on"),
        "may_change": request.user.is_administrator,
        "is_self": person.pk == request.user.pk,
        "memberships": roles_for(user).filter(user=person),
        "groups_owned": groups.filter(owner=person).count(),
        "co_owned": groups.filter(co_ownerships__user=person).count(),
        "cases": cases_of(person).visible_to(user).count(),
        "conditions": conditions_of(person).visible_to(user).count(),
        "sessions": sessions.lasting(sessions.of_person(person.pk), now).count(),
        "second_step": second_step.is_on(person),
        "linked": identities.is_linked(person),
        "record": [(words_for(entry.verb), entry) for entry in record] if user.is_administrator else [],
    }


@transaction.atomic
def _password_link(request: HttpRequest, person: User) -> HttpResponse:
    """The link is shown on this one answer."""
    audit.record(verb="password link made", thing=person, by=request.user, now=timezone.now())
    context = _context(request, person, RoleForm()) | {"link": link_for_password(request, person)}
    return render(request, "people/person.html", context)


def _role_set(request: HttpRequest, person: User, form: RoleForm) -> HttpResponse:
    team, role = form.cleaned_data["team"], form.cleaned_data["role"]
    people.set_role(user=person, team=team, role=role, by=request.user, now=timezone.now())
    told = {"person": person, "team": team, "role": Membership.Role(role).label}
    messages.success(request, _("%(person)s is now %(role)s in %(team)s") % told)
    return redirect("member-page", pk=person.pk)


def _hours_set(request: HttpRequest, person: User, form: WeeklyHoursForm) -> HttpResponse:
    hours, since = form.cleaned_data["hours"], form.cleaned_data["since"]
    weekly_hours.set_hours(person=person, hours=hours, since=since, by=request.user, now=timezone.now())
    told = {"person": person, "hours": numbers.trimmed(hours), "day": since.isoformat()}
    messages.success(request, _("%(person)s has %(hours)s hours a week from %(day)s on") % told)
    return redirect("member-page", pk=person.pk)


def _leave(request: HttpRequest, person: User) -> None:
    number = request.POST.get("team", "")
    team = Team.objects.filter(pk=number if number.isdecimal() and len(number) < 10 else 0).first()
    try:
        left = team is not None and people.leave_team(user=person, team=team, by=request.user, now=timezone.now())
    except people.StillOwnsGroups as owns:
        told = ngettext(
            "Hand over %(count)s group of this team first", "Hand over %(count)s groups of this team first", owns.count
        )
        messages.error(request, told % {"count": owns.count})
    else:
        if left:
            messages.success(request, _("%(person)s left %(team)s") % {"person": person, "team": team})


def _make_administrator(request: HttpRequest, person: User) -> None:
    if people.make_administrator(user=person, by=request.user, now=timezone.now()):
        messages.success(request, _("%(person)s is an administrator now") % {"person": person})
    else:
        messages.error(request, _("Enable the account first"))


def _end_administrator(request: HttpRequest, person: User) -> None:
    try:
        people.end_administrator(user=person, by=request.user, now=timezone.now())
    except people.LastAdministrator:
        messages.error(request, LAST_ADMINISTRATOR)
    else:
        messages.success(request, _("%(person)s is no longer an administrator") % {"person": person})


def _end_sessions(request: HttpRequest, person: User) -> None:
    rows = sessions.of_person(person.pk).exclude(session_key=request.session.session_key)
    count = sessions.end_on_record(user=person, rows=rows, by=request.user, now=timezone.now())
    told = ngettext("%(count)s session ended", "%(count)s sessions ended", count)
    messages.success(request, told % {"count": count})


def _reopen(request: HttpRequest, person: User) -> None:
    if people.reopen_account(user=person, by=request.user, now=timezone.now()):
        messages.success(request, _("%(person)s can sign in again") % {"person": person})


def _end_second_step(request: HttpRequest, person: User) -> None:
    if second_step.switch_off(user=person, by=request.user, now=timezone.now()):
        messages.success(request, _("%(person)s signs in with the password alone now") % {"person": person})


def _separate(request: HttpRequest, person: User) -> None:
    if identities.separate(user=person, by=request.user, now=timezone.now()):
        messages.success(request, _("%(person)s is no longer linked to single sign-on") % {"person": person})


LAST_ADMINISTRATOR = gettext_lazy("This is the last administrator. Make somebody else an administrator first")
ACTIONS = {
    "leave": _leave,
    "administrator": _make_administrator,
    "no-administrator": _end_administrator,
    "end-sessions": _end_sessions,
    "no-second-step": _end_second_step,
    "no-sso": _separate,
    "reopen": _reopen,
}
