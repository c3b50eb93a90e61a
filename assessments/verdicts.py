"""Asks the rules for a verdict and writes it with its conditions as tasks; grants exceptions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from assessments.capacity import capacity_of, running_besides
from assessments.choices import choices_for
from assessments.drafts import counted_answers, pages_of
from assessments.experience import experience_for
from assessments.models import Assessment, Condition, Override, Verdict
from assessments.models.outcome import SHORTEST_REASON
from assessments.outdated import outdated_of
from assessments.progress import progress_of
from assessments.reading import plan_of
from assessments.rule_sets import current_rules
from assessments.rules.verdict import verdict_of
from assessments.storing import plain, stored
from groups import audit
from groups.models import AuditEntry, User

# Days until a condition is due; proving a need with a pilot takes four weeks.
DUE_DAYS = {"C03": 28, "C17": 28, "C18": 28}
DUE_DAYS_ELSE = 7
CONDITION_CHANGED = "condition changed"
REOPENED_WITHIN = timedelta(minutes=5)


class NotComplete(Exception):
    """Some page is not answered. Nothing was written."""


class AnswersOutdated(Exception):
    """An answer names a person who is not there any more, or newer rules refuse it. Nothing was written."""


class RulesAreNewer(Exception):
    """The rules changed since the answers were checked. Nothing was written."""


class ReasonTooShort(ValueError):
    """An exception needs a reason of at least 20 characters."""


@transaction.atomic
def decide(
    *, assessment: Assessment, token: UUID, by: User, now: datetime, today: date, expected_version: int | None = None
) -> Verdict:
    """The verdict on the answers as they stand. The same token again gives the same verdict.

    The row of the assessment is locked first, so that two submissions follow one another and the second finds the
    verdict of the first. Raises NotComplete, AnswersOutdated, and RulesAreNewer if other rules hold than were expected.
    """
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    known = Verdict.objects.filter(assessment=locked, token=token).first()
    if known:
        return known
    if not locked.is_draft:
        return latest_verdict(locked)
    pages = pages_of(locked)
    if not progress_of(pages).is_complete:
        raise NotComplete
    answers = counted_answers(pages)
    rules = current_rules()
    thresholds = rules.thresholds
    if expected_version not in (None, rules.version):
        raise RulesAreNewer
    if any(each.stops for each in outdated_of(answers, choices_for(locked, by), thresholds)):
        raise AnswersOutdated
    owner_groups = _groups_owned(locked)
    capacity = capacity_of(answers, timezone.localdate(now), besides=locked)
    result = verdict_of(
        plan_of(answers),
        owner_groups=owner_groups,
        thresholds=thresholds,
        hours_left=capacity.left if capacity else None,
    )
    verdict = Verdict.objects.create(
        assessment=locked,
        team_id=locked.team_id,
        token=token,
        rule_version=rules.version,
        thresholds=plain(thresholds),
        answers=answers,
        outcome=result.outcome.value,
        created_at=now,
        created_by=by,
        **stored(
            result,
            thresholds,
            answers,
            owner_groups=owner_groups,
            seed=locked.pk,
            own=experience_for(by, answers).ranges,
            capacity=capacity,
        ),
    )
    Condition.objects.bulk_create(
        Condition(
            verdict=verdict,
            team_id=locked.team_id,
            place=place,
            code=finding.code,
            owner_id=locked.owner_id,
            due_on=today + timedelta(days=DUE_DAYS.get(finding.code, DUE_DAYS_ELSE)),
        )
        for place, finding in enumerate(result.conditions, start=1)
    )
    Assessment.objects.filter(pk=locked.pk).update(
        state=Assessment.State.DECIDED, changed_at=now, version=F("version") + 1
    )
    audit.record(
        verb="verdict given",
        thing=verdict,
        by=by,
        now=now,
        after={"outcome": verdict.outcome, "codes": [finding.code for finding in result.findings]},
    )
    return verdict


def latest_verdict(assessment: Assessment) -> Verdict | None:
    """The verdict that stands, if any."""
    return assessment.verdicts.select_related("created_by").order_by("-pk").first()


@transaction.atomic
def ask_exception(*, verdict: Verdict, reason: str, by: User, now: datetime) -> Override:
    """Ask to build the group in spite of "not now". One may be open or granted at a time: that one is returned."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort
    Verdict.objects.select_for_update().get(pk=verdict.pk)
    standing = verdict.overrides.exclude(granted=False).first()
    if standing:
        return standing
    override = Override.objects.create(
        verdict=verdict, team_id=verdict.team_id, reason=reason, asked_at=now, asked_by=by
    )
    audit.record(verb="exception asked for", thing=override, by=by, now=now, reason=reason)
    return override


@transaction.atomic
def decide_exception(*, override: Override, granted: bool, by: User, now: datetime) -> bool:
    """Grant or decline; whoever is first decides. False if it was decided before."""
    decided = Override.objects.filter(pk=override.pk, granted=None).update(
        granted=granted, decided_at=now, decided_by=by
    )
    if decided:
        verb = "exception granted" if granted else "exception declined"
        audit.record(verb=verb, thing=override, by=by, now=now, reason=override.reason)
    return bool(decided)


@transaction.atomic
def update_condition(
    *,
    condition: Condition,
    owner: User | None,
    due_on: date,
    state: str,
    note: str | None = None,
    by: User,
    now: datetime,
) -> Condition:
    """Set who meets a condition, by when and how far it is; `note` says how it was met, None leaves what stands."""
    locked = Condition.objects.select_for_update().get(pk=condition.pk)
    note = locked.note if note is None else note.strip()[:200]
    before = {"owner": locked.owner_id, "due_on": locked.due_on.isoformat(), "state": locked.state}
    after = {"owner": owner.pk if owner else None, "due_on": due_on.isoformat(), "state": state}
    if note != locked.note:
        before, after = before | {"note": locked.note}, after | {"note": note}
    if before == after:
        return locked
    if state != locked.state:
        done = state == Condition.State.DONE
        locked.done_at, locked.done_by = (now, by) if done else (None, None)
    locked.owner, locked.due_on, locked.state, locked.note = owner, due_on, state, note
    locked.save()
    audit.record(verb=CONDITION_CHANGED, thing=locked, by=by, now=now, before=before, after=after)
    return locked


def conditions_just_met(by: User, now: datetime) -> QuerySet[Condition]:
    """The conditions that this person declared done in the last minutes, and may open again."""
    return Condition.objects.visible_to(by).filter(
        state=Condition.State.DONE, done_by=by, done_at__gte=now - REOPENED_WITHIN
    )


@transaction.atomic
def reopen_condition(*, condition: Condition, by: User, now: datetime) -> bool:
    """Set a condition back to what it was before this person met it; False where it is too late for that."""
    locked = conditions_just_met(by, now).select_for_update(of=["self"]).filter(pk=condition.pk).first()
    if locked is None:
        return False
    last = AuditEntry.objects.filter(object_type="condition", object_id=locked.pk, verb=CONDITION_CHANGED)
    was = last.latest("pk").before
    state, note = was["state"], was.get("note", locked.note)
    owner, due_on = locked.owner, locked.due_on
    update_condition(condition=locked, owner=owner, due_on=due_on, state=state, note=note, by=by, now=now)
    return True


def _groups_owned(assessment: Assessment) -> int:
    """Of the owner, besides those that were registered from this assessment: the plan counts them itself."""
    return running_besides(assessment).filter(owner_id=assessment.owner_id).count()
