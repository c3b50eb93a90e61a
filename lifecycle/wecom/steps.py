"""The ledger of a run: steps are claimed by lease, worked in slices, and say where they go on in the same transaction.

Leases are by the clock of the database. A worker that was taken for dead finds its lease gone and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from lifecycle.models import WecomCallback, WecomConnection, WecomGroup, WecomRun, WecomStep
from lifecycle.wecom.troubles import WAIT_FOR_A_PERSON, NeedsAPerson, TryLater, WecomTrouble

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 10  # without anything written in between
REFUSALS = 2  # of a step that is refused
WAIT_AFTER_REFUSAL = timedelta(minutes=5)
CLAIM = """
    UPDATE lifecycle_wecomstep SET attempts = attempts + 1, lease_until = clock_timestamp() + %(lease)s
    WHERE id = (
        SELECT s.id FROM lifecycle_wecomstep s JOIN lifecycle_wecomrun r ON r.id = s.run_id
        WHERE r.done_at IS NULL AND s.state = 'todo' AND (s.lease_until IS NULL OR s.lease_until < clock_timestamp())
            AND (s.not_before IS NULL OR s.not_before <= %(now)s)
        ORDER BY s.attempts, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
    RETURNING id
"""


class ClaimLost(RuntimeError):
    """The lease ran out and somebody else has the step; what was written here is rolled back."""


def claim(now: datetime) -> WecomStep | None:
    """Take the next step that is free and due; None if there is none. Commits."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"lease": LEASE, "now": now})
            found = cursor.fetchone()
        if found is None:
            return None
        step = WecomStep.objects.select_related("run").get(pk=found[0])
        if step.attempts <= MOST_ATTEMPTS:
            return step
        _held(step).update(state=WecomStep.State.GIVEN_UP, trouble=step.trouble or "gave_up", lease_until=None)


def keep(step: WecomStep) -> None:
    """Hold the claim for another while; ClaimLost if it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lifecycle_wecomstep SET lease_until = clock_timestamp() + %s"
            " WHERE id = %s AND state = 'todo' AND lease_until = %s RETURNING lease_until",
            [LEASE, step.pk, step.lease_until],
        )
        found = cursor.fetchone()
    if found is None:
        raise ClaimLost(step.pk)
    step.lease_until = found[0]


def go_on(
    step: WecomStep, *, done: bool, ids: Sequence[int] | None = None, cursor: str = "", again_at: datetime | None = None
) -> None:
    """Write down what is left, in the transaction of what was done. ClaimLost rolls both back."""
    fields: dict[str, Any] = {"cursor": cursor, "attempts": 0, "lease_until": None, "not_before": again_at}
    if ids is not None:
        fields["ids"] = list(ids)
    if done:
        fields["state"] = WecomStep.State.DONE
    if not _held(step).update(**fields):
        raise ClaimLost(step.pk)


def add(run: WecomRun, kind: str, batches: Iterable[Sequence[int]]) -> None:
    WecomStep.objects.bulk_create([WecomStep(run=run, kind=kind, ids=list(ids)) for ids in batches])


def note(step: WecomStep, trouble: WecomTrouble, now: datetime) -> None:
    """A slice failed: when it is tried again, or that it is given up, and what the connection has to wait for."""
    fields: dict[str, Any] = {"trouble": trouble.kind, "trouble_code": trouble.code, "lease_until": None}
    wait: datetime | None = None
    if isinstance(trouble, NeedsAPerson):
        wait = now + WAIT_FOR_A_PERSON
        fields |= {"attempts": step.attempts - 1}
    elif isinstance(trouble, TryLater):
        fields["not_before"] = now + trouble.wait(step.attempts - 1)
        wait = fields["not_before"] if trouble.kind == "too_often" else None
    elif step.attempts >= REFUSALS:
        fields["state"] = WecomStep.State.GIVEN_UP
    else:
        fields["not_before"] = now + WAIT_AFTER_REFUSAL
    _held(step).update(**fields)
    note_trouble(trouble, now, wait_until=wait)


def note_trouble(trouble: WecomTrouble, now: datetime, *, wait_until: datetime | None = None) -> None:
    """Show it on the page of the connection, and let all calls wait if all would fail alike."""
    WecomConnection.objects.update(
        trouble=trouble.kind, trouble_code=trouble.code, trouble_at=now, wait_until=wait_until
    )


def note_answer(now: datetime) -> None:
    """WeCom answered: what was wrong before is over."""
    WecomConnection.objects.update(last_answer_at=now, trouble="", trouble_code=None, trouble_at=None, wait_until=None)


def may_ask(now: datetime) -> bool:
    """Whether there is a connection that is neither paused nor waiting."""
    connected = WecomConnection.objects.first()
    return connected is not None and connected.is_usable and (not connected.wait_until or connected.wait_until <= now)


def waits(now: datetime) -> bool:
    """Whether anything can be done now. An open run without steps to do is to be moved on."""
    if not may_ask(now):
        return False
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    due = Q(not_before=None) | Q(not_before__lte=now)
    to_do = WecomStep.objects.filter(run__done_at=None, state=WecomStep.State.TODO)
    unfinished = WecomStep.objects.filter(run=OuterRef("pk"), state=WecomStep.State.TODO)
    return (
        to_do.filter(free, due).exists()
        or WecomRun.objects.filter(~Exists(unfinished), done_at=None).exists()
        or WecomCallback.objects.filter(done_at=None).exists()
        or WecomGroup.objects.filter(due_at__lte=now).exists()
    )


def _held(step: WecomStep) -> Any:
    return WecomStep.objects.filter(pk=step.pk, state=WecomStep.State.TODO, lease_until=step.lease_until)
