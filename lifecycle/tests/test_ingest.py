"""What an import writes, and that the same, an overlapping or a broken one never writes twice or by halves."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from groups.leases import Lease, TakenOver
from groups.models import AuditEntry, Group
from groups.tests.making import make_group, make_team
from lifecycle import activity, imports, member_numbers, voices
from lifecycle.activity import settle_activity
from lifecycle.bulk import copy_in
from lifecycle.models import CoverageSpan, DirtyGroup, Import, MemberNumber, Source
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.child import read_activity as read_here
from lifecycle.tests.files import csv_text, slack_export, workbook
from lifecycle.tests.making_imports import acting, import_bytes, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch):
    """Starting a child for each small file takes most of the time; test_file_safety does it."""
    monkeypatch.setattr(imports, "read_in_child", read_here)


HEADER = ["group_id", "date", "messages", "speakers"]
WEEK = [["a", "2026-09-01", 5, 2], ["a", "2026-09-03", 7, 3], ["b", "2026-09-02", 1, 1]]


def sheet(lines=WEEK, header=HEADER):
    return csv_text(header, lines).encode()


def counted(upload: Import) -> tuple[int, int, int, int]:
    return (upload.rows_new, upload.rows_changed, upload.rows_unchanged, upload.zero_days)


def test_rows_groups_and_counts_of_an_import():
    upload = import_bytes(sheet())
    assert (upload.state, upload.kind, upload.groups_seen, upload.groups_made) == ("done", "daily", 2, 2)
    assert counted(upload) == (3, 0, 0, 0)
    assert stored() == {
        ("a", "2026-09-01"): {"messages": 5, "speakers": 2},
        ("a", "2026-09-03"): {"messages": 7, "speakers": 3},
        ("b", "2026-09-02"): {"messages": 1, "speakers": 1},
    }
    assert Group.objects.get(external_id="a").opened_on == date(2026, 9, 1)
    assert AuditEntry.objects.filter(verb="activity imported", object_id=upload.pk).count() == 1
    assert {d.group.external_id: d.since for d in DirtyGroup.objects.select_related("group")} == {
        "a": date(2026, 9, 1),
        "b": date(2026, 9, 2),
    }


def test_a_day_inside_the_coverage_without_a_row_is_an_observed_zero_and_outside_it_unknown():
    upload = import_bytes(sheet(), first="2026-09-01", last="2026-09-04")
    assert counted(upload) == (3, 0, 0, 5)
    silent = {"messages": 0, "speakers": 0}
    assert stored()[("a", "2026-09-02")] == stored()[("a", "2026-09-04")] == stored()[("b", "2026-09-01")] == silent
    assert ("a", "2026-08-31") not in stored() and ("a", "2026-09-05") not in stored()


def test_the_number_of_members_is_no_flow_and_never_zero_by_silence():
    header = ["group_id", "date", "members", "messages"]
    import_bytes(sheet([["a", "2026-09-01", 50, 5]], header), first="2026-09-01", last="2026-09-02")
    assert stored()[("a", "2026-09-02")] == {"messages": 0}


def test_a_day_that_is_not_over_is_not_covered():
    import_bytes(sheet([["a", "2026-11-20", 1, 1]]), first="2026-11-20", last="2026-12-31")
    assert list(stored()) == [("a", "2026-11-20"), ("a", "2026-11-21")]


def test_coverage_columns_in_the_file_count_per_group():
    header = [*HEADER, "observed_from", "observed_until"]
    import_bytes(
        sheet([["a", "2026-09-02", 1, 1, "2026-09-01", "2026-09-03"], ["b", "2026-09-02", 1, 1, "", ""]], header)
    )
    assert list(stored()) == [
        ("a", "2026-09-01"),
        ("a", "2026-09-02"),
        ("a", "2026-09-03"),
        ("b", "2026-09-02"),
    ]


RENAMED = {
    "renamed": sheet(),
    "re-encoded": csv_text(HEADER, WEEK).encode("utf-16"),
    "as gb18030": csv_text(HEADER, WEEK).encode("gb18030"),
    "as workbook": workbook(HEADER, WEEK),
    "sorted otherwise": sheet(WEEK[::-1]),
}


@pytest.mark.parametrize("form", RENAMED)
def test_the_same_content_is_imported_once_whatever_its_name_or_form(form):
    """Case 25: renamed, saved again or in another encoding."""
    first = import_bytes(sheet(), name="first.csv")
    before = stored()
    again = import_bytes(RENAMED[form], name=f"{form}.xlsx")
    assert (again.state, again.repeats) == ("repeated", first)
    assert counted(again) == (0, 0, 0, 0)
    assert stored() == before


def test_another_team_may_import_the_same_content_for_itself():
    one, two = make_team(), make_team()
    import_bytes(sheet(), team=one)
    assert import_bytes(sheet(), team=two).state == "done"
    assert stored(one) == stored(two)
    assert Group.objects.filter(external_id="a").count() == 2


def test_overlapping_weeks_add_up_to_their_union():
    """Case 26."""
    import_bytes(sheet(), first="2026-09-01", last="2026-09-03")
    later = import_bytes(
        sheet([["a", "2026-09-03", 9, 3], ["a", "2026-09-04", 2, 1]]), first="2026-09-02", last="2026-09-05"
    )
    assert counted(later) == (1, 1, 0, 1)
    assert [(day, counts["messages"]) for (key, day), counts in stored().items() if key == "a"] == [
        ("2026-09-01", 5), ("2026-09-02", 0), ("2026-09-03", 9), ("2026-09-04", 2), ("2026-09-05", 0),
    ]  # fmt: skip
    a = Group.objects.get(external_id="a")
    assert [(s.observed_from, s.observed_until) for s in CoverageSpan.objects.filter(group=a)] == [
        (date(2026, 9, 1), date(2026, 9, 5))
    ]


def test_counts_that_a_file_does_not_know_keep_their_value():
    import_bytes(sheet())
    orders = import_bytes(sheet([["a", "2026-09-01", 4, "12.50"]], ["group_id", "date", "orders", "revenue"]))
    assert counted(orders) == (0, 1, 0, 0)
    assert stored()[("a", "2026-09-01")] == {"messages": 5, "speakers": 2, "orders": 4, "revenue_cents": 1250}


def test_silence_never_replaces_what_a_row_said_and_fills_what_nobody_knew():
    import_bytes(sheet([["a", "2026-09-02", 4]], ["group_id", "date", "orders"]))
    import_bytes(sheet([["a", "2026-09-02", 8, 2]]))
    assert stored()[("a", "2026-09-02")] == {"messages": 8, "speakers": 2, "orders": 4}
    silent = import_bytes(
        sheet([["a", "2026-09-03", 1, 1, 1]], [*HEADER, "joins"]), first="2026-09-01", last="2026-09-03"
    )
    assert counted(silent) == (1, 0, 0, 2)
    assert stored()[("a", "2026-09-02")] == {"messages": 8, "speakers": 2, "orders": 4, "joins": 0}


def test_only_the_changed_rows_of_a_correction_are_written_and_marked():
    first = import_bytes(sheet())
    DirtyGroup.objects.all().delete()
    second = import_bytes(sheet([WEEK[0], ["a", "2026-09-03", 8, 3], WEEK[2]]))
    assert counted(second) == (0, 1, 2, 0)
    assert [(d.group.external_id, d.since) for d in DirtyGroup.objects.all()] == [("a", date(2026, 9, 3))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, batch_id FROM lifecycle_daily ORDER BY day")
        assert [batch for _, batch in cursor.fetchall()] == [first.pk, first.pk, second.pk]


def test_a_registered_group_is_found_by_its_id_on_any_platform_and_keeps_its_name():
    team = make_team()
    group = make_group(team=team, platform="wecom", external_id="a", name="Mothers")
    upload = import_bytes(sheet(), team=team)
    assert upload.groups_made == 1
    assert Group.objects.get(external_id="a") == group
    make_group(team=team, platform="qq", external_id="a")
    unclear = import_bytes(sheet([["a", "2026-09-09", 1, 1]]), team=team)
    assert (unclear.state, unclear.refusal_code) == ("refused", "which_platform")
    assert import_bytes(sheet([["a", "2026-09-09", 1, 1]]), team=team, platform="qq").state == "done"


def test_groups_of_a_file_without_messages_but_orders_are_transaction_active():
    import_bytes(sheet([["a", "2026-09-02", 4]], ["group_id", "date", "orders"]))
    assert Group.objects.get(external_id="a").plans.get().activity_kind == "transaction"


MEMBER_HEADER = ["group_id", "date", "member", "messages"]


def test_members_get_small_numbers_per_group_and_keep_them():
    import_bytes(sheet([["a", "2026-09-01", "zoe", 3], ["a", "2026-09-02", "adam", 1]], MEMBER_HEADER))
    import_bytes(sheet([["a", "2026-09-03", "adam", 2], ["a", "2026-09-03", "eve", 1]], MEMBER_HEADER))
    assert acting() == {
        ("a", "2026-09-01"): [(1, 3)],
        ("a", "2026-09-02"): [(2, 1)],
        ("a", "2026-09-03"): [(2, 2), (3, 1)],
    }
    assert stored()[("a", "2026-09-03")] == {"messages": 3, "speakers": 2}
    assert MemberNumber.objects.count() == 3


def test_a_set_of_members_is_replaced_not_added_to():
    import_bytes(sheet([["a", "2026-09-01", "zoe", 3], ["a", "2026-09-01", "eve", 1]], MEMBER_HEADER))
    DirtyGroup.objects.all().delete()
    import_bytes(sheet([["a", "2026-09-01", "eve", 4]], MEMBER_HEADER))
    assert [acts for _, acts in acting()[("a", "2026-09-01")]] == [4]
    assert DirtyGroup.objects.count() == 1


def test_no_identifier_and_no_text_reaches_the_database(caplog):
    """Case 50: nor a log, a message or an entry of the record."""
    content = slack_export(
        {"2026-09-01": [{"type": "message", "ts": "1788235200.1", "user": "UCANARY", "text": "CANARY text"}]}
    )
    with caplog.at_level("DEBUG"):
        import_bytes(content)
    assert "CANARY" not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%CANARY%%'")
            assert cursor.fetchone() == (0,), table
    assert len(bytes(MemberNumber.objects.get().hash)) == 16


def test_an_export_covers_its_channels_by_itself():
    days = {"d1": "2026-09-01", "d4": "2026-09-04"}
    content = slack_export(
        {
            day: [{"type": "message", "ts": f"{1788235200 + 86400 * n}", "user": "U1"}]
            for n, day in ((0, days["d1"]), (3, days["d4"]))
        }
    )
    upload = import_bytes(content)
    assert counted(upload) == (2, 0, 0, 2)
    assert [counts["messages"] for counts in stored().values()] == [1, 0, 0, 1]
    assert Source.objects.get().kind == "slack"
    assert Group.objects.get().platform == "slack"


def test_settling_fills_covered_days_and_only_those_and_only_once():
    import_bytes(sheet([["a", "2026-09-01", 5, 2]]))
    group = Group.objects.get()
    source = Source.objects.get()
    CoverageSpan.objects.create(
        group=group, source=source, observed_from="2026-08-30", observed_until="2026-09-03",
        known=KNOWN["messages"] | KNOWN["members"],
    )  # fmt: skip
    assert settle_activity([group.pk], date(2026, 8, 31), date(2026, 9, 10)) == 3
    assert settle_activity([group.pk], date(2026, 8, 31), date(2026, 9, 10)) == 0
    assert [(day, counts) for (_, day), counts in stored().items()] == [
        ("2026-08-31", {"messages": 0}),
        ("2026-09-01", {"messages": 5, "speakers": 2}),
        ("2026-09-02", {"messages": 0}),
        ("2026-09-03", {"messages": 0}),
    ]


class Broken(DatabaseError):
    """The n-th statement of the import fails."""


@pytest.mark.django_db(transaction=True)
def test_an_import_that_fails_at_any_statement_leaves_the_old_state_or_the_new(monkeypatch):
    """Case 20: the n-th statement fails, for every n."""
    team = make_team()
    import_bytes(sheet([["a", "2026-09-01", "zoe", 3]], MEMBER_HEADER), team=team)
    content = sheet([["a", "2026-09-01", "eve", 9], ["n", "2026-09-02", "eve", 1]], MEMBER_HEADER)
    before = snapshot()
    count = {"statements": 0, "fails_at": 0}

    def step():
        count["statements"] += 1
        if count["statements"] == count["fails_at"]:
            raise Broken

    def wrapper(execute, *arguments):
        step()
        return execute(*arguments)

    def copying(cursor, table, columns):
        step()
        copy_in(cursor, table, columns)

    for module in (activity, member_numbers, voices):
        monkeypatch.setattr(module, "copy_in", copying)
    outcomes = []
    while not outcomes or outcomes[-1] == "old":
        count.update(statements=0, fails_at=len(outcomes) + 1)
        try:
            with connection.execute_wrapper(wrapper):
                import_bytes(content, team=team, owner=team_owner(team), last="2026-09-04")
        except Broken:
            outcomes.append("old" if snapshot() == before else "new")
        else:
            outcomes.append("new")
    assert len(outcomes) > 25, "the import issues more statements than that"
    assert acting() == {("a", "2026-09-01"): [(2, 9)], ("n", "2026-09-02"): [(1, 1)]}
    assert [counts["messages"] for counts in stored().values()] == [9, 0, 0, 0, 1, 0, 0]
    assert snapshot()[4] == 2, "the import that vouches for the rows is done"


def team_owner(team):
    return team.memberships.first().user


def snapshot():
    spans = sorted(CoverageSpan.objects.values_list("group__external_id", "observed_from", "observed_until"))
    numbers = MemberNumber.objects.count()
    done = Import.objects.filter(state="done").count()
    return stored(), acting(), spans, numbers, done, Group.objects.count()


def test_a_claim_that_was_lost_writes_nothing(monkeypatch):
    upload = import_bytes(sheet())
    assert upload.state == "done"
    Import.objects.all().update(content_hash="")
    before = stored()

    def stolen(lease, done, total=None):
        Import.objects.filter(pk=lease.pk).update(claim=uuid4())

    monkeypatch.setattr(Lease, "reach", stolen)
    with pytest.raises(TakenOver):
        import_bytes(sheet([["a", "2026-09-01", 99, 9]]))
    assert stored() == before
