"""Hands many cases over at once: a handful of statements, whatever their number, each case as if handed over alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from groups import audit
from groups.access import leads
from groups.audit import Told
from groups.models import Membership, User
from lifecycle.cases.moving import before_of
from lifecycle.models import Case, CaseEvent
from lifecycle.rules.case_flow import Action

MOST = 200


@dataclass(frozen=True)
class Handed:
    """How many cases got the owner, had it already, were moved by somebody meanwhile, or are of a team without it."""

    changed: int = 0
    same: int = 0
    moved_on: int = 0
    not_of_the_team: int = 0


@transaction.atomic
def assign_many(*, seen: Mapping[int, int], owner: User, by: User, now: datetime) -> Handed:
    """Hand the cases over to `owner`; `seen` is the version of each as the person saw it, by its id.

    Cases of teams that the person does not lead are as if they were not there.
    """
    found = Case.objects.led_by(by).filter(pk__in=list(seen)).select_for_update(of=("self",)).order_by("pk")
    cases = [case for case in found.select_related("group", "owner") if leads(by, case.team_id)]
    works_in = set(Membership.objects.filter(user=owner, user__is_active=True).values_list("team", flat=True))
    changing, same, moved_on, astray = [], 0, 0, 0
    for case in cases:
        if case.version != seen[case.pk] or not case.is_ongoing:
            moved_on += 1
        elif case.team_id not in works_in:
            astray += 1
        elif case.owner_id == owner.pk:
            same += 1
        else:
            changing.append(case)
    Case.objects.filter(pk__in=[case.pk for case in changing]).update(owner=owner, version=F("version") + 1)
    CaseEvent.objects.bulk_create(
        CaseEvent(
            team_id=case.team_id,
            case=case,
            kind=Action.ASSIGN.value,
            at=now,
            by=by,
            content={
                "state": case.state,
                "owner": str(owner),
                "before": str(case.owner or ""),
                "was": before_of(case),
                "version": case.version + 1,
                "plan": case.plans,
            },
        )
        for case in changing
    )
    told = [
        Told(case.pk, case.team_id, case.number, {"owner": str(case.owner or "")}, {"owner": str(owner)})
        for case in changing
    ]
    audit.record_many(told, verb="case assign", object_type="case", by=by, now=now)
    return Handed(len(changing), same, moved_on, astray)
