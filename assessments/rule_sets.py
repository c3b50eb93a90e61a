"""The rules that hold: version 1 from the code, later ones as administrators saved them. Old verdicts keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from assessments.models import RuleSet
from assessments.rules.thresholds import RULE_VERSION, Thresholds
from assessments.storing import plain
from groups import audit
from groups.models import User


class RulesChangedMeanwhile(Exception):
    """Another version was saved since these thresholds were opened. Nothing was written."""


@dataclass(frozen=True)
class Rules:
    """A version and its thresholds."""

    version: int
    thresholds: Thresholds


def current_rules() -> Rules:
    """The newest version; one query."""
    newest = RuleSet.objects.order_by("-version").first()
    return Rules(newest.version, thresholds_from(newest.thresholds)) if newest else Rules(RULE_VERSION, Thresholds())


def thresholds_from(kept: Mapping[str, Any]) -> Thresholds:
    """Thresholds from their JSON; one that was not kept yet has its starting value."""
    starting = Thresholds()
    known = {each.name: type(getattr(starting, each.name)) for each in fields(Thresholds)}
    return Thresholds(**{name: kind(kept[name]) for name, kind in known.items() if name in kept})


@transaction.atomic
def save_rules(*, thresholds: Thresholds, note: str, based_on: int, by: User, now: datetime) -> RuleSet:
    """The next version after `based_on`; the primary key refuses a second one. Raises RulesChangedMeanwhile."""
    before = current_rules()
    if before.version != based_on:
        raise RulesChangedMeanwhile
    try:
        with transaction.atomic():
            saved = RuleSet.objects.create(
                version=based_on + 1, thresholds=plain(thresholds), note=note.strip(), made_at=now, made_by=by
            )
    except IntegrityError:
        raise RulesChangedMeanwhile from None
    changed = changed_thresholds(before.thresholds, thresholds)
    audit.record(
        verb="verdict rules changed",
        thing=saved,
        by=by,
        now=now,
        before={name: plain(old) for name, old, _new in changed},
        after={name: plain(new) for name, _old, new in changed},
        reason=saved.note,
    )
    return saved


def changed_thresholds(old: Thresholds, new: Thresholds) -> list[tuple[str, Decimal | int, Decimal | int]]:
    """(name, old, new) of each threshold that differs."""
    pairs = ((each.name, getattr(old, each.name), getattr(new, each.name)) for each in fields(Thresholds))
    return [(name, before, after) for name, before, after in pairs if before != after]
