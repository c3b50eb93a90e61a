"""What the product itself says, found by its words: playbooks, pages of the menu, definitions of figures."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from community_ops import metrics
from community_ops.navigation import PLACES, offered_to
from community_ops.search.shelves import Hit, Shelf, cut
from groups.access import team_roles
from groups.models import Team, User
from groups.rules.search_keys import says
from lifecycle.cases.playing import library_of
from lifecycle.models import PlaybookVersion

MOST_PLAYBOOKS = 200  # of other teams


def playbooks(user: User, words: list[str]) -> Shelf:
    """What the first team of the person has, as the library shows it, and what the others wrote."""
    teams = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name", "pk")
    first = teams.first()
    if first is None:
        return cut(_("Playbooks"), [])
    held = [each for each in library_of(first.pk).values() if not each.archived]
    hits = [
        Hit(each.title, reverse("playbook-page", args=[first.pk, each.key]), each.about)
        for each in held
        if says(each.title, words)
    ]
    others = PlaybookVersion.objects.filter(
        playbook__team__in=list(team_roles(user)), playbook__archived_at=None, number=F("playbook__current")
    )
    for row in others.exclude(playbook__team=first).select_related("playbook__team")[:MOST_PLAYBOOKS]:
        title, entry = row.content["title"], row.playbook
        if says(title, words):
            hits.append(Hit(title, reverse("playbook-page", args=[entry.team_id, entry.key]), str(entry.team)))
    return cut(_("Playbooks"), hits, reverse("playbook-list"))


def pages(user: User, words: list[str]) -> Shelf:
    """Pages that the menu offers the person."""
    hits = [
        Hit(str(place.label), reverse(place.name))
        for place in PLACES
        if offered_to(user, place) and says(str(place.label), words)
    ]
    return cut(_("Pages of the menu"), hits)


def figures(words: list[str]) -> Shelf:
    """What figures and states mean: those that are called so before those whose meaning says so."""
    every = [metric for _title, section in metrics.SECTIONS for metric in section]
    called = [each for each in every if says(str(each.label), words)]
    meant = [each for each in every if each not in called and _holds(str(each.meaning), words)]
    help_page = reverse("metrics-help")
    hits = [Hit(str(each.label), f"{help_page}#{each.slug}", str(each.meaning)) for each in called + meant]
    return cut(_("Help: what figures mean"), hits, help_page)


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text.lower() for word in words)
