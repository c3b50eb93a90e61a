"""Drafts of a policy: made, dropped, or adopted as the next version. Nothing that was judged changes with it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from groups import audit
from groups.models import User
from lifecycle import policy_trials
from lifecycle.models import NightRun, PolicyDraft, PolicyVersion
from lifecycle.policies import changed_thresholds, kept_from, policy_from, rulings
from lifecycle.rules.policy import Policy
from lifecycle.rules.rulings import Ruling

OPEN = (PolicyDraft.State.TRYING, PolicyDraft.State.TRIED)


class PolicyChangedMeanwhile(Exception):
    """Another version was adopted since the draft was made. Nothing was written."""


class DayHasBegun(Exception):
    """A night of the first day was opened already; what it judged must not change. Nothing was written."""


class DraftEnded(Exception):
    """The draft was adopted or dropped already. Nothing was written."""


class NotTriedYet(Exception):
    """The trial has not come to its end. Nothing was written."""


def newest() -> Ruling | None:
    """The version that was adopted last, whether its day has come or not."""
    adopted = rulings().adopted
    return adopted[-1] if adopted else None


def earliest_day(now: datetime) -> date:
    """The first day that a policy can still be adopted for: today, or the day after the last night that was opened."""
    last = NightRun.objects.aggregate(day=Max("day"))["day"]
    today = timezone.localdate(now)
    return max(today, date.fromordinal(last.toordinal() + 1)) if last else today


@transaction.atomic
def make_draft(*, policy: Policy, from_day: date, reason: str, based_on: int, by: User, now: datetime) -> PolicyDraft:
    """Save the draft and begin its trial. Raises PolicyChangedMeanwhile, DayHasBegun."""
    _check(based_on, from_day, now)
    draft = PolicyDraft(
        thresholds=kept_from(policy),
        from_day=from_day,
        reason=reason.strip(),
        based_on=based_on,
        made_at=now,
        made_by=by,
        moved_at=now,
    )
    policy_trials.begin(draft, now)
    return draft


@transaction.atomic
def adopt(*, draft: PolicyDraft, by: User, now: datetime) -> PolicyVersion:
    """The draft as the next version; the primary key refuses a second one.

    Raises DraftEnded, NotTriedYet, PolicyChangedMeanwhile, DayHasBegun.
    """
    draft = _end(draft, PolicyDraft.State.ADOPTED, by, now)
    _check(draft.based_on, draft.from_day, now)
    before = newest()
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                number=draft.based_on + 1,
                from_day=draft.from_day,
                thresholds=draft.thresholds,
                reason=draft.reason,
                made_at=now,
                made_by=by,
            )
    except IntegrityError:
        raise PolicyChangedMeanwhile from None
    changed = changed_thresholds(before.policy if before else Policy(), policy_from(draft.thresholds))
    audit.record(
        verb="health policy adopted",
        thing=version,
        by=by,
        now=now,
        before={name: old for name, old, _new in changed},
        after={name: new for name, _old, new in changed} | {"from_day": draft.from_day.isoformat()},
        reason=version.reason,
    )
    return version


@transaction.atomic
def drop(*, draft: PolicyDraft, by: User, now: datetime) -> None:
    """Leave everything as it is. Raises DraftEnded."""
    draft = _end(draft, PolicyDraft.State.DROPPED, by, now)
    audit.record(verb="health policy dropped", thing=draft, by=by, now=now, reason=draft.reason)


def _end(draft: PolicyDraft, state: str, by: User, now: datetime) -> PolicyDraft:
    held = PolicyDraft.objects.select_for_update().get(pk=draft.pk)
    if held.state not in OPEN:
        raise DraftEnded(held.state)
    if state == PolicyDraft.State.ADOPTED and held.state != PolicyDraft.State.TRIED:
        raise NotTriedYet
    held.state, held.ended_at, held.ended_by = state, now, by
    held.save(update_fields=["state", "ended_at", "ended_by"])
    return held


def _check(based_on: int, from_day: date, now: datetime) -> None:
    last = newest()
    if (last.number if last else 0) != based_on:
        raise PolicyChangedMeanwhile
    if from_day < earliest_day(now):
        raise DayHasBegun
