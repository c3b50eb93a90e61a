"""What keeps the nights complete by itself: finds what fell through, prepares next months, deletes what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from groups import audit_chain, orders, registry_import, sample_work, sessions, tokens, undoing
from lifecycle import (
    endings,
    fleet,
    import_decisions,
    kept,
    lessons,
    outbox_drain,
    policy_trials,
    retention,
    undo_records,
    week_packs,
)
from lifecycle.cases.closing import forget_people
from lifecycle.models import Import, ImportFile
from lifecycle.partitions import ensure_months
from lifecycle.wecom import callbacks

# An active group that did not get as far as the last finished night, and that nothing else accounts for.
MARK_UNJUDGED = """
    INSERT INTO lifecycle_dirtygroup (group_id, since, marked_at)
    SELECT g.id, GREATEST(g.opened_on, COALESCE(s.day + 1, n.day - %(back)s)), clock_timestamp()
    FROM (SELECT max(day) AS day FROM lifecycle_nightrun WHERE done_at IS NOT NULL) n
    JOIN groups_group g ON g.opened_on <= n.day AND (g.closed_on IS NULL OR g.closed_on >= n.day)
        AND (g.archived_at IS NULL OR (g.archived_at AT TIME ZONE %(zone)s)::date > n.day)
    LEFT JOIN lifecycle_standing s ON s.group_id = g.id
    WHERE (s.day IS NULL OR s.day < n.day)
        AND NOT EXISTS (SELECT 1 FROM lifecycle_nightfault f WHERE f.group_id = g.id AND f.state <> 'settled')
        AND NOT EXISTS (
            SELECT 1 FROM lifecycle_nightitem i JOIN lifecycle_nightrun r ON r.id = i.run_id
            WHERE i.state = 'todo' AND r.day <= n.day AND g.id BETWEEN i.first_group_id AND i.last_group_id)
    ON CONFLICT (group_id) DO NOTHING
"""
LOST_IMPORTS = """
    SELECT id FROM lifecycle_import
    WHERE state IN ('looking', 'queued', 'running') AND uploaded_at < clock_timestamp() - interval '2 minutes'
        AND (lease_until IS NULL OR lease_until < clock_timestamp())
        AND NOT EXISTS (
            SELECT 1 FROM groups_outboxmessage o WHERE o.sent_at IS NULL AND o.kind = 'read_import'
                AND (o.payload ->> 'import_id')::bigint = lifecycle_import.id)
    ORDER BY id LIMIT 20
"""
# A pack goes with the nights that replace it; what stays is of groups that are judged no more, and of old layouts.
OLD_PACKS = "DELETE FROM lifecycle_keptpack WHERE day < (SELECT max(day) - %s FROM lifecycle_keptpack)"
RING_AGAIN_EXPIRES = 290


def reap(*, now: datetime) -> dict[str, int]:
    """Do all of the upkeep; returns how many of each. Repeatable at any time.

    What was deleted is noted for the page of retention, also where a later step fails.
    """
    note_tick("reap")
    today = timezone.localdate(now)
    work: dict[str, Callable[[], int]] = {
        "groups left out": mark_unjudged,
        "imports called again": call_lost_imports,
        "imports dropped": lambda: import_decisions.drop_forgotten(today),
        "undo records deleted": lambda: undo_records.delete_old(today),
        "files deleted": lambda: delete_old_files(today),
        "lists called again": lambda: call_lost_lists(now),
        "undoing called again": lambda: call_lost_undoing(now),
        "orders called again": lambda: call_lost_orders(now),
        "trials called again": lambda: call_lost_trials(now),
        "sample data called again": lambda: call_lost_sample_work(now),
        "orders dropped": lambda: orders.delete_old(today),
        "lists deleted": lambda: registry_import.delete_old(today),
        "packs deleted": delete_old_packs,
        "partitions made": lambda: ensure_months(today, today + timedelta(days=62)),
        "messages deleted": outbox_drain.tidy,
        "sessions deleted": lambda: sessions.delete_old(now),
        "sign-ins deleted": lambda: sessions.delete_old_sign_ins(now),
        "answers forgotten": lambda: tokens.forget_answers(now),
        "days counted anew": fleet.freshen,
        "people forgotten": lambda: forget_people(timezone.localdate(now)),
        "weeks packed": week_packs.pack_due,
        "endings kept": lambda: endings.freshen(now=now),
        "lessons learned": lambda: lessons.freshen(now=now),
        "callbacks deleted": lambda: callbacks.tidy(now),
        "rows of the record sealed": audit_chain.seal,
    }
    done: dict[str, int] = {}
    try:
        for name, step in work.items():
            done[name] = step()
    finally:
        retention.note_deleted({name: count for name, count in done.items() if name in retention.COUNTED}, now=now)
    return done


def note_tick(name: str) -> None:
    """Remember when this tick was last carried out, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lifecycle_tick (name, at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at",
            [name],
        )


def mark_unjudged() -> int:
    """Mark active groups that the last finished night did not reach, so that their days are made good."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_UNJUDGED, {"back": settings.NIGHT_DAYS_BACK - 1, "zone": settings.TIME_ZONE})
        return cursor.rowcount


def call_lost_imports() -> int:
    """Ring again for imports that wait although their message was sent: the broker lost it, or the worker died."""
    with connection.cursor() as cursor:
        cursor.execute(LOST_IMPORTS)
        waiting = [import_id for (import_id,) in cursor.fetchall()]
    for import_id in waiting:
        current_app.send_task("lifecycle.read_import", kwargs={"import_id": import_id}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def call_lost_lists(now: datetime) -> int:
    """Ring again for lists of groups that wait although their message was sent."""
    waiting = registry_import.lost(now)
    for list_id in waiting:
        current_app.send_task("groups.work_on_list", kwargs={"list_id": list_id}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def call_lost_undoing(now: datetime) -> int:
    """Ring again for changes of many groups that wait to be taken back although their message was sent."""
    waiting = undoing.lost(now)
    for pk in waiting:
        current_app.send_task("groups.undo_change", kwargs={"change_id": pk}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def call_lost_orders(now: datetime) -> int:
    """Ring again for files of orders that wait although their message was sent."""
    waiting = orders.lost(now)
    for pk in waiting:
        current_app.send_task("lifecycle.work_on_orders", kwargs={"upload_id": pk}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def call_lost_trials(now: datetime) -> int:
    """Ring again for trials of a policy that nobody goes on with."""
    waiting = policy_trials.asleep(now)
    for pk in waiting:
        current_app.send_task("lifecycle.try_policy", kwargs={"draft_id": pk}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def call_lost_sample_work(now: datetime) -> int:
    """Ring again for sample data that are to be loaded or taken off, where nobody is at it."""
    waiting = sample_work.lost(now)
    for pk in waiting:
        current_app.send_task("community_ops.work_on_sample", kwargs={"work_id": pk}, expires=RING_AGAIN_EXPIRES)
    return len(waiting)


def delete_old_packs() -> int:
    """Delete what was kept for nights that are long past; a group without anything is judged from its beginning."""
    with connection.cursor() as cursor:
        cursor.execute(OLD_PACKS, [kept.PACKS_KEPT.days])
        return cursor.rowcount


def delete_old_files(today: date) -> int:
    """Delete uploaded bytes whose time is over; an import that still has to be read keeps its file."""
    unread = [Import.State.LOOKING, Import.State.QUEUED, Import.State.RUNNING]
    deleted, _ = ImportFile.objects.filter(delete_after__lt=today).exclude(upload__state__in=unread).delete()
    return deleted
