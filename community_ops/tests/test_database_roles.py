"""The role of the app does its work, and cannot take back what the record says; the reader sees no secrets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.utils import timezone

from community_ops import database_roles
from groups import audit, audit_chain
from groups.models import User
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line
from lifecycle import imports, nights, pipeline
from lifecycle.models import Import
from lifecycle.partitions import ensure_months

pytestmark = pytest.mark.django_db


def sql(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def become():
    """Roles of this test alone; they go with its transaction."""
    name = connection.settings_dict["NAME"]
    roles = {"app": f"{name}_app", "reader": f"{name}_reader"}
    grants = database_roles.statements(owner=connection.settings_dict["USER"], database=name, **roles)
    database_roles.apply(grants)
    database_roles.apply(grants)  # repeatable
    yield lambda role: sql(f"SET LOCAL ROLE {roles[role]}")
    sql("RESET ROLE")


def test_the_app_imports_runs_nights_makes_months_books_money_and_seals(become):
    become("app")
    team, yesterday = make_team(), timezone.localdate() - timedelta(days=1)
    content = f"group,date,messages\nA,{yesterday},3\nA,2019-03-04,2\n".encode()
    upload = imports.receive(
        team=team, file_name="d.csv", content=content, platform="wecom", by=make_user(team), now=timezone.now()
    )
    imports.run(upload.pk, now=timezone.now(), today=timezone.localdate())
    assert Import.objects.get().state in ("ready", "done")
    assert ensure_months(date(2018, 1, 1), date(2018, 2, 1)) > 0
    make_line(make_group(team=team), "5.00")
    nights.open_nights([yesterday], now=timezone.now())
    pipeline.run_to_the_end(now=timezone.now())
    with transaction.atomic():
        audit.record(verb="made", thing=team, by=None, now=timezone.now())
    assert audit_chain.seal() > 0 and list(audit_chain.broken()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE groups_auditentry SET verb = 'x'",
        "DELETE FROM groups_auditentry",
        "TRUNCATE groups_auditentry",
        "ALTER TABLE groups_auditentry DISABLE TRIGGER USER",
        "SET LOCAL session_replication_role = replica",
        "UPDATE groups_auditseal SET rows = 1",
        "DELETE FROM groups_auditseal",
        "DROP TABLE groups_auditseal",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('groups', 'x', now())",
        "CREATE TABLE mine (a int)",
        "ALTER TABLE groups_group ADD COLUMN a int",
    ],
)
def test_the_app_cannot_take_back_what_the_record_says_nor_change_tables(become, statement):
    become("app")
    with pytest.raises(Error, match="permission denied|must be owner"):
        sql(statement)


@pytest.mark.parametrize(
    "arguments",
    ["'groups_group', 'groups_group_202601', '2026-01-01', '2026-02-01'",
     "'lifecycle_daily', 'lifecycle_daily_x', '2026-01-01', '2026-02-01'",
     "'lifecycle_daily', 'lifecycle_daily_202601', '2026-01-01', '2027-01-01'"],
)  # fmt: skip
def test_by_the_function_of_the_owner_nothing_but_a_month_is_made(become, arguments):
    become("app")
    with pytest.raises(Error, match="no such month"):
        sql(f"SELECT make_month({arguments})")


def test_the_reader_sees_figures_and_people_but_no_secret_and_writes_nothing(become):
    make_user()
    become("reader")
    assert sql("SELECT count(*) FROM groups_ledgerline") == [(0,)]
    assert len(sql("SELECT username, display_name FROM groups_user")) == User.objects.values("pk").count()
    refused = ["SELECT password FROM groups_user", "SELECT * FROM django_session", "SELECT * FROM groups_robot"]
    refused += ["SELECT * FROM groups_apitoken", "DELETE FROM groups_user", "SELECT sealed FROM groups_backupcodes"]
    for statement in refused:
        with pytest.raises(Error, match="permission denied"):
            sql(statement)


def test_the_command_prints_what_it_would_apply(capsys):
    call_command("roles", app="ours", reader="theirs")
    said = capsys.readouterr().out
    assert "REVOKE UPDATE, DELETE, TRUNCATE ON groups_auditentry, groups_auditseal FROM ours;" in said
    with pytest.raises(CommandError, match="no name"):
        call_command("roles", app="a; DROP ROLE b")
