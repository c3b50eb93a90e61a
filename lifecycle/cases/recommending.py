"""From the situation of each undecided case to the recommendation that its page shows, stored as codes and figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from lifecycle.cases.situations import situations_of
from lifecycle.models import Case
from lifecycle.rules.decision import Reason, Recommendation, recommend


def refresh(cases: QuerySet[Case], day: date) -> int:
    """Recommend anew for those of `cases` that are open and undecided; returns how many changed. Repeatable."""
    undecided = list(cases.filter(state=Case.State.OPEN))
    situations = situations_of(undecided, day)
    changed = []
    for case in undecided:
        found = recommend(situations[case.pk])
        stored = stored_form(found, day)
        remedy = found.remedy.value if found.remedy else ""
        if (case.recommended, _without_day(case.recommendation)) != (remedy, _without_day(stored)):
            case.recommended, case.recommendation = remedy, stored
            changed.append(case)
    Case.objects.bulk_update(changed, ["recommended", "recommendation"], batch_size=500)
    return len(changed)


def stored_form(found: Recommendation, day: date) -> dict[str, Any]:
    """The recommendation as JSON: codes, plain figures and money as text; `day` is the day that it was made for."""
    values = found.values
    return {
        "version": found.version,
        "day": day.isoformat(),
        "remedy": found.remedy.value if found.remedy else "",
        "reasons": [_plain(reason) for reason in found.reasons],
        "others": [{"remedy": remedy.value} | _plain(reason) for remedy, reason in found.others],
        "values": values
        and {
            "revive": str(values.revive),
            "migrate": str(values.migrate),
            "dissolve": str(values.dissolve),
            "chance": str(values.chance),
            "needed": None if values.needed is None else str(values.needed),
        },
    }


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "figures": dict(reason.figures)}


def _without_day(stored: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in stored.items() if key != "day"}
