"""The benches run, clean up after themselves, and report in the shape that results are compared by."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from community_ops.bench import sweep, web
from community_ops.bench.asking import Asker, cost_of_pages
from community_ops.bench.measuring import Bench, BenchFailed, Size, at_once, measured, prepared, taken
from community_ops.demo.loading import load_demo
from community_ops.screens.taking import session_of
from community_ops.tests.fleet_making import AS_OF, make_fleet
from groups.models import Group, Team
from groups.tests.making import make_team, make_user

SHAPE = {"name", "ratio", "target", "floor", "floor_s", "value_s", "cpu_s", "rss_mb", "rounds", "ok"}


def databases() -> set[str]:
    """Without those that tests on other processors make and drop meanwhile: theirs name a process that lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname NOT LIKE 'test_%'")
        return {name for (name,) in cursor.fetchall() if not _is_of_another(name)}


def _is_of_another(name: str) -> bool:
    made_by = re.match(r"bench_(\d+)", name)
    return bool(made_by) and int(made_by[1]) != os.getpid() and Path(f"/proc/{made_by[1]}").exists()


@pytest.mark.django_db(transaction=True)
def test_a_bench_reports_in_the_agreed_shape_and_leaves_nothing_behind(tmp_path, capsys):
    before = databases()
    call_command("bench", "ingest.fresh", groups=5, days=3, rounds=1, json=tmp_path / "out.json")
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["machine"]["postgresql"]
    (row,) = report["benches"]
    assert row.keys() >= SHAPE
    assert (row["name"], row["rows"], row["new"], row["rounds"]) == ("ingest.fresh", 15, 15, 1)
    assert databases() == before
    assert not Group.objects.exists()


def test_a_bench_of_pages_asks_for_the_demo_as_it_is_made(monkeypatch):
    asked = create_autospec(load_demo, side_effect=InterruptedError)  # the rest takes the whole demo
    monkeypatch.setattr(web, "make_ready", lambda: None)
    monkeypatch.setattr(web, "load_demo", asked)
    with pytest.raises(InterruptedError):
        web.prepare_demo(Size())


def test_the_list_and_a_wrong_name(capsys):
    call_command("bench", "list")
    assert "ingest.unchanged" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no bench"):
        call_command("bench", "nothing")


@pytest.mark.django_db(transaction=True)
def test_a_bench_whose_result_is_wrong_is_not_ok():
    still = Bench("x", 1e9, "nothing", lambda size: None, lambda state: None, lambda state: sum(range(10_000)))
    assert measured(still, Size(rounds=1), None)["ok"]
    wrong = Bench(
        "x", 1e9, "nothing", lambda size: None, lambda state: None, lambda state: sum(range(10_000)),
        outcome=lambda state: {"broken": "no"},
    )  # fmt: skip
    assert not measured(wrong, Size(rounds=1), None)["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_measured_process_that_fails_says_why():
    with pytest.raises(BenchFailed, match="ZeroDivisionError"):
        taken(lambda: 1 / 0)


@pytest.mark.django_db(transaction=True)
def test_the_nights_of_all_kinds_of_groups_leave_what_one_pass_leaves():
    state = sweep.prepare_nights(Size(groups=20, days=1, rounds=1))
    sweep.go_to_next_day(state)
    sweep.night(state)
    told = sweep.mismatches(state)
    assert told["rows"] > 20 * 119
    assert told | {"rows": 0} == {"nights": 7, "rows": 0, "ratio": 0, "mismatches": 0}


@pytest.mark.django_db(transaction=True)
def test_a_night_that_was_judged_otherwise_is_a_mismatch():
    state = sweep.prepare_nights(Size(groups=6, days=1, rounds=1))
    sweep.next_day(state)
    sweep.night(state)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lifecycle_health SET acts_7 = acts_7 + 1 WHERE group_id = %s", [state.ids[0]])
    told = sweep.mismatches(state)
    assert told["ratio"] == told["mismatches"] > 0
    assert "rows differ" in told["broken"]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_all_of_it_or_say_that_one_failed():
    assert len(at_once([lambda: None, lambda: None])) == 2
    with pytest.raises(BenchFailed, match="worker failed"):
        at_once([lambda: None, lambda: 1 / 0])


def burn() -> None:
    """A tenth of a second of the processor, and some of the database's."""
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 300000)")


@pytest.mark.django_db(transaction=True)
def test_what_workers_take_is_counted_with_whoever_forked_them():
    alone, two = taken(burn), taken(lambda: at_once([burn, burn]))
    assert alone.cpu_s > 0.1
    assert two.cpu_s > 0.2
    grown = taken(lambda: at_once([lambda: None, lambda: bytearray(200 * 2**20)]))
    assert grown.rss_mb > alone.rss_mb + 150


@pytest.mark.django_db(transaction=True)
def test_the_memory_that_making_the_data_took_is_not_counted():
    before = taken(lambda: None).rss_mb
    size = Size(groups=1)
    greedy = Bench("x", 1, "", lambda size: len(bytearray(300 * 2**20)), burn, burn, shares_data=True)
    assert prepared(greedy, size) == 300 * 2**20
    assert taken(lambda: None).rss_mb < before + 150


@pytest.mark.django_db(transaction=True)
def test_benches_that_prepare_alike_share_the_data_and_none_sees_what_another_did(tmp_path, monkeypatch):
    made = []

    def prepare(size: Size) -> list[int]:
        make_team(slug="shared")
        return [size.groups]

    def add(state: list[int]) -> None:
        make_team(slug=f"more-{len(state)}")

    def found(state: list[int]) -> dict[str, int]:
        state.append(1)
        made.append(len(state))
        return {"teams": Team.objects.count()}

    benches = {
        name: Bench(name, 1e9, "", prepare, lambda state: burn(), add, outcome=found, shares_data=shares)
        for name, shares in (("a", True), ("b", True), ("c", False))
    }
    monkeypatch.setattr("community_ops.management.commands.bench.BENCHES", benches)
    before = databases()
    call_command("bench", "a", "b", "c", groups=4, rounds=1, json=tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text())["benches"]
    assert [(row["name"], row["teams"]) for row in rows] == [("a", 2), ("b", 2), ("c", 2)]
    assert made == [2, 2, 2]
    assert databases() == before


@pytest.mark.django_db(transaction=True)
def test_pages_cost_more_than_the_least_and_their_statements_are_told_by_who_asks():
    manager = make_user(team := make_team(), "manager")
    make_fleet(team, manager, as_of=AS_OF)
    state = web.State(Asker(session_of(manager)), [reverse("health-dashboard")], 1)
    told = web.cost_of_statements(state)
    assert told["statements"] > 5 and told["ratio"] > 0
    assert any("insights.fleet.fleet_of" in who for who in told["rollups_ms"])
    assert any("fleet.worst_groups" in who for who in told["others_ms"])
    assert cost_of_pages(state.asker, state.addresses, 2)[state.addresses[0]] > 1
    with pytest.raises(RuntimeError, match="404"):
        state.asker.get("/nowhere/")
