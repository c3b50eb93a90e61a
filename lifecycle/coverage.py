"""Keeps from which day to which day a source was watching a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from lifecycle.models import CoverageSpan, Source
from lifecycle.rules.coverage import Span, merged
from lifecycle.sources.coverage_sheet import Told


@dataclass(frozen=True)
class Asked:
    """What a person said beside the file: one span for all groups, and what a sheet tells by group key."""

    first: date | None = None
    last: date | None = None
    by_group: Mapping[str, Told] = field(default_factory=dict)

    def of(self, key: str) -> tuple[date | None, date | None] | None:
        told = self.by_group.get(key)
        return told[:2] if told else None

    def as_json(self) -> dict[str, list[str | None]]:
        """For Import.coverage."""
        return {
            key: [str(first) if first else None, str(last) if last else None, platform or None, name or None]
            for key, (first, last, platform, name) in self.by_group.items()
        }

    @staticmethod
    def from_json(first: date | None, last: date | None, by_group: Mapping[str, list[str | None]] | None) -> Asked:
        return Asked(
            first,
            last,
            {
                key: (
                    date.fromisoformat(begins) if begins else None,
                    date.fromisoformat(ends) if ends else None,
                    platform or "",
                    name or "",
                )
                for key, (begins, ends, platform, name) in (by_group or {}).items()
            },
        )


SpansOf = tuple[int, int, list[Span], list[Span]]  # group, bits, spans as they were, spans as they are


def write_spans(source: Source, said: Mapping[int, tuple[Span, int]]) -> list[SpansOf]:
    """Add spans by group id, each with the bits of the counts that were watched; joins them with those already known.

    Four statements whatever the number of groups; none that writes when nothing is added. Call inside a transaction.
    Returns what changed.
    """
    known = CoverageSpan.objects.filter(source=source, group_id__in=said).values_list(
        "group_id", "known", "id", "observed_from", "observed_until"
    )
    before: dict[tuple[int, int], dict[int, Span]] = {}
    for group, bits, pk, first, last in known:
        before.setdefault((group, bits), {})[pk] = (first, last)
    gone: list[int] = []
    added: list[CoverageSpan] = []
    changed: list[SpansOf] = []
    for group, (span, bits) in said.items():
        spans = before.get((group, bits), {})
        wanted = merged([*spans.values(), span])
        if sorted(spans.values()) != wanted:
            changed.append((group, bits, sorted(spans.values()), wanted))
        kept = {pk for pk, has in spans.items() if has in wanted}
        gone += [pk for pk in spans if pk not in kept]
        added += [
            CoverageSpan(group_id=group, source=source, observed_from=first, observed_until=last, known=bits)
            for first, last in wanted
            if (first, last) not in spans.values()
        ]
    if gone:
        CoverageSpan.objects.filter(pk__in=gone).delete()
    if added:
        CoverageSpan.objects.bulk_create(added, batch_size=2000)
    return changed


def put_spans_back(source: Source, changed: list[SpansOf]) -> None:
    """Put back the spans that `write_spans` changed, where they still are as it left them."""
    known: dict[tuple[int, int], dict[int, Span]] = {}
    found = CoverageSpan.objects.filter(source=source, group_id__in={group for group, *_ in changed})
    for group, bits, pk, first, last in found.values_list("group_id", "known", "id", "observed_from", "observed_until"):
        known.setdefault((group, bits), {})[pk] = (first, last)
    gone: list[int] = []
    back: list[CoverageSpan] = []
    for group, bits, was, left in changed:
        spans = known.get((group, bits), {})
        if sorted(spans.values()) == left:
            gone += list(spans)
            back += [
                CoverageSpan(group_id=group, source=source, observed_from=first, observed_until=last, known=bits)
                for first, last in was
            ]
    if gone:
        CoverageSpan.objects.filter(pk__in=gone).delete()
    if back:
        CoverageSpan.objects.bulk_create(back, batch_size=2000)


def cover_days(source: Source, groups: np.ndarray, days: np.ndarray, flows: np.ndarray, through: date) -> None:
    """Note single days (ordinals) as watched, each with the bits of its counts; days after `through` are not over.

    Neighbouring days of a group and set of counts are one span. Call inside a transaction.
    """
    told: dict[tuple[int, int], list[Span]] = {}
    for group, day, bits in zip(groups.tolist(), days.tolist(), flows.tolist(), strict=True):
        if bits and day <= through.toordinal():
            told.setdefault((group, bits), []).append((date.fromordinal(day),) * 2)
    left = [(group, bits, span) for (group, bits), days_told in told.items() for span in merged(days_told)]
    while left:  # one span of each group at a time
        now = {group: (span, bits) for group, bits, span in reversed(left)}
        write_spans(source, now)
        left = [each for each in left if now[each[0]] != (each[2], each[1])]
