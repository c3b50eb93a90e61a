"""Importing a list of groups against a plain COPY of the rows that come of it, and its preview against reading it.

Measured is `groups.registry_import.work`, what a worker does: the file read in its child, judged against the registry
and kept in pages (`lists.preview`); judged anew and written with plans, models, record and undo (`lists.fresh` for
groups that are new, `lists.changed` for groups that stand).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone, translation

from community_ops.bench.measuring import Bench, Size
from community_ops.group_export import export_of
from community_ops.group_filters import with_plan
from groups import registry_import
from groups.models import AuditEntry, ChangedGroup, Group, Plan, RegistryImport, Team, User
from groups.models.group import Layer, Lifespan, Monetization, Platform

ROWS = 50_000
HEADER = ("name", "group id", "owner", "created at", "member cap", "tags", "layer", "notes", "parent")
TABLES = "groups_group, groups_plan, groups_revenuemodel, groups_changedgroup, groups_registryimport, groups_listpage"
FILLED = ("groups_group", "groups_plan", "groups_revenuemodel", "groups_auditentry", "groups_changedgroup")


@dataclass
class State:
    content: bytes
    altered: bytes
    team: Team
    by: User
    plain: dict[str, str] = field(default_factory=dict)
    upload: int = 0


def content_of(cap: int) -> bytes:
    """The list as UTF-8 CSV, with Chinese names; one row in a hundred names a group that the members come from."""
    with translation.override("zh-hans"):
        words = [str(label) for kind in (Platform, Layer, Monetization, Lifespan) for label in kind.labels]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for n in range(ROWS):
        name = f"{words[n % len(words)]}{words[n // 7 % len(words)]} {n}"
        parent = f"{words[0]}{words[0]} 0" if n % 100 == 1 else ""
        writer.writerow((name, f"wr{n:08d}", "Bench", "2026/9/1", cap, "a, b", "mass", "Thursday draw", parent))
    return out.getvalue().encode()


def prepare(size: Size) -> State:
    """A file of groups, and what comes of it as plain rows of every table that it fills."""
    by = User.objects.create(username="bench", display_name="Bench", is_administrator=True)
    state = State(content_of(500), content_of(450), Team.objects.create(name="Bench", slug="bench"), by)
    before_write(state)
    write(state)
    with connection.cursor() as cursor:
        for table in FILLED:
            text = io.StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", text)
            state.plain[table] = text.getvalue()
    return state


def empty(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE groups_auditentry DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {TABLES}, groups_auditentry CASCADE")
        cursor.execute("ALTER TABLE groups_auditentry ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE groups_group")
        cursor.execute("CHECKPOINT")


def plain_copy(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows of what they belong to are not there
        for table, text in state.plain.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))


def plain_read(state: State) -> None:
    assert sum(1 for _row in csv.reader(io.StringIO(state.content.decode()))) == ROWS + 1


def received(state: State, content: bytes) -> None:
    upload = registry_import.receive(
        team=state.team, platform="wecom", file_name="bench.csv", content=content, by=state.by, now=timezone.now()
    )
    state.upload = upload.pk


def work(state: State) -> None:
    """Whatever the list waits for; its columns name themselves."""
    registry_import.work(state.upload, now=timezone.now())
    upload = RegistryImport.objects.get(pk=state.upload)
    if upload.state == RegistryImport.State.COLUMNS:
        registry_import.match(upload=upload, mapping=upload.mapping, remember=False, by=state.by, now=timezone.now())
        registry_import.work(state.upload, now=timezone.now())


def before_preview(state: State) -> None:
    empty(state)
    received(state, state.content)


def before_write(state: State) -> None:
    before_preview(state)
    work(state)
    ask(state)


def before_change(state: State) -> None:
    before_write(state)
    write(state)
    received(state, state.altered)
    work(state)
    ask(state)


def ask(state: State) -> None:
    upload = RegistryImport.objects.get(pk=state.upload)
    registry_import.ask(upload=upload, only_good=False, with_same_names=False, by=state.by, now=timezone.now())


def write(state: State) -> None:
    registry_import.work(state.upload, now=timezone.now())


def plain_rows(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY groups_group TO STDOUT", io.StringIO())


def before_export(state: State) -> None:
    if Group.objects.count() != ROWS:
        before_write(state)
        write(state)


def take_out(state: State, file_type: str) -> None:
    """The list of all groups as a file, read to its end."""
    answer = export_of(with_plan(Group.objects.all()), "newest", {}, file_type, by=state.by)
    assert sum(map(len, answer.streaming_content)) > ROWS
    answer.close()


def outcome(state: State) -> dict[str, Any]:
    """Every group is there with all that belongs to it."""
    upload = RegistryImport.objects.get(pk=state.upload)
    counts = {model.__name__: model.objects.count() for model in (Group, Plan, AuditEntry, ChangedGroup)}
    written = upload.state == RegistryImport.State.DONE and ROWS in (upload.rows_new, upload.rows_changed)
    right = written or upload.foreseen == {"new": ROWS}
    return counts | ({} if right else {"broken": f"the list is {upload.state}, {upload.problem}"})


COPY = "plain COPY of the same rows into the same tables"
BENCHES = (
    Bench("lists.preview", 150.0, "csv.reader over the same file", prepare, plain_read, work, before_preview,
          before_preview, outcome),
    Bench("lists.fresh", 5.0, COPY, prepare, plain_copy, write, empty, before_write, outcome),
    Bench("lists.changed", 8.0, COPY, prepare, plain_copy, write, empty, before_change, outcome),
    Bench("lists.csv_out", 60.0, "COPY of the same groups out", prepare, plain_rows,
          lambda state: take_out(state, "csv"), before_export, before_export, outcome),
    Bench("lists.xlsx_out", 120.0, "COPY of the same groups out", prepare, plain_rows,
          lambda state: take_out(state, "xlsx"), before_export, before_export, outcome),
)  # fmt: skip
