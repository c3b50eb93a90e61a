"""From the situation of each undecided case to the recommendation that its page shows, stored as codes and figures."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from lifecycle.cases.situations import situations_of
from lifecycle.models import Case
from lifecycle.rules.decision import Reason, Recommendation, Situation, known_inputs, recommend, turns_of

STORE = """
    UPDATE lifecycle_case c SET recommended = v.remedy, recommendation = v.recommendation::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v(id, remedy, recommendation)
    WHERE c.id = v.id AND c.state = 'open'
"""


def refresh(cases: QuerySet[Case], day: date) -> int:
    """Recommend anew for those of `cases` that are open and undecided; returns how many changed. Repeatable."""
    undecided = list(cases.filter(state=Case.State.OPEN))
    situations = situations_of(undecided, day)
    changed = []
    for case in undecided:
        found = recommend(situations[case.pk])
        stored = stored_form(found, situations[case.pk], day)
        remedy = found.remedy.value if found.remedy else ""
        if (case.recommended, _without_day(case.recommendation)) != (remedy, _without_day(stored)):
            changed.append((case.pk, remedy, json.dumps(stored)))
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(STORE, [list(column) for column in zip(*changed, strict=True)])
    return len(changed)


def stored_form(found: Recommendation, situation: Situation, day: date) -> dict[str, Any]:
    """The recommendation as JSON: codes, plain figures and money as text; `day` is the day that it was made for.

    With all that the money was worked out from, and for each input the value at which another remedy comes first.
    """
    values = found.values
    return {
        "version": found.version,
        "day": day.isoformat(),
        "remedy": found.remedy.value if found.remedy else "",
        "reasons": [_plain(reason) for reason in found.reasons],
        "others": [{"remedy": remedy.value} | _plain(reason) for remedy, reason in found.others],
        "inputs": {name: _text(value) for name, value in known_inputs(situation).items()},
        "record": {"wins": situation.record.wins, "tries": situation.record.tries},
        "values": values
        and {
            "revive": str(values.revive),
            "migrate": str(values.migrate),
            "dissolve": str(values.dissolve),
            "chance": str(values.chance),
            "needed": _text(values.needed),
            "best": values.best,
        },
        "turns": [
            {"name": turn.name, "at": str(turn.at), "remedy": turn.remedy.value if turn.remedy else ""}
            for turn in (turns_of(situation, values.inputs) if values else ())
            if turn.at is not None
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "figures": dict(reason.figures)}


def _without_day(stored: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in stored.items() if key != "day"}
