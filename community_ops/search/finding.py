"""Turns what somebody typed into shelves of what they may see: groups, people, cases, assessments, and what is said.

A fixed number of statements, whatever is found: each shelf reads one row more than it shows.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.db.models import Case as Choice
from django.db.models import Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Replace
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.listing import ListFilter, listed
from assessments.models import Assessment
from community_ops.people.listing import people_for
from community_ops.search.said import figures, pages, playbooks
from community_ops.search.shelves import SHOWN, Hit, Shelf, cut
from groups.access import leads_any
from groups.models import Group, User
from groups.rules.search_keys import says
from lifecycle.display_states import shown_as
from lifecycle.models import Case

LONGEST = 60
# Titles of assessments have no key of their sound: it is worked out for this many, the latest changed.
HEARD = 500
CASE_NUMBER = re.compile(r"c-?0*([1-9]\d{0,8})", re.IGNORECASE)
LETTERS = Func(F("sort_key"), Value(r"(\S)\S*\s*"), Value(r"\1"), Value("g"), function="regexp_replace")


def cleaned(text: str) -> str:
    """What is looked for, of what stood in the address."""
    return text.replace("\0", "").strip()[:LONGEST]


def found_for(user: User, text: str) -> list[Shelf]:
    """The shelves that hold something; none for an empty text. `text` is cleaned."""
    words = text.lower().split()
    if not words:
        return []
    shelves = (
        _groups(user, text),
        _people(user, words),
        _cases(user, text),
        _assessments(user, text, words),
        playbooks(user, words),
        pages(user, words),
        figures(words),
    )
    return [shelf for shelf in shelves if shelf.hits]


def _groups(user: User, text: str) -> Shelf:
    found = Group.objects.visible_to(user).filter(archived_at=None).named_like(text)
    order = (F("closed_on").desc(nulls_first=True), "sort_key", "pk")
    first = Group.objects.filter(pk__in=found.order_by(*order).values("pk")[: SHOWN + 1])  # a word may name thousands
    rows = first.order_by(*order).values_list(
        "pk", "name", "team__name", "owner__display_name", "closed_on", "standing__state"
    )
    hits = [
        Hit(
            name,
            reverse("group-page", args=[pk]),
            " · ".join(each for each in (team, owner, str(_("Closed")) if closed else "") if each),
            state=None if closed else shown_as(state),
        )
        for pk, name, team, owner, closed, state in rows
    ]
    return cut(_("Groups"), hits, f"{reverse('group-list')}?{urlencode({'q': text, 'closed': 'all'})}")


def _people(user: User, words: list[str]) -> Shelf:
    """Whom the person leads, with their page; and who owns groups of their teams, with these groups."""
    owns = Exists(Group.objects.visible_to(user).filter(owner=OuterRef("pk"), archived_at=None))
    led = Q(pk__in=people_for(user).values("pk")) if leads_any(user) else Q(pk=None)
    found = User.objects.filter(led | owns).annotate(led=Choice(When(led, then=True), default=False))
    found = found.alias(pinyin=Replace("sort_key", Value(" ")), letters=LETTERS)
    sounds = Q()
    for word in words:
        sounds &= Q(display_name__icontains=word) | Q(pinyin__startswith=word) | Q(letters__startswith=word)
    found = found.filter(sounds | Q(pinyin__startswith="".join(words)) | (led & Q(username__istartswith=words[0])))
    hits = [_person(each) for each in found.order_by("-is_active", "sort_key", "pk")[: SHOWN + 1]]
    more = f"{reverse('member-list')}?{urlencode({'q': ' '.join(words)})}" if leads_any(user) else ""
    return cut(pgettext("colleagues", "People"), hits, more)


def _person(person: User) -> Hit:
    if person.led:  # type: ignore[attr-defined]
        return Hit(person.as_listed(), reverse("member-page", args=[person.pk]), person.username)
    address = f"{reverse('group-list')}?{urlencode({'owner': person.pk})}"
    return Hit(person.as_listed(), address, _("The groups that this person looks after"))


def _cases(user: User, text: str) -> Shelf:
    """Cases by their number (C-0012), or by their group; those that go on first."""
    number = CASE_NUMBER.fullmatch(text)
    named = Q(group__in=Group.objects.visible_to(user).named_like(text).values("pk"))
    found = Case.objects.visible_to(user).filter(named | Q(pk=int(number[1]) if number else None))
    hits = [
        Hit(
            f"{case.number} · {case.group}",
            reverse("case-page", args=[case.pk]),
            f"{case.get_state_display()} · {case.get_cause_display()}",
        )
        for case in found.select_related("group").order_by(F("ended_on").desc(nulls_first=True), "-pk")[: SHOWN + 1]
    ]
    return cut(_("Cases"), hits)


def _assessments(user: User, text: str, words: list[str]) -> Shelf:
    every = listed(user, ListFilter(QueryDict()))
    titled = Q()
    for word in words:
        titled &= Q(title__icontains=word)
    if text.isascii():
        titles = every.exclude(title="").values_list("pk", "title")[:HEARD]
        titled |= Q(pk__in=[pk for pk, title in titles if says(title, words)][: SHOWN + 1])
    hits = [_assessment(each) for each in every.filter(titled)[: SHOWN + 1]]
    more = f"{reverse('assessment-list')}?{urlencode({'q': text[:40]})}"
    return cut(_("Assessments"), hits, more)


def _assessment(each: Assessment) -> Hit:
    if each.is_draft:
        return Hit(str(each), reverse("assessment-tasks", args=[each.pk]), f"{each.team} · {each.get_state_display()}")
    return Hit(str(each), reverse("verdict", args=[each.pk]), str(each.team), verdict=each.outcome or "")  # type: ignore[attr-defined]
