"""What was deleted of people, so that a restore deletes it again: of groups that ended, and whoever asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up.failures import BackupFailed
from community_ops.people import forgetting
from groups.models import Forgotten
from lifecycle.cases import closing

NAME = "deletions.json"


@dataclass(frozen=True)
class Deletions:
    """Groups whose people were deleted through a day, and hashes of people who were forgotten."""

    groups: tuple[tuple[int, str], ...]
    people: tuple[str, ...]


def present() -> Deletions:
    """The deletions on record in this database."""
    people = {bytes(digest).hex() for row in Forgotten.objects.all() for digest in row.digests}
    return Deletions(tuple((group, str(day)) for group, day in closing.forgotten_groups()), tuple(sorted(people)))


def as_json(deletions: Deletions) -> str:
    return json.dumps({"groups": deletions.groups, "people": deletions.people})


def of_places(places: Iterable[Path]) -> Deletions:
    """The deletions of all these backups or lists, each once. Raises BackupFailed."""
    groups: set[tuple[int, str]] = set()
    people: set[str] = set()
    for place in places:
        path = place / NAME if place.is_dir() else place
        try:
            told = json.loads(path.read_text())
            groups.update((int(group), str(day)) for group, day in told["groups"])
            people.update(bytes.fromhex(digest).hex() for digest in told["people"])
        except (OSError, ValueError, TypeError, KeyError):
            raise BackupFailed(format_lazy(_("{path} is no list of deletions"), path=path)) from None
    return Deletions(tuple(sorted(groups)), tuple(sorted(people)))


def forget_people_again(people: Iterable[str], *, now: datetime) -> int:
    """Forget them once more, whom this database has on its own list too; returns how many rows that met."""
    digests = [bytes.fromhex(digest) for digest in people]
    return sum(forgetting.forget_again(by=None, now=now, besides=digests).values())
