"""The life of an imported list: received, its columns matched, previewed as often as wanted, written once, undoable.

A preview is worked out anew from the kept rows and the registry as it stands, and so is what is written: nothing goes
stale between the two.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from groups import audit, model_rows, outbox, upstreams
from groups.access import people_of_teams, team_roles
from groups.models import ChangedGroup, Group, OutboxMessage, Plan, RegistryChange, RegistryImport, Team, User
from groups.models.group import ActivityKind, Lifespan, Monetization
from groups.registration import EDITABLE, amend_ends, plan_row, search_keys_of, told
from groups.rules.group_lists import COMPARED, Defaults, Fate, Known, Registry, Row, judge, one_kind_of_line_end
from groups.rules.plan_terms import PlanTerms
from groups.sealing import seal, unseal
from groups.sheets import limited
from groups.sheets.group_list import LIMITS, fields_of
from groups.sheets.matching import matching_form

KEPT_FOR = timedelta(days=30)
BATCH = 1000
# The keys of 50,000 names take their time between two statements.
PATIENCE = (
    "SET LOCAL statement_timeout = '120s'; SET LOCAL lock_timeout = '60s';"
    " SET LOCAL idle_in_transaction_session_timeout = '300s'"
)
AT_ONCE = 1000  # rows that a page writes itself; a worker writes longer lists
MOST_ATTEMPTS = 3
LOST_AFTER = timedelta(minutes=2)
State = RegistryImport.State


class NotAllGood(Exception):
    """Everything was asked for, and some rows are refused. Nothing was written."""


class FileIsGone(Exception):
    """The rows of this list were deleted; upload it again."""


@dataclass(frozen=True)
class Preview:
    """What would become of every row; the counts leave out the doubtful ones."""

    rows: list[Row]

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(row.fate for row in self.rows if not row.same_name)

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.fate == Fate.REFUSED]

    @property
    def same_named(self) -> list[Row]:
        return [row for row in self.rows if row.same_name]

    def to_write(self, with_same_names: bool) -> list[Row]:
        wanted = (Fate.NEW, Fate.CHANGED)
        return [row for row in self.rows if row.fate in wanted and (with_same_names or not row.same_name)]


def receive(*, team: Team, platform: str, file_name: str, content: bytes, by: User, now: datetime) -> RegistryImport:
    """Keep the rows of an upload, encrypted, with its columns matched as far as they name themselves.

    Raises FileRefused. `platform` holds for rows that do not name one; empty: they must.
    """
    with tempfile.TemporaryDirectory(prefix="list-") as folder:
        path, target = Path(folder) / "upload", Path(folder) / "rows.json"
        path.write_bytes(content)
        limited.run("groups.sheets.child", {"path": str(path), "target": str(target)}, LIMITS)
        found = json.loads(target.read_text(encoding="utf-8"))
    upload = RegistryImport(
        team=team,
        file_name=file_name,
        file_bytes=len(content),
        encoding=found["encoding"],
        headers=found["headers"],
        mapping=fields_of(found["headers"]),
        platform=platform,
        rows_read=len(found["rows"]),
        sealed=seal(zlib.compress(json.dumps(found["rows"]).encode())),
        delete_after=(now + KEPT_FOR).date(),
        uploaded_at=now,
        uploaded_by=by,
    )
    with transaction.atomic():
        upload.save(force_insert=True)
        audit.record(verb="list uploaded", thing=upload, by=by, now=now, after={"bytes": len(content)})
    return upload


def rows_of(upload: RegistryImport) -> list[tuple[int, list[Any]]]:
    """The rows as they stand in the file. Raises FileIsGone."""
    if upload.sealed is None:
        raise FileIsGone
    return [(line, cells) for line, cells in json.loads(zlib.decompress(unseal(bytes(upload.sealed))))]


def preview(upload: RegistryImport, *, by: User) -> Preview:
    """What this person would write now, within the teams that they see. Raises FileIsGone."""
    teams = list(team_roles(by))
    defaults = Defaults(upload.team_id if upload.team_id in teams else 0, upload.platform, by.pk)
    return Preview(judge(rows_of(upload), upload.mapping, registry_of(teams), defaults))


def registry_of(team_ids: Iterable[int]) -> Registry:
    """What lists are judged against: a fixed number of queries."""
    team_ids = list(team_ids)
    people = people_of_teams(team_ids)
    names = {user.pk: names_of(user) for users in people.values() for user in users}
    groups = [Known(**row) for row in _known_rows(team_ids)]
    strangers = {group.owner_id for group in groups} - set(names)
    names |= {user.pk: names_of(user) for user in User.objects.filter(pk__in=strangers)}
    by_name: dict[int, Mapping[str, frozenset[int]]] = {}
    for team, users in people.items():
        called: dict[str, set[int]] = defaultdict(set)
        for user in users:
            for name in names[user.pk]:
                called[name].add(user.pk)
        by_name[team] = {name: frozenset(ids) for name, ids in called.items()}
    teams = {matching_form(name): pk for pk, name in Team.objects.filter(pk__in=team_ids).values_list("pk", "name")}
    return Registry(teams, by_name, names, groups)


def names_of(user: User) -> frozenset[str]:
    """The words that mean a person: their name and their user name."""
    return frozenset(matching_form(name) for name in (user.display_name, user.username) if name)


@transaction.atomic
def write(*, upload: RegistryImport, only_good: bool, with_same_names: bool, by: User, now: datetime) -> RegistryImport:
    """Write the list once; asked again, it tells what was written. Groups are locked in the order of their ids.

    Raises NotAllGood, FileIsGone, and IntegrityError when somebody registered the same id a moment ago; all of them
    leave nothing behind.
    """
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
    stands = RegistryImport.objects.select_for_update().get(pk=upload.pk)
    if stands.state == State.DONE:
        return stands
    if "upstream" in stands.mapping:
        upstreams.hold()
    found = _locked_preview(stands, by)
    if found.refused and not only_good:
        raise NotAllGood
    rows = found.to_write(with_same_names)
    if rows:
        stands.change = RegistryChange.objects.create(kind=RegistryChange.Kind.IMPORT, token=uuid4(), by=by, at=now)
        _write_rows(stands.change, rows, by, now)
    counts = Counter(row.fate for row in rows)
    stands.rows_new, stands.rows_changed = counts[Fate.NEW], counts[Fate.CHANGED]
    stands.rows_same = found.counts[Fate.SAME]
    stands.rows_refused = len(found.rows) - len(rows) - stands.rows_same
    stands.state, stands.finished_at = State.DONE, now
    stands.save()
    told_of = {"new": stands.rows_new, "changed": stands.rows_changed, "refused": stands.rows_refused}
    audit.record(verb="list imported", thing=stands, by=by, now=now, after=told_of)
    return stands


@transaction.atomic
def ask(*, upload: RegistryImport, only_good: bool, with_same_names: bool, by: User, now: datetime) -> bool:
    """Leave the writing to a worker. False if that was asked for before, or the list is written."""
    asked = {"only_good": only_good, "with_same_names": with_same_names, "asked_by": by, "asked_at": now}
    found = RegistryImport.objects.filter(pk=upload.pk, state=State.OPEN)
    if not found.update(state=State.QUEUED, attempts=0, problem="", **asked):
        return False
    key = f"write_list:{upload.pk}:{now.timestamp():.0f}"  # it may be asked for again after a problem
    outbox.post(key=key, kind="write_list", payload={"list_id": upload.pk}, now=now)
    return True


def write_asked(list_id: int, *, now: datetime) -> bool:
    """Write a queued list; False if there is nothing to do or somebody else is at it. Repeatable.

    A list that cannot be written is open again, with its problem: not_all_good, changed, gone or gave_up.
    """
    with transaction.atomic():
        upload = (
            RegistryImport.objects.select_for_update(skip_locked=True).filter(pk=list_id, state=State.QUEUED).first()
        )
        if upload is None or upload.asked_by is None:
            return False
        upload.attempts += 1
        upload.save(update_fields=["attempts"])
    if upload.attempts > MOST_ATTEMPTS:
        return _reopen(list_id, "gave_up")
    how = {"only_good": upload.only_good, "with_same_names": upload.with_same_names}
    try:
        write(upload=upload, by=upload.asked_by, now=now, **how)
    except NotAllGood:
        return _reopen(list_id, "not_all_good")
    except IntegrityError:
        return _reopen(list_id, "changed")
    except FileIsGone:
        return _reopen(list_id, "gone")
    return True


def lost(now: datetime) -> list[int]:
    """Queued lists whose message is out, and that are still not written: the broker lost it, or the worker died."""
    unsent = OutboxMessage.objects.filter(kind="write_list", sent_at=None).values_list("payload__list_id", flat=True)
    waiting = RegistryImport.objects.filter(state=State.QUEUED, asked_at__lt=now - LOST_AFTER)
    return list(waiting.exclude(pk__in=list(unsent)).order_by("pk").values_list("pk", flat=True)[:20])


def _reopen(list_id: int, problem: str) -> bool:
    RegistryImport.objects.filter(pk=list_id, state=State.QUEUED).update(state=State.OPEN, problem=problem)
    return False


def delete_old(today: date) -> int:
    """Delete the kept rows whose time is over; what became of them stays."""
    old = RegistryImport.objects.filter(sealed__isnull=False, delete_after__lt=today).exclude(state=State.QUEUED)
    return old.update(sealed=None)


def _locked_preview(upload: RegistryImport, by: User) -> Preview:
    """A preview whose groups cannot change before the transaction ends; worked out again if one just did."""
    while True:
        found = preview(upload, by=by)
        known = {row.group.pk: row.group.version for row in found.rows if row.group and row.fate == Fate.CHANGED}
        groups = Group.objects.filter(pk__in=list(known)).order_by("pk").select_for_update(no_key=True)
        if dict(groups.values_list("pk", "version")) == known:
            return found


def _known_rows(team_ids: list[int]) -> Iterable[dict[str, Any]]:
    current = Plan.objects.filter(team__in=team_ids, superseded_at=None)
    plans = {group: days for group, *days in current.values_list("group_id", "starts_on", "ends_on")}
    groups = Group.objects.filter(team__in=team_ids, archived_at=None)
    columns = ("pk", "version", "team_id", "external_id", "platform", *(set(EDITABLE) - {"external_id", "platform"}))
    for row in groups.values(*columns):
        starts, ends = plans.get(row["pk"], (None, None))
        row["tags"], row["notes"] = tuple(row["tags"]), one_kind_of_line_end(row["notes"])
        yield row | {"starts_on": starts, "ends_on": ends}


def _write_rows(change: RegistryChange, rows: list[Row], by: User, now: datetime) -> None:
    made = _register([row for row in rows if row.fate == Fate.NEW], by, now)
    changed = [row for row in rows if row.fate == Fate.CHANGED]
    _edit(changed, made, by, now)
    versions = {row.group.pk: row.group.version + 1 for row in changed if row.group}
    ChangedGroup.objects.bulk_create(
        [ChangedGroup(change=change, group_id=group.pk, made=True, version=group.version) for group in made.values()]
        + [
            ChangedGroup(change=change, group_id=row.group.pk, before=_before(row), version=versions[row.group.pk])
            for row in changed
            if row.group
        ],
        batch_size=BATCH,
    )


def _register(rows: list[Row], by: User, now: datetime) -> dict[int, Group]:
    """The new groups by the number of their row, each with a plan; parents of the same file are joined last."""
    made: dict[int, Group] = {}
    for row in rows:
        values = {key: value for key, value in row.values.items() if key != "ends_on"}
        values["tags"] = list(values.get("tags", ()))
        keys = search_keys_of(values["name"], values.get("theme", ""))
        made[row.line] = Group(created_at=now, created_by=by, **values, **keys)
    Group.objects.bulk_create(made.values(), batch_size=BATCH)
    plans = [plan_row(made[row.line], _terms(row), by=by, now=now) for row in rows]
    Plan.objects.bulk_create(plans, batch_size=BATCH)
    opened = {group.pk: (group.team_id, group.opened_on) for group in made.values()}
    model_rows.begin(opened, Monetization.NONE, None, by=by, now=now)
    fed = [row for row in rows if row.upstream_line in made]
    for row in fed:
        made[row.line].upstream = made[row.upstream_line or 0]
    Group.objects.bulk_update([made[row.line] for row in fed], ["upstream"], batch_size=BATCH)
    registered = [
        audit.Told(made[row.line].pk, made[row.line].team_id, row.name, {}, told(dict(row.values))) for row in rows
    ]
    audit.record_many(registered, verb="registered", object_type="group", by=by, now=now, reason="")
    return made


def _terms(row: Row) -> PlanTerms:
    """A list does not say how a group is judged: not commercial, conversation-active, until its end if it has one."""
    ends = row.values.get("ends_on")
    return PlanTerms(
        monetization=Monetization.NONE,
        activity_kind=ActivityKind.CONVERSATION,
        lifespan=Lifespan.BOUNDED if ends else Lifespan.LASTING,
        starts_on=row.values["opened_on"],
        ends_on=ends,
    )


def _edit(rows: list[Row], made: Mapping[int, Group], by: User, now: datetime) -> None:
    groups = Group.objects.in_bulk([row.group.pk for row in rows if row.group])
    edited, recorded = [], []
    for row in rows:
        if row.group is None:
            continue
        group = groups[row.group.pk]
        values = {key: value for key, value in _after(row, made).items() if key != "ends_on"}
        if not values:
            continue
        was = {key: getattr(group, key) for key in values}
        for key, value in (
            values | search_keys_of(values.get("name", group.name), values.get("theme", group.theme))
        ).items():
            setattr(group, key, value)
        edited.append(group)
        recorded.append(audit.Told(group.pk, group.team_id, group.name, told(was), told(values)))
    columns = [key for key in COMPARED if key != "ends_on"]
    Group.objects.bulk_update(edited, [*columns, "grams", "sort_key", "initials"], batch_size=500)
    Group.objects.filter(pk__in=list(groups)).update(version=F("version") + 1)
    audit.record_many(recorded, verb="edited", object_type="group", by=by, now=now)
    ends = {row.group.pk: row.values["ends_on"] for row in rows if row.group and "ends_on" in row.values}
    amend_ends(ends=ends, by=by, now=now)


def _after(row: Row, made: Mapping[int, Group]) -> dict[str, Any]:
    values = dict(row.values)
    if "tags" in values:
        values["tags"] = list(values["tags"])
    if row.upstream_line in made:
        values["upstream_id"] = made[row.upstream_line or 0].pk
    return values


def _before(row: Row) -> dict[str, Any]:
    """What stood in the columns that the row changes, as the audit tells it."""
    keys = [*row.values, *(["upstream_id"] if row.upstream_line else [])]
    was = {key: getattr(row.group, key) for key in keys}
    return told({key: list(value) if isinstance(value, tuple) else value for key, value in was.items()})
