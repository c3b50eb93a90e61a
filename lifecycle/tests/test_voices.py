"""Two sources of one group: which word holds, that both are kept, and that taking one back leaves the other."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from groups.models import AuditEntry, Group
from groups.tests.making import make_team, make_user
from lifecycle import imports
from lifecycle.coverage import Asked
from lifecycle.entering import enter_figures
from lifecycle.models import DirtyGroup, Import, PreferredSource, Source, SourceDay
from lifecycle.preferring import differences, prefer, sources_of
from lifecycle.sources.child import read_activity
from lifecycle.tests.files import csv_text
from lifecycle.tests.making_imports import NOW, brought_in, looked_at, stored
from lifecycle.undoing import undo

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch):
    monkeypatch.setattr(imports, "read_in_child", read_activity)


@pytest.fixture
def operator(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    return user


def totals(messages, members=80, day="2026-09-01") -> bytes:
    return csv_text(["group_id", "date", "messages", "members"], [["a", day, messages, members]]).encode()


def by_member(*acts, day="2026-09-01") -> bytes:
    lines = [["a", day, f"m{n}", count] for n, count in enumerate(acts)]
    return csv_text(["group_id", "date", "member", "messages"], lines).encode()


def here(day="2026-09-01") -> dict[str, int]:
    return stored().get(("a", day), {})


def source(kind: str) -> Source:
    return Source.objects.get(kind=kind)


def choose(kind: str | None, user) -> bool:
    return prefer(group=Group.objects.get(), source=kind and source(kind), by=user, now=NOW)


def rows() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lifecycle_daily ORDER BY group_id, day")
        return cursor.fetchall()


def test_one_source_alone_keeps_nothing_beside_the_daily_table(operator):
    for messages in (5, 6):
        brought_in(totals(messages), by=operator)
    assert (here()["messages"], SourceDay.objects.count()) == (6, 0)


def test_without_a_choice_the_last_word_holds_count_by_count_and_every_word_is_kept(operator):
    brought_in(totals(50), by=operator)
    brought_in(by_member(20, 10), by=operator)
    assert here() == {"members": 80, "messages": 30, "speakers": 2}
    kept = SourceDay.objects.order_by("source_id").values_list("source__kind", "messages", "members", "speakers")
    assert list(kept) == [("daily", 50, 80, 0), ("member_days", 30, 0, 2)]


def test_the_preferred_source_holds_for_what_is_there_and_for_what_comes(operator):
    brought_in(totals(50), by=operator)
    brought_in(by_member(20, 10), by=operator)
    DirtyGroup.objects.all().delete()
    assert choose("daily", operator) and not choose("daily", operator)
    assert here() == {"members": 80, "messages": 50, "speakers": 2}, "what it does not know comes from the other"
    assert DirtyGroup.objects.get().since == DAY
    assert AuditEntry.objects.filter(verb="source preferred").count() == 1
    later = looked_at(by_member(20, 15), by=operator)
    assert (later.preview["changed"], later.preview["unchanged"]) == (0, 1), "the preview knows the rule"
    brought_in(by_member(20, 16), by=operator)
    assert here()["messages"] == 50
    choose(None, operator)
    assert here()["messages"] == 36


def test_a_silent_day_of_one_source_fills_what_the_other_does_not_know_and_no_more(operator):
    brought_in(totals(50), by=operator)
    brought_in(totals(9, day="2026-09-03"), by=operator)
    watched = Asked(DAY, date(2026, 9, 3))
    brought_in(by_member(5, day="2026-09-02"), by=operator, asked=watched)
    assert here() == {"members": 80, "messages": 50, "speakers": 0}
    brought_in(totals(51, members=81), by=operator)
    choose("member_days", operator)
    assert here() == {"members": 81, "messages": 51, "speakers": 0}, "it never said how many messages there were"


@pytest.mark.parametrize("first_undone", ["daily", "member_days"])
def test_taking_the_import_of_one_source_back_leaves_the_word_of_the_other(operator, first_undone):
    daily = brought_in(totals(50), by=operator)
    alone = rows()
    members = brought_in(by_member(20, 10), by=operator)
    if first_undone == "member_days":
        assert undo(upload=members, by=operator, now=NOW).restored == 1
        assert rows() == alone
        undo(upload=daily, by=operator, now=NOW)
    else:
        assert undo(upload=daily, by=operator, now=NOW).kept == 0
        assert here() == {"messages": 30, "speakers": 2}
        undo(upload=members, by=operator, now=NOW)
    assert rows() == [] and not SourceDay.objects.exists()


def test_an_earlier_word_of_the_same_source_comes_back(operator):
    brought_in(totals(50), by=operator)
    brought_in(by_member(20, 10), by=operator)
    before = rows()
    third = brought_in(totals(60), by=operator)
    assert here()["messages"] == 60
    undo(upload=third, by=operator, now=NOW)
    assert rows() == before
    assert set(SourceDay.objects.values_list("source__kind", "messages")) == {("daily", 50), ("member_days", 30)}


def test_what_a_person_types_is_a_source_as_well(operator):
    brought_in(totals(50), by=operator)
    group = Group.objects.get()
    enter_figures(group=group, figures={DAY: {"messages": 55}}, by=operator, now=NOW)
    assert here() == {"members": 80, "messages": 55}
    choose("daily", operator)
    assert here()["messages"] == 50
    assert [source.kind for source in sources_of(group)] == ["daily", "manual"]
    [found] = differences(group, sources_of(group))
    assert (found.day, found.count, found.said, found.holds) == (DAY, "messages", [50, 55], 50)


def test_the_page_says_the_rule_shows_differences_and_takes_a_choice(client, operator):
    brought_in(totals(50), by=operator)
    brought_in(by_member(20, 10), by=operator)
    address = reverse("group-sources", args=[Group.objects.get().pk])
    page = client.get(address).content.decode()
    assert "Whichever was imported last" in page and "Daily figures" in page and ">50<" in page and ">30<" in page
    client.post(address, {"source": source("daily").pk})
    assert PreferredSource.objects.get().source.kind == "daily"
    foreign = Source.objects.create(team=make_team(), kind="daily", name="daily")
    client.post(address, {"source": foreign.pk})
    assert PreferredSource.objects.get().source.kind == "daily" and Import.objects.count() == 2
    client.force_login(make_user(make_team()))
    assert client.get(address).status_code == 404
