"""The first page after signing in: what waits, where the groups stand, how fresh the data is."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from community_ops import todos
from community_ops.insights import fleet, panels
from community_ops.set_up import checklist
from groups.access import leads_any, team_roles
from groups.models import User
from lifecycle.display_states import DisplayState
from lifecycle.models import NightFault, Source
from lifecycle.source_states import name_of, standing_outages

# Older than this, the page says so aloud: yesterday's night has run by the morning.
FRESH_DAYS = 2


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """An operator sees the own groups, a manager those of the teams they lead, an administrator everything."""
    user, today = request.user, timezone.localdate()
    everything, as_of = fleet.states_now(user)
    leader = leads_any(user)
    own = Counter() if leader else fleet.states_looked_after(user)
    narrowed = bool(own)
    states = own if narrowed else everything
    steps = checklist(user)
    context: dict[str, Any] = {
        "todos": todos.mine(user, today),
        "as_of": as_of,
        "stale_days": (today - as_of).days if as_of else None,
        "is_stale": as_of is not None and (today - as_of).days > FRESH_DAYS,
        "leads": leader,
        "narrowed": narrowed,
        "total": states.total(),
        "counts": [
            (state, states[state], _list(state.value, user if narrowed else None))
            for state in DisplayState
            if states[state]
        ],
        "outages": [(name_of(each.source), each) for each in standing_outages(Source.objects.visible_to(user))],
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
    }
    if leader and as_of:
        week_ago = as_of - fleet.WEEK
        before = fleet.states_by_day(list(team_roles(user)), week_ago, week_ago).get(week_ago)
        context["distribution"] = panels.distribution(states, before, "")
    if user.is_administrator:
        context["put_aside"] = (
            NightFault.objects.filter(state__in=[NightFault.State.ERROR, NightFault.State.POISON])
            .values("group_id")
            .distinct()
            .count()
        )
    return render(request, "home.html", context)


def _list(state: str, owner: User | None) -> str:
    """The address of the group list with the groups that a counter counts."""
    query = {"state": state} | ({"owner": owner.pk} if owner else {})
    return f"{reverse('group-list')}?{urlencode(query)}"
