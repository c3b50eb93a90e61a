"""Genuine files import with the counts that an independent reading of the same files gives."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from groups.models import Group
from lifecycle.models import CoverageSpan, Import, MemberNumber
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.counting import WORTH
from lifecycle.tests.files import OPEN_DATA, csv_text, needs_open_data

pytestmark = [needs_open_data, pytest.mark.django_db]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PICKED = 25  # groups of the open tables: every 28th of 700


def rows_of(name: str) -> list[dict[str, str]]:
    content = (OPEN_DATA / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def picked(tmp_path_factory) -> dict[str, Path]:
    """The open tables cut to some groups, so that the test takes seconds; the command imports the whole of them."""
    groups = rows_of("open_groups.csv")[:: 700 // PICKED]
    keys = {row["group_id"] for row in groups}
    folder = tmp_path_factory.mktemp("open")
    files = {}
    for name in ("open_daily.csv.gz", "open_members.csv.gz", "open_groups.csv"):
        rows = [row for row in rows_of(name) if row["group_id"] in keys]
        files[name] = folder / name.removesuffix(".gz")
        files[name].write_text(csv_text(list(rows[0]), [list(row.values()) for row in rows]), encoding="utf-8")
    return files


def import_files(*paths: Path, **options: str) -> list[Import]:
    call_command("import_activity", *map(str, paths), verbosity=0, **options)
    return list(Import.objects.order_by("pk"))


def totals(column: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT g.external_id, sum(d.{column}) FROM lifecycle_daily d JOIN groups_group g ON g.id = d.group_id"
            " GROUP BY 1"
        )
        return {key: int(total) for key, total in cursor.fetchall()}


def test_the_open_tables(picked, capsys):
    daily, members = import_files(
        picked["open_daily.csv.gz"], picked["open_members.csv.gz"], coverage=str(picked["open_groups.csv"])
    )
    rows, groups = read(picked["open_daily.csv.gz"]), read(picked["open_groups.csv"])
    assert (daily.kind, daily.rows_new, daily.rows_refused) == ("daily", len(rows), 0)
    assert daily.groups_made == len(groups) == Group.objects.count()
    for column in ("messages", "speakers", "joins", "leaves"):
        expected: Counter[str] = Counter()
        for row in rows:
            expected[row["group_id"]] += int(float(row[column] or 0))
        assert totals(column) == expected, column
    days = {(row["group_id"], row["date"]) for row in rows}
    covered = set()
    for row in groups:
        day = date.fromisoformat(row["first_message"])
        while day <= date.fromisoformat(row["observed_until"]):
            covered.add((row["group_id"], str(day)))
            day += timedelta(days=1)
    assert daily.zero_days == len(covered - days)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lifecycle_daily")
        assert cursor.fetchone() == (len(covered | days),)
    assert CoverageSpan.objects.filter(source=daily.source).count() == len(groups)
    assert {g.external_id: g.platform for g in Group.objects.filter(platform="mail")} == {
        row["group_id"]: "mail" for row in groups if row["platform"] == "mailinglist"
    }

    acts = read(picked["open_members.csv.gz"])
    assert (members.kind, members.rows_refused, members.groups_made) == ("member_days", 0, 0)
    by_day: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in acts:
        by_day[row["group_id"], row["date"]].append(int(row["messages"]))
    assert members.rows_new + members.rows_changed + members.rows_unchanged == len(by_day)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.external_id, a.day, a.acts FROM lifecycle_acting a JOIN groups_group g ON g.id = a.group_id"
        )
        found = {(key, str(day)): sorted(counts) for key, day, counts in cursor.fetchall()}
    assert found == {key: sorted(counts) for key, counts in by_day.items()}
    assert MemberNumber.objects.count() == len({(row["group_id"], row["member"]) for row in acts})
    before = totals("messages")
    again = import_files(picked["open_daily.csv.gz"], coverage=str(picked["open_groups.csv"]))[-1]
    assert again.state == "repeated"
    assert totals("messages") == before


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_columns_that_a_source_does_not_report_stay_unknown(picked, capsys):
    import_files(picked["open_daily.csv.gz"], coverage=str(picked["open_groups.csv"]))
    told = {row["group_id"] for row in read(picked["open_daily.csv.gz"]) if row["joins"]}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.external_id, bool_or(d.known & %s <> 0), bool_or(d.known & %s <> 0) FROM lifecycle_daily d"
            " JOIN groups_group g ON g.id = d.group_id GROUP BY 1",
            [KNOWN["joins"], KNOWN["members"]],
        )
        for key, knows_joins, knows_members in cursor.fetchall():
            assert knows_joins == (key in told), key
            assert not knows_members


def test_the_slack_export(capsys):
    path = OPEN_DATA / "raw" / "slack_houstondatavis_export.zip"
    (upload,) = import_files(path)
    messages: Counter[tuple[str, str]] = Counter()
    moves: Counter[str] = Counter()
    speakers: dict[tuple[str, str], set[str]] = defaultdict(set)
    with zipfile.ZipFile(path) as archive:
        ids = {channel["name"]: channel["id"] for channel in json.loads(archive.read("channels.json"))}
        bots = {person["id"] for person in json.loads(archive.read("users.json")) if person.get("is_bot")}
        for name in archive.namelist():
            if "/" not in name or not name.endswith(".json"):
                continue
            for line in json.loads(archive.read(name)):
                who = line.get("user") or line.get("comment", {}).get("user")
                kind = line.get("subtype", "said")
                if who in bots | {"USLACKBOT"} or line.get("bot_id"):
                    continue
                if kind in ("said", "file_share", "file_comment"):
                    at = datetime.fromtimestamp(float(line["ts"]), SHANGHAI).date()
                    messages[ids[name.split("/")[0]], str(at)] += 1
                    speakers[ids[name.split("/")[0]], str(at)].add(who)
                elif kind in ("channel_join", "channel_leave"):
                    moves[kind] += 1
    assert upload.groups_seen == len(ids) == 16
    assert totals("messages") == dict.fromkeys(ids.values(), 0) | sums(messages)
    assert totals("speakers") == dict.fromkeys(ids.values(), 0) | sums({key: len(who) for key, who in speakers.items()})
    assert sum(totals("joins").values()) == moves["channel_join"] == 320
    assert sum(totals("leaves").values()) == moves["channel_leave"] == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.external_id, d.day, d.messages FROM lifecycle_daily d JOIN groups_group g ON g.id = d.group_id"
            " WHERE d.messages > 0"
        )
        assert {(key, str(day)): n for key, day, n in cursor.fetchall()} == messages
        cursor.execute("SELECT min(day), max(day) FROM lifecycle_daily")
        first, last = cursor.fetchone()
    assert {span.observed_until for span in CoverageSpan.objects.all()} == {last}
    assert min(span.observed_from for span in CoverageSpan.objects.all()) == first


def sums(by_day: dict[tuple[str, str], int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for (key, _), count in by_day.items():
        total[key] += count
    return total


def test_the_telegram_chat(capsys):
    path = OPEN_DATA / "raw" / "telegram_desktop_json"
    (upload,) = import_files(path)
    chat = json.loads((path / "result.json").read_text())
    said = [message for message in chat["messages"] if message["type"] == "message"]
    assert (upload.kind, upload.groups_seen, upload.rows_new) == ("telegram", 1, 1)
    assert totals("messages") == {str(chat["id"]): len(said)}
    assert totals("speakers") == {str(chat["id"]): len({message["from_id"] for message in said})}


def test_a_folder_of_exports_of_many_kinds(capsys):
    """The zip and the text of one WhatsApp chat are the same content; the parts of Discord's channels come together."""
    imports = import_files(OPEN_DATA / "raw")
    states = Counter((upload.kind, upload.state) for upload in imports)
    assert states == {
        ("discord", "done"): 1,
        ("gitter", "done"): 3,
        ("slack", "done"): 1,
        ("telegram", "done"): 1,
        ("whatsapp", "done"): 1,
        ("whatsapp", "repeated"): 1,
        ("zulip", "done"): 1,
    }
    assert totals("messages").keys() >= {"Member 0001", "cc-games", "uot", "42", "55cee2940fc9f982bead75d8"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), bit_or(known) FROM lifecycle_daily d JOIN groups_group g ON g.id = d.group_id"
                       " WHERE g.platform = 'gitter'")  # fmt: skip
        days, known = cursor.fetchone()
    told = KNOWN["messages"] | KNOWN["speakers"] | WORTH
    assert (days > 0, known) == (True, told), "who left a Gitter room is not known"
