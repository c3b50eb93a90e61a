"""Writes a list of groups in one transaction: its rows go to the database by COPY and into their tables by a fixed
number of statements, with plans, revenue models, the record, and what an undo needs.

What a row becomes is decided by groups.rules.group_lists alone; what a new group begins with is what registration and
model_rows give one, filled in for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from groups import audit, handover, model_rows, registry_preview, upstreams
from groups.leases import Lease
from groups.models import ChangedGroup, Group, RegistryChange, RegistryImport, User
from groups.models.group import ActivityKind, Lifespan, Monetization
from groups.registration import amend_ends, plan_row, search_keys_of, told
from groups.registry_preview import Preview, preview
from groups.rules.group_lists import COMPARED, Fate, Row
from groups.rules.plan_terms import PlanTerms
from groups.staging import be_patient, copy_rows, insert_like

# Lists are written one after the other, so that two of them never make the same group.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('lists of groups'))"
TELL_EVERY = 500  # rows
# Where the progress stands after a step, in per cent: of the whole, then of the new rows and of the changed ones. So
# much of the time each took with 50,000 rows.
PREVIEWED, WRITTEN = 20, 96
CELLS, GROUPS, PLANS, MODELS, KEPT = 45, 58, 63, 86, 91
KEYS = ("grams", "sort_key", "initials")
STAGE = """
    DROP TABLE IF EXISTS listed, altered;
    CREATE TEMP TABLE listed ON COMMIT DROP AS
    SELECT 0 AS line, id, team_id, platform, external_id, name, theme, owner_id, layer, tags, upstream_id,
        0 AS upstream_line, member_cap, opened_on, opened_on AS ends_on, notes, grams, sort_key, initials,
        '{}'::jsonb AS before, '{}'::jsonb AS after
    FROM groups_group WITH NO DATA;
    ALTER TABLE listed ALTER id SET DEFAULT nextval(pg_get_serial_sequence('groups_group', 'id')::regclass);
"""
NEW_COLUMNS = (
    "line", "team_id", "platform", "external_id", "name", "theme", "owner_id", "layer", "tags", "upstream_id",
    "upstream_line", "member_cap", "opened_on", "ends_on", "notes", *KEYS, "after",
)  # fmt: skip
ALTERED_COLUMNS = (
    "line", "id", "name", "theme", "owner_id", "layer", "tags", "upstream_id", "upstream_line", "member_cap",
    "opened_on", "notes", *KEYS, "before", "after",
)  # fmt: skip
PARENTS = "listed l LEFT JOIN listed p ON p.line = l.upstream_line"
UPDATE = """
    UPDATE groups_group g SET name = l.name, theme = l.theme, owner_id = l.owner_id, layer = l.layer, tags = l.tags,
        upstream_id = COALESCE(p.id, l.upstream_id), member_cap = l.member_cap, opened_on = l.opened_on,
        notes = l.notes, grams = COALESCE(l.grams, g.grams), sort_key = COALESCE(l.sort_key, g.sort_key),
        initials = COALESCE(l.initials, g.initials), version = g.version + 1
    FROM altered l LEFT JOIN listed p ON p.line = l.upstream_line WHERE g.id = l.id
"""
NAME_PARENTS = """
    UPDATE altered l SET after = l.after || jsonb_build_object('upstream_id', p.id)
    FROM listed p WHERE p.line = l.upstream_line
"""


class NotAllGood(Exception):
    """Everything was asked for, and some rows are refused. Nothing was written."""


@transaction.atomic
def write(*, upload: RegistryImport, lease: Lease, now: datetime) -> None:
    """Write what was asked for, judged anew; the claim ends in the same transaction. Rows of groups are locked in the
    order of their ids.

    Raises NotAllGood, FileIsGone, TakenOver, and IntegrityError when somebody registered the same id a moment ago; all
    of them leave nothing behind.
    """
    by = upload.asked_by or upload.uploaded_by
    with connection.cursor() as cursor:
        be_patient(cursor)
        cursor.execute(LOCK)
    if "upstream" in upload.mapping:
        upstreams.hold()
    lease.stretch(0, PREVIEWED)
    found = _locked_preview(upload, by, lease)
    if found.counts[Fate.REFUSED] and not upload.only_good:
        raise NotAllGood
    rows = found.to_write(upload.with_same_names)
    change = None
    if rows:
        change = RegistryChange.objects.create(kind=RegistryChange.Kind.IMPORT, token=uuid4(), by=by, at=now)
        _write_rows(change, rows, by, now, lease)
    if found.fates_hash != upload.fates_hash:
        registry_preview.keep_pages(upload, found)
    counts, same = Counter(row.fate for row in rows), found.counts[Fate.SAME]
    came = {"new": counts[Fate.NEW], "changed": counts[Fate.CHANGED], "refused": len(found.rows) - len(rows) - same}
    audit.record(verb="list imported", thing=upload, by=by, now=now, after=came)
    lease.finish(
        state=RegistryImport.State.DONE,
        finished_at=now,
        change=change,
        rows_new=came["new"],
        rows_changed=came["changed"],
        rows_same=same,
        rows_refused=came["refused"],
        foreseen=found.counts,
        fates_hash=found.fates_hash,
    )


def _locked_preview(upload: RegistryImport, by: User, lease: Lease) -> Preview:
    """A preview whose owners stay and whose groups cannot change before the transaction ends; worked out again if
    one just did. People are held before groups, as everywhere."""
    while True:
        found = preview(upload, by=by, lease=lease)
        if not handover.hold_owners({row.values["owner_id"] for row in found.rows if "owner_id" in row.values}):
            continue
        known = {row.group.pk: row.group.version for row in found.rows if row.group and row.fate == Fate.CHANGED}
        groups = Group.objects.filter(pk__in=list(known)).order_by("pk").select_for_update(no_key=True)
        if dict(groups.values_list("pk", "version")) == known:
            return found


def _write_rows(change: RegistryChange, rows: Sequence[Row], by: User, now: datetime, lease: Lease) -> None:
    new = [row for row in rows if row.fate == Fate.NEW]
    changed = [row for row in rows if row.fate == Fate.CHANGED]
    between = PREVIEWED + (WRITTEN - PREVIEWED) * len(new) // len(rows)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        lease.stretch(PREVIEWED, between)
        copy_rows(cursor, "listed", NEW_COLUMNS, _cells_of(new, _new_cells, lease))
        if new:
            _register(cursor, change, by, now, lease)
        if changed:
            cursor.execute("CREATE TEMP TABLE altered (LIKE listed) ON COMMIT DROP")
            lease.stretch(between, WRITTEN)
            copy_rows(cursor, "altered", ALTERED_COLUMNS, _cells_of(changed, _altered_cells, lease))
            _edit(cursor, change, by, now, lease)
    ends = {row.group.pk: row.values["ends_on"] for row in changed if row.group and "ends_on" in row.values}
    amend_ends(ends=ends, by=by, now=now)
    lease.reach(100)


def _cells_of(rows: Sequence[Row], cells: Callable[[Row], tuple[Any, ...]], lease: Lease) -> Iterator[tuple[Any, ...]]:
    """The cells of rows, while the worker says that it lives: making their search keys takes its time."""
    for count, row in enumerate(rows):
        if count % TELL_EVERY == 0:
            lease.tell(CELLS * count, 100 * len(rows))
        yield cells(row)


def _new_cells(row: Row) -> tuple[Any, ...]:
    values = row.values
    keys = search_keys_of(values["name"], values.get("theme", ""))
    return (
        row.line, values["team_id"], values["platform"], values["external_id"], values["name"],
        values.get("theme", ""), values["owner_id"], values.get("layer", "none"), values.get("tags", ()),
        values.get("upstream_id"), row.upstream_line, values.get("member_cap"), values["opened_on"],
        values.get("ends_on"), values.get("notes", ""), *(keys[key] for key in KEYS), told(values),
    )  # fmt: skip


def _altered_cells(row: Row) -> tuple[Any, ...]:
    """All columns of a group that stands: what the row says, else what is there; keys only where they change."""
    group = row.group
    if group is None:
        raise ValueError(row.line)
    values = {key: row.values.get(key, getattr(group, key)) for key in COMPARED}
    keys: Mapping[str, Any] = dict.fromkeys(KEYS)
    if {"name", "theme"} & row.values.keys():
        keys = search_keys_of(values["name"], values["theme"])
    before = {key: getattr(group, key) for key in row.values}
    if row.upstream_line:
        before["upstream_id"] = group.upstream_id
    return (
        row.line, group.pk, values["name"], values["theme"], values["owner_id"], values["layer"], values["tags"],
        values["upstream_id"], row.upstream_line, values["member_cap"], values["opened_on"], values["notes"],
        *(keys[key] for key in KEYS), told(before), told(row.values),
    )  # fmt: skip


def _register(cursor: Any, change: RegistryChange, by: User, now: datetime, lease: Lease) -> None:
    cursor.execute("CREATE UNIQUE INDEX ON listed (line); ANALYZE listed")
    same = {column: f"l.{column}" for column in ("id", *NEW_COLUMNS) if column not in ("line", "after", "ends_on")}
    del same["upstream_line"]
    group = Group(created_at=now, created_by=by)
    insert_like(cursor, group, same | {"upstream_id": "COALESCE(p.id, l.upstream_id)"}, f"{PARENTS} ORDER BY l.line")
    lease.reach(GROUPS)
    of_group = {"group_id": "l.id", "team_id": "l.team_id"}
    insert_like(
        cursor,
        plan_row(group, _terms(now), by=by, now=now),
        of_group
        | {
            "starts_on": "l.opened_on",
            "ends_on": "l.ends_on",
            "lifespan": f"CASE WHEN l.ends_on IS NULL THEN '{Lifespan.LASTING}' ELSE '{Lifespan.BOUNDED}' END",
        },
        "listed l",
    )
    lease.reach(PLANS)
    model = model_rows.first(Monetization.NONE, None, by=by, now=now)
    insert_like(cursor, model, of_group | {"from_on": "l.opened_on"}, "listed l")
    lease.reach(MODELS)
    insert_like(cursor, ChangedGroup(change=change, made=True, version=1), {"group_id": "l.id"}, "listed l")
    lease.reach(KEPT)
    _record(cursor, "registered", {"after": "l.after", "object_name": "l.name"}, "listed l", by, now)


def _edit(cursor: Any, change: RegistryChange, by: User, now: datetime, lease: Lease) -> None:
    cursor.execute("CREATE UNIQUE INDEX ON altered (id); ANALYZE altered")
    cursor.execute(NAME_PARENTS)
    cursor.execute(UPDATE)
    lease.reach(GROUPS)
    edited = "altered l JOIN groups_group g ON g.id = l.id"
    touched = {"group_id": "l.id", "before": "l.before", "version": "g.version"}
    insert_like(cursor, ChangedGroup(change=change, made=False, version=1), touched, edited)
    handover.record_change(change.pk, by=by, now=now)
    lease.reach(KEPT)
    # The end of a plan has a row of the record of its own.
    facts = {"before": "l.before - 'ends_on'", "after": "l.after - 'ends_on'", "team_id": "g.team_id"}
    more = edited + " WHERE l.after - 'ends_on' <> '{}'::jsonb"
    _record(cursor, "edited", facts | {"object_name": "g.name"}, more, by, now)


def _record(cursor: Any, verb: str, varying: Mapping[str, str], source: str, by: User, now: datetime) -> None:
    entry = audit.entry_of_many(verb=verb, object_type="group", by=by, now=now)
    insert_like(cursor, entry, {"team_id": "l.team_id", "object_id": "l.id"} | dict(varying), source)


def _terms(now: datetime) -> PlanTerms:
    """A list does not say how a group is judged: not commercial, conversation-active, until its end if it has one."""
    return PlanTerms(
        monetization=Monetization.NONE,
        activity_kind=ActivityKind.CONVERSATION,
        lifespan=Lifespan.LASTING,
        starts_on=timezone.localdate(now),
    )
