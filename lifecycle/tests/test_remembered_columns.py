"""Columns that were remembered before they were kept in groups are found again after the migration that moves them."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from groups.models.lists import ColumnPreset
from groups.tests.making import make_team, make_user

MOVED = import_module("lifecycle.migrations.0080_columns_are_remembered_in_groups")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
OLD = {"kind": "", "fields": ["group", "", "date"]}


@pytest.mark.django_db
def test_what_was_remembered_is_moved_once_and_comes_back_for_the_release_before():
    team, other, by = make_team(), make_team(), make_user()
    newer = {"kind": "daily", "fields": ["name", "date"]}
    ColumnPreset.objects.create(
        team=team, what="days", headers_hash="known", mapping=newer, kept_at=NOW, kept_by=by
    )  # fmt: skip
    for each, header in ((team, "known"), (team, "old"), (other, "old")):
        insert(each, header, by)
    for _ in range(2):  # a deploy that is tried again
        run(MOVED.MOVE)
    run(MOVED.UNTIE)
    kept = {
        (row.team_id, row.headers_hash): (row.what, row.mapping, row.kept_by_id) for row in ColumnPreset.objects.all()
    }
    assert kept == {
        (team.pk, "known"): ("days", newer, by.pk),  # what was said later holds
        (team.pk, "old"): ("days", OLD, by.pk),
        (other.pk, "old"): ("days", OLD, by.pk),
    }
    assert count_old() == 0
    run(MOVED.MOVE_BACK)
    assert (count_old(), ColumnPreset.objects.count()) == (3, 0)


def insert(team, header, by):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lifecycle_columnpreset (team_id, header, columns, saved_at, saved_by_id)"
            " VALUES (%s, %s, %s::jsonb, %s, %s)",
            [team.pk, header, '{"kind": "", "fields": ["group", "", "date"]}', NOW, by.pk],
        )


def run(statements):
    with connection.cursor() as cursor:
        cursor.execute(statements)


def count_old():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lifecycle_columnpreset")
        return cursor.fetchone()[0]
