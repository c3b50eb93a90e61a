"""Takes a change of many groups, or an imported list, back: asked for, done by a worker in one transaction, and told.

A few groups are put back while the person waits, by the same steps. The row of the change is the queue; a message to a
worker only says "go and look".
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from groups import audit, handover, leases, outbox, upstreams
from groups.access import people_of_teams
from groups.leases import Lease, TakenOver
from groups.models import ChangedGroup, Group, OutboxMessage, RegistryChange, User
from groups.registration import EDITABLE, amend_ends, search_keys_of, told
from groups.staging import be_patient, copy_rows, insert_like

log = logging.getLogger(__name__)

UNDO_WITHIN = timedelta(days=7)
WHILE_ONE_WAITS = 200  # groups
MOST_ATTEMPTS = 3
LOST_AFTER = timedelta(minutes=2)
TELL_EVERY = 500  # groups
# Where the progress stands after a step, in per cent: so much of the time each takes with 50,000 groups.
LOOKED_AT, STAGED, PUT_BACK, ARCHIVED = 20, 50, 75, 90
State = RegistryChange.State
KEYS = ("grams", "sort_key", "initials")
COLUMNS = ("id", *EDITABLE, *KEYS, "before", "after")
STAGE = f"""
    DROP TABLE IF EXISTS restored;
    CREATE TEMP TABLE restored ON COMMIT DROP AS
    SELECT {", ".join(("id", *EDITABLE, *KEYS))}, '{{}}'::jsonb AS before, '{{}}'::jsonb AS after
    FROM groups_group WITH NO DATA;
"""  # noqa: S608 - names of ours
RESTORE = f"""
    ANALYZE restored;
    UPDATE groups_group g SET {", ".join(f"{column} = r.{column}" for column in (*EDITABLE, *KEYS))},
        version = g.version + 1
    FROM restored r WHERE g.id = r.id
"""  # noqa: S608 - names of ours


@transaction.atomic
def ask(*, change: RegistryChange, by: User, now: datetime) -> bool:
    """Have the change taken back. False if that was asked for before."""
    rows = RegistryChange.objects.filter(pk=change.pk, state=State.STANDS)
    asked = {"undo_asked_by": by, "asked_at": now, "gave_up": False}
    if not rows.update(state=State.UNDOING, claim=None, lease_until=None, attempts=0, progress_done=0, **asked):
        return False
    outbox.post(key=f"undo_change:{uuid4()}", kind="undo_change", payload={"change_id": change.pk}, now=now)
    return True


def undo(*, change: RegistryChange, by: User, now: datetime) -> RegistryChange:
    """Ask for it, and do it now if it is about a few groups; returns the change as it stands then."""
    if ask(change=change, by=by, now=now) and change.groups.count() <= WHILE_ONE_WAITS:
        work(change.pk, now=now)
    return RegistryChange.objects.get(pk=change.pk)


def may_undo(change: RegistryChange, user: User, now: datetime) -> bool:
    """Whoever made it, or an administrator, within a week, once."""
    theirs = change.by_id == user.pk or user.is_administrator
    return theirs and change.state == State.STANDS and now - change.at <= UNDO_WITHIN


def work(change_id: int, *, now: datetime) -> bool:
    """Put back what was asked for; False if there was nothing to do or somebody else is at it.

    Repeatable. Killed anywhere it leaves all groups as they were before, or all of them put back.
    """
    lease = leases.claim(RegistryChange, change_id, [State.UNDOING])
    if lease is None:
        return False
    if lease.attempt > MOST_ATTEMPTS:
        lease.finish(state=State.STANDS, gave_up=True)
        return True
    try:
        with lease.beside_a_transaction():
            _put_back(RegistryChange.objects.select_related("undo_asked_by", "by").get(pk=change_id), lease, now)
    except TakenOver:
        return False
    except (OperationalError, InterfaceError):
        lease.release()
        raise
    except Exception:
        log.exception("undoing of change %s failed, attempt %s", change_id, lease.attempt)
        lease.release()
        raise
    return True


def lost(now: datetime) -> list[int]:
    """Changes that wait for a worker although their message is out: the broker lost it, or the worker died."""
    unsent = OutboxMessage.objects.filter(kind="undo_change", sent_at=None).values_list("payload__change_id", flat=True)
    waiting = RegistryChange.objects.filter(state=State.UNDOING, asked_at__lt=now - LOST_AFTER)
    waiting = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=Now())).exclude(pk__in=list(unsent))
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


@transaction.atomic
def _put_back(change: RegistryChange, lease: Lease, now: datetime) -> None:
    """What stood before, where nobody saved since; a group that the change made is archived.

    What was saved since, is out of the person's sight now, would feed itself, or would go to somebody who left, stays.
    """
    by = change.undo_asked_by or change.by
    rows = ChangedGroup.objects.filter(change=change)
    before = dict(rows.filter(made=False).values_list("group_id", "before"))
    _hold(before)
    with connection.cursor() as cursor:
        be_patient(cursor)
        edited, made = _locked(change, before, by)
        lease.reach(LOOKED_AT)
        lease.stretch(LOOKED_AT, STAGED)
        cursor.execute(STAGE)
        copy_rows(cursor, "restored", COLUMNS, _cells_of(edited, before, lease))
        lease.stretch(0, 100)
        handover.record_return(change.pk, [row["pk"] for row in edited], by=by, now=now)
        cursor.execute(RESTORE)
        lease.reach(PUT_BACK)
        entry = audit.entry_of_many(verb="change undone", object_type="group", by=by, now=now)
        facts = {"team_id": "g.team_id", "object_id": "g.id", "object_name": "left(g.name, 160)"}
        changed = facts | {"before": "NULLIF(r.before, '{}')", "after": "NULLIF(r.after, '{}')"}
        insert_like(cursor, entry, changed, "restored r JOIN groups_group g ON g.id = r.id ORDER BY g.id")
        Group.objects.filter(pk__in=made).update(archived_at=now, version=F("version") + 1)
        lease.reach(ARCHIVED)
        entry = audit.entry_of_many(verb="archived", object_type="group", by=by, now=now)
        insert_like(cursor, entry, facts, f"groups_group g WHERE g.id = ANY(ARRAY{made}::bigint[]) ORDER BY g.id")
    ends = {row["pk"]: before[row["pk"]]["ends_on"] for row in edited if "ends_on" in before[row["pk"]]}
    amend_ends(ends={pk: day and date.fromisoformat(day) for pk, day in ends.items()}, by=by, now=now)
    done = len(edited) + len(made)
    lease.finish(state=State.UNDONE, undone_at=now, undone_by=by, groups_back=done, groups_left=rows.count() - done)


def _hold(before: Mapping[int, Mapping[str, Any]]) -> None:
    """Hold who gets groups back, and the way through the layers, before groups are held."""
    handover.hold_owners({facts["owner_id"] for facts in before.values() if "owner_id" in facts})
    if any(facts.get("upstream_id") for facts in before.values()):
        upstreams.hold()


def _locked(
    change: RegistryChange, before: Mapping[int, Mapping[str, Any]], by: User
) -> tuple[list[dict[str, Any]], list[int]]:
    """The edited groups that go back, and the made ones that are archived; locked in the order of their ids."""
    fed = {pk: facts["upstream_id"] for pk, facts in before.items() if facts.get("upstream_id")}
    after = dict(ChangedGroup.objects.filter(change=change).values_list("group_id", "version"))
    of_change = ChangedGroup.objects.filter(change=change).values("group")
    groups = Group.objects.visible_to(by).filter(pk__in=of_change, archived_at=None)
    groups = groups.exclude(pk__in=upstreams.circling(fed)).order_by("pk").select_for_update(no_key=True)
    edited, made = [], []
    for row in groups.values("pk", "version", "team_id", *EDITABLE):
        if row["version"] == after[row["pk"]]:
            if row["pk"] in before:
                edited.append(row)
            else:
                made.append(row["pk"])
    owners = _who_may_own({row["team_id"] for row in edited if "owner_id" in before[row["pk"]]})
    return [
        row
        for row in edited
        if "owner_id" not in before[row["pk"]] or before[row["pk"]]["owner_id"] in owners[row["team_id"]]
    ], made


def _who_may_own(teams: set[int]) -> dict[int, set[int]]:
    return {team: {user.pk for user in users} for team, users in people_of_teams(teams).items()} if teams else {}


def _cells_of(
    rows: list[dict[str, Any]], before: Mapping[int, Mapping[str, Any]], lease: Lease
) -> Iterator[tuple[Any, ...]]:
    """The columns of groups as they stood before, while the worker says that it lives."""
    for count, row in enumerate(rows):
        if count % TELL_EVERY == 0:
            lease.tell(count, len(rows))
        was = {key: value for key, value in before[row["pk"]].items() if key in EDITABLE}
        values = {key: was.get(key, row[key]) for key in EDITABLE}
        keys = search_keys_of(values["name"], values["theme"])
        now_there = told({key: row[key] for key in was})
        yield (row["pk"], *values.values(), *(keys[key] for key in KEYS), now_there, told(was))
