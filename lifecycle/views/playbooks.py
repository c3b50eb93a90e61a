"""The library of playbooks: what a team has, what each one says and did, and how leaders change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groups.access import leads, team_roles, teams_below
from groups.currency import money_text
from groups.models import Team, User
from groups.rules.rates import Rate
from lifecycle.cases import library
from lifecycle.cases.library import PlaybookMovedOn, PlaybookUnusable
from lifecycle.cases.moving import Refused
from lifecycle.cases.playing import Held, held_of, library_of, spelled_out, words_of
from lifecycle.cases.remedies import Remedied, rates_by_version, remedies_for
from lifecycle.cases.wording.reasons import refusal_text
from lifecycle.cases.wording.steps import COUNTS
from lifecycle.models import TeamPlaybook
from lifecycle.models.cases import Remedy
from lifecycle.rules.playbook_content import is_shipped, script, typed_lines
from lifecycle.rules.playbooks import FIELDS, Playbook
from lifecycle.views.cases.outcomes import shown_line
from lifecycle.views.playbook_forms import PlaybookForm

REMEDIES = (Remedy.REVIVE, Remedy.MIGRATE, Remedy.DISSOLVE, Remedy.FAREWELL)


@require_GET
def playbook_list(request: HttpRequest) -> HttpResponse:
    """The playbooks of a team: `?team=`, else the first that the person sees."""
    teams = list(Team.objects.filter(pk__in=list(team_roles(request.user))).order_by("name", "pk"))
    asked = request.GET.get("team", "")
    team = next((each for each in teams if str(each.pk) == asked), None)
    if asked and team is None:
        raise Http404
    team = team or (teams[0] if teams else None)
    held = list(library_of(team.pk).values()) if team else []
    lines = remedies_for(request.user, timezone.localdate())[0] if team else []
    shelves = [
        (remedy.label, [_card(each, lines) for each in held if each.playbook.remedy == remedy and not each.archived])
        for remedy in REMEDIES
    ]
    context = {
        "team": team,
        "teams": teams,
        "shelves": shelves,
        "archived": [each for each in held if each.archived],
        "leads": bool(team) and leads(request.user, team.pk),
    }
    return render(request, "lifecycle/playbooks/list.html", context)


@require_GET
def playbook_page(request: HttpRequest, team: int, key: str) -> HttpResponse:
    """One playbook: what it says, what it did, its versions; `?version=` shows an earlier one."""
    of, held = _found(request, team, key)
    shown = _version_asked(held, request.GET.get("version", ""))
    lines = [line for line in remedies_for(request.user, timezone.localdate())[0] if line.playbook == key]
    context = {
        "team": of,
        "list_address": f"{reverse('playbook-list')}?team={of.pk}",
        "held": held,
        "shown": shown,
        "own": bool(held.entry and held.entry.team_id == of.pk),
        "is_current": shown.playbook.version == held.playbook.version,
        "version": held.entry.version if held.entry and held.entry.team_id == of.pk else 0,
        "remedy": Remedy(held.playbook.remedy).label,
        "steps": [_step(shown.playbook, step) for step in shown.playbook.steps],
        "lines": [shown_line(line, held.title) for line in lines],
        "versions": _versions(held, request.user),
        "leads": leads(request.user, of.pk),
    }
    return render(request, "lifecycle/playbooks/page.html", context)


@require_http_methods(["GET", "POST"])
def playbook_edit(request: HttpRequest, team: int, key: str) -> HttpResponse:
    """Another version of a playbook; with `?copy` the beginning of a new one."""
    of, held = _found(request, team, key)
    if not leads(request.user, of.pk):
        raise PermissionDenied
    is_new = "copy" in request.GET
    own = held.entry is not None and held.entry.team_id == of.pk and not is_new
    start = spelled_out(held.playbook)
    if is_new:
        start = replace(start, key="", version=0)
    form = PlaybookForm(request.POST or None, playbook=start, version=held.entry.version if own and held.entry else 0)
    context = {"team": of, "held": held, "form": form, "is_new": is_new, "fields": [f"${name}" for name in FIELDS]}
    if request.method == "GET":
        return render(request, "lifecycle/playbooks/edit.html", context)
    if not form.is_valid():
        return render(request, "lifecycle/playbooks/edit.html", context | {"has_errors": True}, status=422)
    try:
        row = library.write_version(
            team=of,
            playbook=form.written(),
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )
    except PlaybookUnusable as refused:
        form.complain(refused.faults)
        return render(request, "lifecycle/playbooks/edit.html", context | {"has_errors": True}, status=422)
    except PlaybookMovedOn as meanwhile:
        # Sending once more means: mine, on top of what stands there now.
        again = request.POST.copy()
        again["version"] = str(meanwhile.stands.entry.version if meanwhile.stands.entry else 0)
        rows = _differences(form.written(), spelled_out(meanwhile.stands.playbook))
        context |= {"form": PlaybookForm(again, playbook=start, version=0), "conflict": rows}
        return render(request, "lifecycle/playbooks/edit.html", context, status=409)
    messages.success(request, _("Version %(number)s holds for new cases") % {"number": row.number})
    return redirect("playbook-page", team=of.pk, key=row.playbook.key)


Write = Callable[..., None]
CHANGES: dict[str, tuple[Write, str | Promise]] = {
    "archive": (library.archive, gettext_lazy("Archived; cases that began with it go on")),
    "bring_back": (library.bring_back, gettext_lazy("Offered again")),
}


@require_POST
def playbook_change(request: HttpRequest, team: int, key: str) -> HttpResponse:
    """Archive it, bring it back, or take up an earlier version (`number`)."""
    of, held = _found(request, team, key)
    if not leads(request.user, of.pk):
        raise PermissionDenied
    version, number = _whole(request.POST.get("version")), _whole(request.POST.get("number"))
    who: dict[str, Any] = {"team": of, "key": key, "version": version, "by": request.user, "now": timezone.now()}
    what = request.POST.get("what", "")
    try:
        if what in CHANGES:
            write, done = CHANGES[what]
            write(**who)
        else:
            library.take_up(number=number, **who)
            done = _("Version %(number)s holds for new cases") % {"number": number}
    except PlaybookMovedOn:
        messages.warning(request, _("Somebody changed this playbook a moment ago; this is how it stands now"))
        return redirect("playbook-page", team=of.pk, key=key)
    except Refused as refused:
        messages.error(request, refusal_text(refused))
        return redirect("playbook-page", team=of.pk, key=key)
    messages.success(request, done)
    return redirect("playbook-page", team=of.pk, key=key)


def _found(request: HttpRequest, team: int, key: str) -> tuple[Team, Held]:
    """The team and its playbook, or Http404 for those of others and for none alike."""
    if team not in team_roles(request.user):
        raise Http404
    held = library_of(team).get(key)
    if held is None:
        raise Http404
    return Team.objects.get(pk=team), held


def _version_asked(held: Held, asked: str) -> Held:
    if not asked:
        return held
    if not held.entry or not _whole(asked):
        raise Http404
    try:
        return held_of(held.entry, {row.number: row for row in held.entry.versions.all()}, _whole(asked))
    except KeyError:
        raise Http404 from None


def _versions(held: Held, user: User) -> list[dict[str, Any]]:
    """All versions, the latest first, with what attempts with each came to; the shipped one has no author."""
    if held.entry is None:
        return []
    rows = held.entry.versions.select_related("made_by").order_by("-number")
    found = [{"number": row.number, "by": row.made_by, "at": row.made_at, "reason": row.reason} for row in rows]
    if _is_shipped(held.entry):
        found.append({"number": 1, "by": None, "at": None, "reason": ""})
    rates = rates_by_version(user, held.key, teams_below(held.entry.team_id))
    return [
        each | {"current": each["number"] == held.entry.current, "won": _rate(rates.get(each["number"]))}
        for each in found
    ]


def _rate(won: Rate | None) -> dict[str, Any] | None:
    """Recovered of judged, with the interval in percent; None where no attempt was judged."""
    if won is None:
        return None
    low, high = won.interval
    return {"hits": won.hits, "n": won.n, "low": 100 * low, "high": 100 * high}


def _is_shipped(entry: TeamPlaybook) -> bool:
    return is_shipped(entry.key)


def _card(held: Held, lines: list[Remedied]) -> dict[str, Any]:
    mine = [line for line in lines if line.playbook == held.key]
    won = Rate(sum(line.won.hits for line in mine), sum(line.won.n for line in mine), 0.9)
    low, high = won.interval
    return {
        "held": held,
        "steps": len(held.playbook.steps),
        "days": max((step.due_in for step in held.playbook.steps), default=0),
        "won": won,
        "low": 100 * low,
        "high": 100 * high,
    }


def _step(playbook: Playbook, step: Any) -> dict[str, Any]:
    words = words_of(playbook, step.key)
    text = "\n".join(filter(None, (str(words.text), script(words.lines) if words.lines else "")))
    return {
        "key": step.key,
        "title": words.title,
        "due_in": step.due_in,
        "text": text,
        "plain": str(words.text),
        "lines": words.lines,
        "asks": COUNTS.get(step.asks, ""),
        "evidence": step.evidence,
    }


def _differences(mine: Playbook, theirs: Playbook) -> list[dict[str, Any]]:
    """What two people wrote differently: title, sentence, cost, and each step."""
    rows = [
        {"label": label, "mine": a, "theirs": b}
        for label, a, b in (
            (_("Name of the playbook"), mine.title, theirs.title),
            (_("In one sentence (optional)"), mine.about, theirs.about),
            (_("Cost"), _money(mine), _money(theirs)),
        )
        if a != b
    ]
    mine_by, theirs_by = ({step.key: step for step in each.steps} for each in (mine, theirs))
    for key in dict.fromkeys([*mine_by, *theirs_by]):
        a, b = _told(mine_by.get(key)), _told(theirs_by.get(key))
        if a != b:
            named = mine_by.get(key) or theirs_by[key]
            rows.append({"label": named.title, "mine": a, "theirs": b})
    return rows


def _money(playbook: Playbook) -> str:
    return "" if playbook.budget is None else money_text(playbook.budget, fen=True)


def _told(step: Any) -> str:
    if step is None:
        return ""
    day = _("day %(day)s") % {"day": step.due_in}
    parts = [step.title, day, step.words, typed_lines(step.lines), str(COUNTS.get(step.asks, ""))]
    return "\n".join(part for part in (*parts, _("Must say how it was done") if step.evidence else "") if part)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
