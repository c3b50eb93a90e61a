"""Other figures than those on record, tried by a person: kept in the history of the case and with its next decision.

Nothing that was measured changes, and neither does what is recommended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from groups import audit
from groups.models import User
from lifecycle.cases.moving import LEAST_REASON, CaseMovedOn, Refused, demand_right, note_event
from lifecycle.cases.situations import situations_of
from lifecycle.models import Case, CaseEvent
from lifecycle.rules.case_flow import Action, State, after
from lifecycle.rules.decision import known_inputs, recommend
from lifecycle.rules.worth import complete

ASSUMED = "assumed"  # the kind of its event
DECISIONS = ("revive", "migrate", "dissolve", "farewell", "keep")


def may_assume(case: Case) -> bool:
    """Whether a decision about the case can still be made."""
    return after(State(case.state), Action.PROPOSE, case.remedy) is not None


def assumed_of(case: Case) -> CaseEvent | None:
    """The newest figures of a person that no decision has followed yet."""
    kinds = CaseEvent.objects.filter(case=case, kind__in=(ASSUMED, *DECISIONS)).select_related("by")
    last = kinds.order_by("-at", "-pk").first()
    return last if last and last.kind == ASSUMED else None


@transaction.atomic
def keep_assumption(
    *, case: Case, typed: Mapping[str, Decimal], reason: str, by: User, now: datetime, on: date
) -> CaseEvent:
    """Write down the figures that differ from those on record, and what would come of them.

    Raises Refused without a reason, where nothing differs or where a figure is still missing; CaseMovedOn where the
    case waits for no decision any more; PermissionDenied.
    """
    demand_right(case, Action.NOTE, by)
    if not may_assume(case):
        raise CaseMovedOn(case.state)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("reason_too_short")
    situation = situations_of([case], on)[case.pk]
    known = known_inputs(situation)
    other = {name: value for name, value in typed.items() if value != known[name]}
    inputs = complete(known | other)
    if not other:
        raise Refused("nothing_assumed")
    if inputs is None:
        raise Refused("figures_missing")
    found = recommend(situation, inputs=inputs)
    told: dict[str, Any] = {
        "inputs": {name: str(value) for name, value in other.items()},
        "on_record": {name: None if known[name] is None else str(known[name]) for name in other},
        "remedy": found.remedy.value if found.remedy else "",
        "reason": reason,
    }
    if found.values:
        told["values"] = {name: str(getattr(found.values, name)) for name in ("revive", "migrate", "dissolve")}
    audit.record(verb="case figures assumed", thing=case, by=by, now=now, after=told, reason=reason)
    return note_event(case=case, kind=ASSUMED, by=by, now=now, told=told)
