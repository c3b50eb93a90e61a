"""No migration after the first release stops people or processes of the release before; those that may are named."""

from __future__ import annotations

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunSQL,
)
from django.db.migrations.state import ProjectState

from community_ops.tests.upgrade_rules import faults, faults_after_the_squashed

# Why each of these may do what the rules refuse. A migration of the next release does not get in here by haste.
ALLOWED = {
    "groups.0165_groups_by_pinyin": "came before the first release: nobody has a big table yet",
    "groups.0167_audit_by_time_and_person": "came before the first release: nobody has a big table yet",
    "lifecycle.0200_trouble_score": "came before the first release; a hundred thousand narrow rows take below a second",
}

COLUMNS = {"id": models.BigAutoField(primary_key=True), "a": models.IntegerField(), "b": models.IntegerField(null=True)}
GENERATED = models.GeneratedField(
    expression=models.F("a"), output_field=models.IntegerField(), db_persist=True, null=True
)
INDEX = models.Index(fields=["a"], name="by_a")
CHECK = models.CheckConstraint(name="a is positive", condition=models.Q(a__gt=0))


def found(*operations, model="Case"):
    """The faults of a migration that finds one table, lifecycle_case, which is big."""
    state = ProjectState()
    CreateModel(model, list(COLUMNS.items()) + [("text", models.CharField(max_length=20))]).state_forwards(
        "lifecycle", state
    )
    migration = Migration("9999_tomorrow", "lifecycle")
    migration.operations = list(operations)
    return list(faults(migration, state))


def test_what_is_there_keeps_the_rules_or_says_why_not():
    told = faults_after_the_squashed({"assessments", "groups", "lifecycle"})
    assert len(told) > 5  # the rules have seen some
    wrong = {name: said for name, said in told.items() if said and name not in ALLOWED}
    assert wrong == {}
    assert set(ALLOWED) <= {name for name, said in told.items() if said}, "nothing is allowed without need"


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(AddField("case", "c", models.IntegerField(default=1)), id="no default of the database"),
        pytest.param(AlterField("case", "b", models.IntegerField(default=1)), id="null no more"),
        pytest.param(AlterField("case", "a", models.BigIntegerField()), id="another type"),
        pytest.param(AlterField("case", "text", models.CharField(max_length=10)), id="shorter"),
        pytest.param(RemoveField("case", "b"), id="column gone"),
        pytest.param(RenameField("case", "b", "c"), id="column renamed"),
        pytest.param(RenameModel("Case", "Matter"), id="table renamed"),
        pytest.param(DeleteModel("Case"), id="table gone"),
        pytest.param(AddIndex("case", INDEX), id="index"),
        pytest.param(AddConstraint("case", CHECK), id="constraint"),
        pytest.param(AddField("case", "c", GENERATED), id="generated column"),
        pytest.param(RunSQL("ALTER TABLE lifecycle_case DROP COLUMN b"), id="sql: column gone"),
        pytest.param(RunSQL("ALTER TABLE x ALTER COLUMN b SET NOT NULL"), id="sql: not null"),
        pytest.param(RunSQL("ALTER TABLE x ALTER b TYPE bigint"), id="sql: type"),
        pytest.param(RunSQL("ALTER TABLE x RENAME COLUMN b TO c"), id="sql: rename"),
        pytest.param(RunSQL("ALTER TABLE x ADD COLUMN c integer NOT NULL"), id="sql: column without a default"),
        pytest.param(RunSQL("CREATE INDEX i ON lifecycle_daily (day)"), id="sql: index"),
        pytest.param(RunSQL("LOCK TABLE lifecycle_daily IN SHARE MODE"), id="sql: lock"),
    ],
)
def test_what_stops_people_or_old_processes_is_refused(operation):
    assert len(found(operation)) == 1


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param([AddField("case", "c", models.IntegerField(null=True))], id="null"),
        pytest.param([AddField("case", "c", models.IntegerField(default=1, db_default=1))], id="default"),
        pytest.param([AlterField("case", "text", models.CharField(max_length=40))], id="longer"),
        pytest.param([AlterField("case", "text", models.CharField(max_length=20, choices=[("a", "b")]))], id="choices"),
        pytest.param([AddIndexConcurrently("case", INDEX)], id="index beside the writers"),
        pytest.param([AddConstraintNotValid("case", CHECK)], id="constraint for what comes"),
        pytest.param([CreateModel("New", list(COLUMNS.items())), AddIndex("new", INDEX)], id="new table"),
        pytest.param([RunSQL("CREATE TABLE x (a int NOT NULL); CREATE INDEX i ON x (a)")], id="sql: new table"),
        pytest.param([RunSQL("ALTER TABLE x ADD COLUMN c integer NOT NULL DEFAULT 0")], id="sql: default"),
        pytest.param([RunSQL("CREATE INDEX CONCURRENTLY i ON lifecycle_daily (day)")], id="sql: concurrently"),
        pytest.param([RunSQL("CREATE FUNCTION f() RETURNS void AS $$ DROP TABLE x $$")], id="sql: body of a function"),
    ],
)
def test_what_stops_nobody_may_be_done(operations):
    assert found(*operations) == []
