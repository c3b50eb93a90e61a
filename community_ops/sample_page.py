"""The page of the sample data, for administrators: what is there, what either step would do, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community_ops.demo.activity import DAYS, DAYS_OF_THE_DEAD
from community_ops.demo.clearing import owned_by_demo
from community_ops.demo.loading import is_half_made
from community_ops.demo.roster import PEOPLE, TEAMS, roster
from community_ops.demo.stages import words_at
from groups import sample_work
from groups.models import Group, SampleWork, Team, User
from groups.teams import ClockMoved

Kind = SampleWork.Kind
PEOPLE_BESIDE = 1  # somebody who has left
TEAMS_BESIDE = 1  # the team above the others
OWNED_SHOWN = 20


@dataclass(frozen=True)
class Size:
    """How many teams, groups and people."""

    teams: int
    groups: int
    people: int


@require_http_methods(["GET", "HEAD", "POST"])
def sample_page(request: HttpRequest) -> HttpResponse:
    """`?about=load` or `clear` shows what would happen; `do=load`, `clear` or `instead` asks for it."""
    if not request.user.is_administrator:
        raise PermissionDenied
    if request.method == "POST":
        return _asked(request)
    work = sample_work.last()
    at_work = work is not None and work.state == SampleWork.State.AT_WORK
    context: dict[str, Any] = {"work": work, "at_work": at_work, "is_sample": request.user.is_demo}
    if work and at_work:
        context |= {"stage": words_at(work.progress_done), "asleep": sample_work.is_asleep(work, timezone.now())}
    else:
        about = request.GET.get("about", "")
        context |= {
            "about": about if about in Kind.values and not request.user.is_demo else "",
            "there": size_of(demo=True),
            "own": size_of(demo=False),
            "rows": work.counts.get("activity rows") if work else None,
            "would_be": size_to_come(),
            "days": DAYS,
            "days_of_the_dead": DAYS_OF_THE_DEAD,
            "half_made": is_half_made(),
            "owned": list(owned_by_demo().order_by("name")[:OWNED_SHOWN]),
        }
    return render(request, "sample_data.html", context)


def size_to_come() -> Size:
    """How large the sample data will be."""
    return Size(len(TEAMS) + TEAMS_BESIDE, len(roster()), len(PEOPLE) + PEOPLE_BESIDE)


def size_of(*, demo: bool) -> Size:
    """How large the sample data are, or what the installation has of its own."""
    return Size(
        Team.objects.filter(is_demo=demo).count(),
        Group.objects.filter(team__is_demo=demo).count(),
        User.objects.filter(is_demo=demo).count(),
    )


def _asked(request: HttpRequest) -> HttpResponse:
    now, wish = timezone.now(), request.POST.get("do", "")
    try:
        if wish == "instead":
            work = sample_work.last()
            if work:
                sample_work.take_off_instead(work=work, by=request.user, now=now)
        elif wish in Kind.values:
            sample_work.ask(kind=wish, by=request.user, now=now)
    except sample_work.WorkedOnAlready:
        messages.info(request, _("That was asked for already, or is over: this page shows how it stands"))
    except sample_work.IsSample:
        messages.error(request, _("Sign in with an account of your own: yours is part of the sample data"))
    except ClockMoved:
        messages.error(request, _("The clock of the sample data is ahead of the real day. Take them off first"))
    return redirect("sample-data")
