"""Tries a drafted policy on the groups that its maker sees: some groups a transaction, which also says how far it got.

The draft's row is the claim: two workers at once take turns, one that dies loses only its own piece. Nothing is written
but the draft's counts and the groups that would turn. The last weeks are read once and judged twice
(rules.policy_trial).
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from groups import outbox
from groups.access import team_roles
from lifecycle import told_calendar
from lifecycle.models import NightRun, PolicyDraft, PolicyTurn
from lifecycle.policies import policy_from, rulings
from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.policy_trial import REPLAYED_DAYS, Compared, added, compare
from lifecycle.series import Registered, load_registered, load_series

GROUPS_AT_ONCE = 400  # with REPLAYED_DAYS, the lead-in and two judgements about 200 MB
GROUPS_TO_TRY = """
    SELECT id FROM groups_group
    WHERE team_id = ANY(%(teams)s) AND id > %(after)s AND opened_on <= %(through)s AND archived_at IS NULL
        AND (closed_on IS NULL OR closed_on >= %(through)s)
    ORDER BY id
"""
COUNT = f"SELECT count(*) FROM ({GROUPS_TO_TRY}) g"  # noqa: S608 - text of ours
FALLEN_ASLEEP = timedelta(minutes=2)


def begin(draft: PolicyDraft, now: datetime) -> None:
    """Say how much there is to try, and ring for a worker; in the transaction that saves the draft."""
    draft.through = NightRun.objects.exclude(done_at=None).order_by("-day").values_list("day", flat=True).first()
    if draft.through:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, {"teams": list(team_roles(draft.made_by)), "after": 0, "through": draft.through})
            draft.groups = cursor.fetchone()[0]
    if not draft.groups:
        draft.state = PolicyDraft.State.TRIED
    draft.save()
    if draft.groups:
        outbox.post(key=f"policy draft {draft.pk}", kind="try_policy", payload={"draft_id": draft.pk}, now=now)


def try_for(seconds: float, draft_id: int, now: datetime) -> bool:
    """Go on with the trial until the time is up; whether some is left."""
    until = time.monotonic() + seconds
    told_calendar.freshen()
    left = True
    while left and time.monotonic() < until:
        left = _next_piece(draft_id, now)
    return left


def asleep(now: datetime) -> list[int]:
    """Trials that nobody has gone on with for a while: their message or worker was lost."""
    waiting = PolicyDraft.objects.filter(state=PolicyDraft.State.TRYING, moved_at__lt=now - FALLEN_ASLEEP)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


@transaction.atomic
def _next_piece(draft_id: int, now: datetime) -> bool:
    """Try the next groups; False when there are none, or when another worker is at it."""
    draft = (
        PolicyDraft.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("made_by")
        .filter(pk=draft_id, state=PolicyDraft.State.TRYING)
        .first()
    )
    if draft is None or draft.through is None:
        return False
    ids = _next_groups(draft)
    if ids:
        _try(draft, ids, draft.through)
    else:
        draft.state = PolicyDraft.State.TRIED
    draft.moved_at = now
    draft.save(update_fields=["state", "tried_to", "tried", "found", "moved_at"])
    return draft.state == PolicyDraft.State.TRYING


def _next_groups(draft: PolicyDraft) -> list[int]:
    wanted = {"teams": list(team_roles(draft.made_by)), "after": draft.tried_to, "through": draft.through}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '240s'")
        cursor.execute(f"{GROUPS_TO_TRY} LIMIT %(limit)s", wanted | {"limit": GROUPS_AT_ONCE})
        return [group_id for (group_id,) in cursor.fetchall()]


def _try(draft: PolicyDraft, ids: list[int], through: date) -> None:
    registered = load_registered(ids)
    found = compared(registered, through, draft)
    draft.found = added(draft.found, found.counted())
    draft.tried, draft.tried_to = draft.tried + len(ids), ids[-1]
    PolicyTurn.objects.bulk_create(
        [
            PolicyTurn(
                draft=draft,
                team_id=int(registered.teams[n]),
                group_id=int(registered.ids[n]),
                state_before=int(found.state[0][n]),
                state_after=int(found.state[1][n]),
                causes_before=before,
                causes_after=after,
                score_before=int(found.score[0][n]),
                score_after=int(found.score[1][n]),
            )
            for n in found.turned.tolist()
            for before, after in [found.causes_of(n)]
        ],
        batch_size=500,
    )


def compared(registered: Registered, through: date, draft: PolicyDraft) -> Compared:
    """The groups as they stand on `through`, under the policies that held and under the draft."""
    first = through - timedelta(days=REPLAYED_DAYS - 1)
    seen = load_series(registered.ids.tolist(), first, through)
    kinds = day_kinds(first - timedelta(days=LEAD_DAYS), through).kinds
    memory = Memory.fresh(len(registered.ids))
    inputs = inputs_of(seen, kinds, registered.plans, memory)
    return compare(inputs, registered.plans, memory, rulings(), policy_from(draft.thresholds))
