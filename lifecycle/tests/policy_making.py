"""Drafts and versions of the health policy for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from groups.models import User
from groups.tests.making import make_user
from lifecycle import policy_drafts, policy_trials
from lifecycle.models import NightRun, PolicyDraft, PolicyVersion
from lifecycle.policies import kept_from
from lifecycle.rules.policy import DEFAULT_POLICY, Policy

STRICTER = replace(DEFAULT_POLICY, low_score=9000, recovered_score=9500)


def adopt(number: int, from_day: date, policy: Policy = STRICTER) -> PolicyVersion:
    """A version as it stands after an administrator adopted it."""
    return PolicyVersion.objects.create(
        number=number,
        from_day=from_day,
        thresholds=kept_from(policy),
        reason="Earlier warnings",
        made_at=timezone.now(),
        made_by=make_user(is_administrator=True),
    )


def make_draft(by: User, policy: Policy = STRICTER, **fields: Any) -> PolicyDraft:
    """A draft from today on, whose trial waits for a worker where there is something to try."""
    given = {"from_day": timezone.localdate(), "reason": "Earlier warnings", "based_on": 0, "now": timezone.now()}
    return policy_drafts.make_draft(policy=policy, by=by, **given | fields)


def tried(draft: PolicyDraft) -> PolicyDraft:
    """The same after its trial."""
    while policy_trials.try_for(60, draft.pk, timezone.now()):
        pass
    draft.refresh_from_db()
    return draft


def a_night_done(day: date) -> NightRun:
    return NightRun.objects.create(day=day, made_at=timezone.now(), done_at=timezone.now())
