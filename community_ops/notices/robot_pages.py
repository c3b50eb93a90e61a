"""The pages of the robots of staff chats, for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.notices import robots
from community_ops.notices.robot_services import PROBLEMS, SERVICES, AddressRefused, path_of, takes_pictures
from community_ops.notices.transport import NotDelivered
from groups.models import Delivery, Robot, Team, Weekday
from groups.models.notices import LAST_REPORT_DAY
from groups.people_forms import team_choices

DELIVERIES_SHOWN = 10


def weekly_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Weekly report"),
        choices=[("", gettext_lazy("Not sent")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


def monthly_field() -> forms.TypedChoiceField:
    days = [(day, lazy_day(day)) for day in range(1, LAST_REPORT_DAY + 1)]
    return forms.TypedChoiceField(
        label=gettext_lazy("Monthly report"),
        choices=[("", gettext_lazy("Not sent")), *days],
        coerce=int,
        empty_value=None,
        required=False,
    )


def lazy_day(day: int) -> Promise:
    return format_lazy(pgettext_lazy("of each month", "Day {day}"), day=day)


class ReportsForm(forms.Form):
    """On which days a robot that is there brings the weekly and the monthly report."""

    weekly_on = weekly_field()
    monthly_on = monthly_field()


class RobotForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the robot"),
        max_length=60,
        help_text=gettext_lazy("As colleagues know the chat, for example: East team, managers"),
        error_messages={"required": gettext_lazy("Enter a name")},
    )
    service = forms.ChoiceField(
        label=gettext_lazy("Chat service"), choices=Robot.Service.choices, widget=forms.RadioSelect, initial="wecom"
    )
    address = forms.CharField(
        label=gettext_lazy("Webhook address"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=gettext_lazy("Copied from the robot in the chat. It is kept encrypted; only its end is shown again"),
        error_messages={"required": gettext_lazy("Paste the webhook address of the robot")},
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Tells of"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("All teams"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Robot._meta.get_field("language").choices,
        widget=forms.RadioSelect,
        initial="zh-hans",
    )
    on_holidays = forms.BooleanField(label=gettext_lazy("Also on weekends and holidays"), required=False)
    weekly_on = weekly_field()
    monthly_on = monthly_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["team"].queryset = teams = Team.objects.order_by("name")
        self.fields["team"].choices = [("", _("All teams")), *team_choices(list(teams))]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("service") and found.get("address"):
            try:
                path_of(found["service"], found["address"])
            except AddressRefused:
                host = SERVICES[Robot.Service(found["service"])].host
                self.add_error(
                    "address",
                    _("Paste the whole address as the service shows it; it begins with https://%(host)s/")
                    % {"host": host},
                )
        return found


@require_GET
def robot_list(request: HttpRequest) -> HttpResponse:
    _demand_administrator(request)
    return render(
        request, "notices/robots.html", {"robots": Robot.objects.select_related("team").order_by("name", "pk")}
    )


@require_http_methods(["GET", "POST"])
def robot_new(request: HttpRequest) -> HttpResponse:
    _demand_administrator(request)
    form = RobotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = robots.add_robot(**form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("The robot is kept. Send a test to see that it speaks"))
        return redirect("robot-page", made.pk)
    return render(request, "notices/robot_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def robot_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What it was told last; a POST with `act` tries, pauses, resumes or removes it."""
    _demand_administrator(request)
    robot = get_object_or_404(Robot.objects.select_related("team", "made_by"), pk=pk)
    if request.method == "POST":
        return _acted(request, robot)
    last = robot.deliveries.defer("picture").order_by("-pk")[:DELIVERIES_SHOWN]
    context = {
        "robot": robot,
        "pause_problem": PROBLEMS.get(robot.pause_reason, ""),
        "pictures": takes_pictures(robot.service),
        "reports": ReportsForm(initial={"weekly_on": robot.weekly_on, "monthly_on": robot.monthly_on}),
        "deliveries": [(each, PROBLEMS.get(each.problem, "")) for each in last],
        "waiting": robot.deliveries.filter(state=Delivery.State.TODO).count(),
    }
    return render(request, "notices/robot.html", context)


def _acted(request: HttpRequest, robot: Robot) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "try":
        with override(robot.language):
            text = _("Test from Community Ops: this robot will tell of dying groups, once a day at 9:00")
        try:
            robots.try_robot(robot, text, by=request.user, now=now)
        except NotDelivered as why:
            messages.error(request, PROBLEMS[why.code])
        else:
            messages.success(request, _("The service took the test. Look into the chat"))
    elif act == "reports":
        form = ReportsForm(request.POST)
        if form.is_valid():
            days = form.cleaned_data
            robots.report_on(robot, weekday=days["weekly_on"], month_day=days["monthly_on"], by=request.user, now=now)
            messages.success(request, _("Your settings are saved"))
    elif act == "hold":
        robots.hold(robot, by=request.user, now=now)
    elif act == "resume":
        robots.resume(robot, by=request.user, now=now)
    elif act == "remove":
        robots.remove(robot, by=request.user, now=now)
        messages.success(request, _("The robot %(name)s is removed") % {"name": robot.name})
        return redirect("robot-list")
    return redirect("robot-page", robot.pk)


def _demand_administrator(request: HttpRequest) -> None:
    if not request.user.is_administrator:
        raise PermissionDenied
