"""Keeps on record when a plan was begun, and how it ended: what is measured once its days are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from groups.models import Plan
from groups.models.group import ActivityKind
from lifecycle.models import Case, Treatment

MEASURED = ("revive", "migrate")  # a dissolution has nothing to be compared with


def begin_treatment(case: Case, on: date) -> None:
    """The first step of a plan was done. Call in the transaction that moves the case; a plan begins once."""
    if case.remedy not in MEASURED:
        return
    plan = Plan.objects.filter(group=case.group_id, superseded_at=None).first()
    Treatment.objects.get_or_create(
        case=case,
        plan=case.plans,
        defaults={
            "team_id": case.team_id,
            "group_id": case.group_id,
            "remedy": case.remedy,
            "playbook": case.playbook,
            "playbook_version": case.playbook_version,
            "cause": case.cause,
            "activity_kind": plan.activity_kind if plan else ActivityKind.CONVERSATION,
            "began_on": on,
        },
    )


def end_treatments(case_ids: Sequence[int], ended: Treatment.Ended) -> None:
    """The treatments of these cases that go on have ended so."""
    if case_ids:
        Treatment.objects.filter(case__in=case_ids, ended="").update(ended=ended)


# A case that ended, or went back to triage, otherwise than by a judgement.
DROP = """
    UPDATE lifecycle_treatment t SET ended = 'dropped' FROM lifecycle_case c
    WHERE c.id = t.case_id AND t.ended = '' AND (c.ended_on IS NOT NULL OR c.state = 'open' OR c.plans > t.plan)
        AND t.id = ANY(%s)
"""


def drop_abandoned(treatments: Sequence[int]) -> None:
    """Those of the treatments whose case ended or went on without them; ids."""
    with connection.cursor() as cursor:
        cursor.execute(DROP, [list(treatments)])
