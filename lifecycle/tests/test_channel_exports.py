"""Discord, Gitter and Zulip: genuine files against independent counts, and the shapes of which there is none.

Discord's JSON, its CSV with commas, and Zulip's own export are made here from their documented shapes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.import_folders import exports_in, pack
from lifecycle.sources.bots import is_bot
from lifecycle.tests.files import OPEN_DATA, needs_open_data, problems_of, reading, rows_of, totals_of, zipped

RAW = OPEN_DATA / "raw"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def packed(folder: Path) -> bytes:
    return zipped({str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()})


def tarred(entries: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, entry in entries.items():
            about = tarfile.TarInfo(name)
            about.size = len(entry)
            archive.addfile(about, io.BytesIO(entry))
    return content.getvalue()


def day_in_shanghai(moment: str) -> str:
    return str(datetime.fromisoformat(moment).astimezone(SHANGHAI).date())


@needs_open_data
def test_genuine_discord_csv_counts_as_by_hand():
    folder = RAW / "discord_dce_csv_semicolon"
    messages, joins, speakers = 0, 0, set()
    for path in folder.rglob("*.csv"):
        # a message begins with the id of its author in quotes; "" inside a message is never followed by 18 digits
        heads = re.findall(
            r'^"(\d{18})";"([^"]*)";"(\d\d-\w{3}-\d\d) \d\d:\d\d [AP]M";"(Joined the server\.";|Pinned a)?',
            path.read_text("utf-8"),
            re.MULTILINE,
        )
        for author, shown, day, special in heads:
            joins += special.startswith("Joined")
            if not special and not shown.endswith("#0000") and "bot" not in shown.lower():
                messages += 1
                speakers.add((path.parent.name, day, author))
    found = reading(packed(folder), file_name="discord.zip")
    assert {group.key for group in found.groups} == {"cc-games", "gamecredits", "introductions", "uot"}
    assert int(found.rows["joins"].sum()) == joins > 0
    assert totals_of(found) == {"messages": messages, "speakers": len(speakers)}, "joins are known in one channel only"
    assert found.rows_refused == 0


@needs_open_data
def test_genuine_gitter_rooms_count_as_by_hand():
    for path in sorted((RAW / "gitter_tsv").glob("*.tsv")):
        starts = re.findall(
            r"^[0-9a-f]{24}\t[^\t]+\t(\S+Z)\t(\S*)\t(\S*)\t[0-9a-f]{24}\t", path.read_text("utf-8"), re.MULTILINE
        )
        people = [(day_in_shanghai(moment), user) for moment, user, name in starts if name != "camperbot"]
        assert totals_of(reading(path.read_bytes())) == {"messages": len(people), "speakers": len(set(people))}


@needs_open_data
def test_genuine_zulip_topics_count_as_by_hand():
    folder = RAW / "zulip_archive_json"
    people = [
        (str(datetime.fromtimestamp(message["timestamp"], SHANGHAI).date()), message["sender_full_name"])
        for path in folder.rglob("*.json")
        for message in json.loads(path.read_bytes())
        if message["sender_full_name"] != "Notification Bot"
    ]
    found = reading(packed(folder))
    assert totals_of(found) == {"messages": len(people), "speakers": len(set(people))}
    assert [(group.key, group.name, group.platform) for group in found.groups] == [("42", "xarray", "zulip")]
    assert problems_of(found) == [(0, "names_only")]
    one = next(folder.rglob("*.json"))
    with pytest.raises(FileRefused) as refused:
        reading(one.read_bytes())
    assert refused.value.code == "topics_without_stream"


def discord(messages: list[dict[str, object]], **fields: object) -> dict[str, object]:
    return {
        "guild": {"id": "1", "name": "Shop"},
        "channel": {"id": "987654321098765432", "type": "GuildTextChat", "name": "general"},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-09-05T10:00:00+00:00",
        "messages": messages,
    } | fields


def said(moment: str, pk: int, **fields: object) -> dict[str, object]:
    author = {"id": "42", "name": "ann", "isBot": False}
    return {"id": str(pk), "type": "Default", "timestamp": moment, "content": "CANARY", "author": author} | fields


def test_discord_json_leaves_bots_and_notices_out_and_covers_up_to_the_export():
    bot = {"id": "43", "isBot": True}
    content = discord(
        [
            said("2026-09-01T15:59:59.999+00:00", 1),
            said("2026-09-01T16:00:00+00:00", 2),
            said("2026-09-01T16:00:00+00:00", 2),
            said("2026-09-01T16:00:01+00:00", 3, type="Reply", author={"id": "44"}),
            said("2026-09-01T16:00:02+00:00", 4, author=bot),
            said("2026-09-01T16:00:03+00:00", 5, type="GuildMemberJoin"),
            said("2026-09-01T16:00:04+00:00", 6, type="ChannelPinnedMessage"),
            said("yesterday", 7),
        ]
    )
    found = reading(json.dumps(content).encode())
    key = "987654321098765432"
    assert rows_of(found) == [
        {"group": key, "day": "2026-09-01", "joins": 0, "messages": 1, "speakers": 1},
        {"group": key, "day": "2026-09-02", "joins": 1, "messages": 2, "speakers": 2},
    ]
    assert found.groups[0].span == (date(2026, 9, 1), date(2026, 9, 4))
    assert problems_of(found) == [(0, "bad_date")]
    parts = {"a [part 1].json": content, "a [part 2].json": content}
    assert totals_of(reading(zipped(parts))) == {"joins": 1, "messages": 3, "speakers": 3}, "parts may overlap"
    direct = discord([said("2026-09-01T15:00:00+00:00", 1)], channel={"id": "1", "type": "DirectTextChat", "name": "a"})
    with pytest.raises(FileRefused) as refused:
        reading(json.dumps(direct).encode())
    assert refused.value.code == "private_chat"


def test_discord_csv_with_commas_takes_the_channel_from_the_name_of_the_file():
    lines = [
        ["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"],
        ["42", "ann", "2026-09-01T16:00:00.0000000+00:00", "CANARY, with\ntwo lines", "", ""],
        ["43", "Carl-bot#1536", "2026-09-01T16:00:00.0000000+00:00", "CANARY", "", ""],
        ["44", "News#0000", "2026-09-01T16:00:00.0000000+00:00", "CANARY", "", ""],
        ["1.2E+17", "bob", "2026-09-01T16:00:00.0000000+00:00", "CANARY", "", ""],
        ["45", "bob", "gestern", "CANARY", "", ""],
    ]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    content = text.getvalue().encode()
    found = reading(content, file_name="Shop - Chat - general [987654321098765432].csv")
    assert rows_of(found) == [{"group": "987654321098765432", "day": "2026-09-02", "messages": 1, "speakers": 1}]
    assert (found.groups[0].name, problems_of(found)) == ("general", [(6, "id_lost_digits"), (7, "bad_date")])
    with pytest.raises(FileRefused) as refused:
        reading(content)
    assert refused.value.code == "chat_not_named"


def zulip_realm(**fields: object) -> dict[str, bytes]:
    at = int(datetime(2026, 9, 1, 16, tzinfo=UTC).timestamp())
    realm = {
        "zerver_userprofile": [{"id": 1, "is_bot": False}, {"id": 2, "is_bot": True}, {"id": 3}],
        "zerver_userprofile_crossrealm": [{"id": 9}],
        "zerver_stream": [{"id": 5, "name": "general", "date_created": at - 86400}, {"id": 6, "name": "quiet"}],
        "zerver_recipient": [{"id": 50, "type": 2, "type_id": 5}, {"id": 60, "type": 1, "type_id": 1}],
    } | fields
    rows = [(1, 1, 50, at), (2, 2, 50, at), (3, 9, 50, at), (4, 1, 60, at), (5, 3, 50, at + 86400.5), (1, 1, 50, at)]
    messages = [
        {"id": pk, "sender": sender, "recipient": recipient, "date_sent": sent, "content": "CANARY"}
        for pk, sender, recipient, sent in rows
    ]
    return {
        "zulip-export/realm.json": json.dumps(realm).encode(),
        "zulip-export/messages-000001.json": json.dumps({"zerver_message": messages[:3]}).encode(),
        "zulip-export/messages-000002.json": json.dumps({"zerver_message": messages[3:]}).encode(),
    }


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_a_zulip_export_counts_people_in_streams_and_covers_the_quiet_ones(pack):
    found = reading(pack(zulip_realm()))
    assert rows_of(found) == [
        {"group": "5", "day": "2026-09-02", "messages": 1, "speakers": 1},
        {"group": "5", "day": "2026-09-03", "messages": 1, "speakers": 1},
    ]
    assert [(group.name, group.span) for group in found.groups] == [
        ("general", (date(2026, 9, 2), date(2026, 9, 3))),
        ("quiet", (date(2026, 9, 2), date(2026, 9, 3))),
    ]


def test_zulips_audit_log_tells_who_came_and_went():
    at = int(datetime(2026, 9, 1, 16, tzinfo=UTC).timestamp())
    log = [
        {"event_type": kind, "event_time": at, "modified_stream": stream}
        for kind, stream in ((301, 5), (302, 5), (303, 5), (303, None), (101, 5), (301, 77))
    ]
    found = reading(tarred(zulip_realm(zerver_realmauditlog=log)))
    assert totals_of(found) == {"joins": 2, "leaves": 1, "messages": 2, "speakers": 2}


def test_of_a_folder_the_parts_of_one_chat_are_read_together_and_all_else_by_itself(tmp_path):
    for name, content in {
        "a/general/1.csv": b"AuthorID;Author;Date;Content;Attachments;Reactions;\n",
        "a/general/2.csv": b"AuthorID;Author;Date;Content;Attachments;Reactions;\n",
        "b/daily.csv": b"group,date,messages\n",
        "b/more/daily.csv": b"group,date,messages\n",
        "b/more/.hidden": b"x",
        "zulip/realm.json": b"{}",
        "zulip/messages-000001.json": b"{}",
        "zulip/emoji/records.json": b"[]",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    found = [str(path.relative_to(tmp_path)) for path in exports_in(tmp_path)]
    assert found == ["a", "b/daily.csv", "b/more/daily.csv", "zulip"]
    with zipfile.ZipFile(pack(tmp_path / "a", tmp_path / "a.zip")) as archive:
        assert archive.namelist() == ["a/general/1.csv", "a/general/2.csv"]


BOTS = {"camperbot": True, "Carl-bot#1536": True, "NewsBot": True, "Notification Bot": True, "x#0000": True}
PEOPLE = {"Abbot": False, "Talbot Smith": False, "bottom": False, "ann#1234": False, "": False}


@pytest.mark.parametrize("name", [*BOTS, *PEOPLE])
def test_programmes_by_their_names(name):
    assert is_bot(name) is (BOTS | PEOPLE)[name]
