"""Asks what past verdicts would be under other thresholds; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from assessments.models import Verdict
from assessments.reading import plan_of
from assessments.rules.thresholds import Thresholds
from assessments.rules.verdict import verdict_of

VERDICTS_AT_MOST = 1000
NEWEST = 20


@dataclass(frozen=True)
class Difference:
    """A past verdict that would be another: its words, and the rules that fall silent or speak up."""

    verdict: Verdict
    before: str
    after: str
    silenced: tuple[str, ...]
    raised: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """Over the newest verdict of each assessment, newest first. `unreadable` lack an answer that is asked today."""

    tried: int
    differences: tuple[Difference, ...]
    tried_newest: int
    differences_newest: int
    unreadable: int

    @property
    def turned(self) -> int:
        """How many change their word, not their conditions alone."""
        return sum(each.before != each.after for each in self.differences)


def dry_run(thresholds: Thresholds) -> DryRun:
    """One query, whatever the number."""
    later = Verdict.objects.filter(assessment=OuterRef("assessment"), pk__gt=OuterRef("pk"))
    verdicts = list(
        Verdict.objects.filter(~Exists(later))
        .annotate(
            kept_owner_groups=KT("figures__owner_groups"),
            kept_offered=KT("figures__capacity__offered"),
            kept_promised=KT("figures__capacity__promised"),
        )
        .select_related("assessment")
        .defer("figures", "thresholds", "checks")
        .order_by("-pk")[:VERDICTS_AT_MOST]
    )
    found, unreadable, newest = [], 0, 0
    for place, verdict in enumerate(verdicts):
        try:
            difference = _difference(verdict, thresholds)
        except KeyError:
            unreadable += 1
            continue
        if difference:
            found.append(difference)
            newest += place < NEWEST
    return DryRun(len(verdicts), tuple(found), min(len(verdicts), NEWEST), newest, unreadable)


def _difference(verdict: Verdict, thresholds: Thresholds) -> Difference | None:
    result = verdict_of(
        plan_of(verdict.answers),
        owner_groups=_owner_groups(verdict),
        thresholds=thresholds,
        hours_left=_hours_left(verdict),
    )
    before = {finding["code"] for finding in verdict.findings}
    after = {finding.code for finding in result.findings}
    if before == after and verdict.outcome == result.outcome.value:
        return None
    return Difference(
        verdict, verdict.outcome, result.outcome.value, tuple(sorted(before - after)), tuple(sorted(after - before))
    )


def _owner_groups(verdict: Verdict) -> int:
    """As kept with the verdict; an early verdict tells it only where the rule about it spoke."""
    if verdict.kept_owner_groups is not None:
        return int(verdict.kept_owner_groups)
    return next((finding["figures"]["has"] for finding in verdict.findings if finding["code"] == "C09"), 0)


def _hours_left(verdict: Verdict) -> Decimal | None:
    """As kept with the verdict; of an early one nobody knows."""
    if verdict.kept_offered is None:
        return None
    return max(Decimal(verdict.kept_offered) - Decimal(verdict.kept_promised), Decimal(0))
