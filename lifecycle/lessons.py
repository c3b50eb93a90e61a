"""Keeps what the installation's own deaths teach (rules.refit): worked out once after each night, by the upkeep.

A year of readings of thousands of groups is too much for a page to read and fit while somebody waits. The row says of
which night it is, so a page can tell that a newer one is not in it yet. Repeatable; of two at once one works.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from lifecycle.models import Lesson, NightRun
from lifecycle.own_history import own_history
from lifecycle.policies import kept_from, policy_from
from lifecycle.rules.policy import RULE_VERSION, Policy
from lifecycle.rules.refit import LEARNED, Refitted, refit


def last_night() -> date | None:
    """The last day that is judged for all groups."""
    return NightRun.objects.exclude(done_at=None).order_by("-day").values_list("day", flat=True).first()


@transaction.atomic
def freshen(*, now: datetime) -> int:
    """Learn anew when a night has been finished since, or the rules in the code are others; whether it did."""
    through = last_night()
    if through is None or Lesson.objects.filter(through=through, rule_version=RULE_VERSION).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('lifecycle lessons'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SET LOCAL statement_timeout = '120s'")
    seen = own_history()
    found = refit(seen.history)
    thresholds, intervals = {}, {}
    if isinstance(found, Refitted):
        kept = kept_from(found.policy)
        thresholds = {name: kept[name] for name in LEARNED}
        intervals = {name: list(span) for name, span in found.intervals.items()}
    Lesson.objects.update_or_create(
        pk=Lesson.ONLY,
        defaults={
            "through": through,
            "rule_version": RULE_VERSION,
            "deaths": found.deaths,
            "survivors": found.survivors,
            "false_alarms": seen.false_alarms,
            "recoveries": seen.recoveries,
            "thresholds": thresholds,
            "intervals": intervals,
            "made_at": now,
        },
    )
    return 1


def learned_policy(lesson: Lesson | None, in_use: Policy) -> Policy | None:
    """The policy in use with what was learned in it; None where too little was there to learn from."""
    if lesson is None or not lesson.thresholds:
        return None
    return policy_from(kept_from(in_use) | lesson.thresholds)
