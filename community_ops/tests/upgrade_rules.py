"""What a migration may not do while people work and processes of the release before still run.

Old processes know neither new columns nor new names: what they insert and read must go on. And nothing may hold a big
table for as long as it takes to read all of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelTable,
    CreateModel,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import GeneratedField, ManyToManyField
from django.db.models.fields import NOT_PROVIDED

# Tables that grow by the day, by the member, by the line or by the message.
BIG = {
    "groups_auditentry", "groups_ledgerline", "groups_notice", "groups_outboxmessage", "groups_shoporder",
    "groups_moneymonth", "groups_group", "lifecycle_daily", "lifecycle_acting", "lifecycle_health",
    "lifecycle_sourceday", "lifecycle_memberevent", "lifecycle_membernumber", "lifecycle_keptpack",
    "lifecycle_standing", "lifecycle_statechange", "lifecycle_flag", "lifecycle_import", "lifecycle_nightitem",
    "lifecycle_case", "lifecycle_caseevent", "lifecycle_weekpack",
}  # fmt: skip
GONE = {
    RemoveField: "old processes still name the column: stop using it in one release, take it away in the next",
    DeleteModel: "old processes still use the table: stop using it in one release, take it away in the next",
    RenameField: "old processes know the old name: add a column, fill it, and leave the old one for a release",
    RenameModel: "old processes know the old name: keep it, or set db_table",
    AlterModelTable: "old processes know the old name",
}
SQL = {
    r"\bDROP\s+(TABLE|COLUMN)\b": "old processes still use it",
    r"\bRENAME\s+(TO|COLUMN|CONSTRAINT)\b": "old processes know the old name",
    r"\bSET\s+NOT\s+NULL\b": "reads the whole table under a lock: add a CHECK as NOT VALID, validate it, then set it",
    r"\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b": "writes the whole table anew under a lock",
    r"\bLOCK\s+TABLE\b": "holds the table for the whole migration",
    r"\bADD\s+COLUMN\b(?![^;]*\bDEFAULT\b)[^;]*\bNOT\s+NULL\b": "what old processes insert has no value for it",
}
INDEX = re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE)


def faults(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What this migration may not do, from the state before it; the state is moved on past it."""
    made: set[str] = set()
    for operation in migration.operations:
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        if isinstance(operation, CreateModel):
            made.add(f"{migration.app_label}_{operation.name_lower}")
        else:
            yield from _of(operation, migration, before, made)


def _of(operation: Operation, migration: Migration, before: ProjectState, made: set[str]) -> Iterator[str]:
    if reason := next((GONE[kind] for kind in GONE if isinstance(operation, kind)), None):
        yield f"{operation.describe()}: {reason}"
    if isinstance(operation, RunSQL):
        yield from _of_sql(str(operation.sql))
    table = f"{migration.app_label}_{getattr(operation, 'model_name', '')}".lower()
    if table in made:
        return
    if isinstance(operation, AddField) and not isinstance(operation.field, ManyToManyField):
        field = operation.field
        if not field.null and field.db_default is NOT_PROVIDED:
            yield f"{operation.describe()}: what old processes insert has no value for it: give it db_default or null"
        if isinstance(field, GeneratedField) and table in BIG:
            yield f"{operation.describe()}: writes the whole table anew under a lock"
    if isinstance(operation, AlterField):
        yield from _of_change(operation, migration, before)
    if isinstance(operation, AddIndex) and not isinstance(operation, AddIndexConcurrently) and table in BIG:
        yield f"{operation.describe()}: nobody writes while it is made: AddIndexConcurrently, atomic = False"
    if isinstance(operation, AddConstraint) and not isinstance(operation, AddConstraintNotValid) and table in BIG:
        yield f"{operation.describe()}: reads all of it under a lock: AddConstraintNotValid, then ValidateConstraint"


def _of_change(operation: AlterField, migration: Migration, before: ProjectState) -> Iterator[str]:
    old = before.models[migration.app_label, operation.model_name.lower()].fields[operation.name]
    new = operation.field
    if old.null and not new.null:
        yield f"{operation.describe()}: old processes still insert NULL"
    if hasattr(old, "max_length") and old.get_internal_type() == new.get_internal_type():
        if (new.max_length or 0) < (old.max_length or 0) and new.max_length:
            yield f"{operation.describe()}: shorter than what is there"
    elif old.get_internal_type() != new.get_internal_type():
        yield f"{operation.describe()}: writes the whole table anew under a lock"


def _of_sql(sql: str) -> Iterator[str]:
    plain = re.sub(r"\$\$.*?\$\$|--[^\n]*", "", sql, flags=re.DOTALL)  # bodies of functions are not run now
    for pattern, reason in SQL.items():
        if found := re.search(pattern, plain, re.IGNORECASE):
            yield f"SQL {' '.join(found[0].split())[:60]}: {reason}"
    for found in INDEX.finditer(plain):
        if found[1].lower() in BIG:
            yield f"SQL index on {found[1]}: nobody writes while it is made: CREATE INDEX CONCURRENTLY"


def faults_after_the_squashed(apps: Collection[str]) -> dict[str, list[str]]:
    """By the name of the migration, for all of these apps after the one that replaces the first steps.

    No database is asked.
    """
    loader = MigrationLoader(None, load=False)
    loader.build_graph()
    state, seen, found = ProjectState(real_apps=loader.unmigrated_apps), set(), {}
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key in seen:
                continue
            seen.add(key)
            migration = loader.graph.nodes[key]
            if key[0] in apps and key not in replaced and not migration.replaces:
                found[f"{key[0]}.{key[1]}"] = list(faults(migration, state))
            else:
                migration.mutate_state(state, preserve=False)
    return found
