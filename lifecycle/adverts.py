"""Keeps what counts as an advert in a group, and hands the lists of a team to the readers of its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from groups import audit
from groups.models import Group, User
from lifecycle.models import AdvertList, GroupAlias
from lifecycle.sources.advert_words import AdvertWords, Listed


@transaction.atomic
def list_adverts(*, group: Group, words: list[str], exceptions: list[str], by: User, now: datetime) -> bool:
    """Have these words make an advert in files that are read from now on; none ends the list. False if so already."""
    Group.objects.select_for_update().get(pk=group.pk)
    kept = AdvertList.objects.filter(group=group).first()
    before = {"words": kept.words, "exceptions": kept.exceptions} if kept else {"words": [], "exceptions": []}
    after = {"words": words, "exceptions": exceptions if words else []}
    if before == after:
        return False
    if words:
        AdvertList.objects.update_or_create(group=group, defaults=after | {"changed_at": now, "changed_by": by})
    else:
        AdvertList.objects.filter(group=group).delete()
    audit.record(verb="adverts listed", thing=group, by=by, now=now, before=before, after=after)
    return True


def advert_words_of(team_id: int, choices: Mapping[str, str | int]) -> AdvertWords:
    """The lists of a team under every word by which its files name their groups. Two queries, one where no list is.

    `choices`: what a person said of the groups of this file (group_matches.Choices).
    """
    lists = {
        kept.group_id: kept
        for kept in AdvertList.objects.filter(group__team=team_id, group__archived_at=None).select_related("group")
    }
    if not lists:
        return AdvertWords()
    listed = {pk: Listed(tuple(kept.words), tuple(kept.exceptions)) for pk, kept in lists.items()}
    aliases = GroupAlias.objects.filter(team=team_id, group__in=lists).values_list("key", "group_id")
    named = {f"|{key}": pk for key, pk in aliases}
    named |= {f"{kept.group.platform}|{kept.group.external_id}": pk for pk, kept in lists.items()}
    by_group = {name: listed[pk] for name, pk in named.items()}
    by_group |= {name: listed[said] for name, said in choices.items() if isinstance(said, int) and said in listed}
    return AdvertWords(by_group)
