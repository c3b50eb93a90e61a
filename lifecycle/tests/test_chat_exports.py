"""Slack and Telegram exports: days, people, joins and leaves, and what must not be counted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.tests.files import reading, rows_of, slack_export, telegram_chat


def at(text: str) -> int:
    """The Unix time of a moment in Shanghai."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp())


def said(ts: object, user: str = "U1", **fields: object) -> dict[str, object]:
    return {"type": "message", "ts": f"{ts}", "user": user, "text": "CANARY"} | fields


BOUNDARY = {
    "last moment of a day": ("2026-09-01T23:59:59.999", "2026-09-01"),
    "first moment of a day": ("2026-09-02T00:00:00", "2026-09-02"),
    "before UTC midnight": ("2026-09-02T07:59:59", "2026-09-02"),
    "at UTC midnight": ("2026-09-02T08:00:00", "2026-09-02"),
}


@pytest.mark.parametrize("case", BOUNDARY)
def test_a_message_counts_for_its_day_in_shanghai(case):
    moment, day = BOUNDARY[case]
    seconds = datetime.fromisoformat(f"{moment}+08:00").timestamp()
    slack = reading(slack_export({"2026-09-01": [said(f"{seconds:.6f}")]}))
    telegram = reading(json.dumps(telegram_chat([{"type": "message", "date_unixtime": str(int(seconds))}])).encode())
    assert [row["day"] for row in rows_of(slack)] == [row["day"] for row in rows_of(telegram)] == [day]


def test_the_zone_is_a_setting():
    seconds = datetime(2026, 9, 1, 17, tzinfo=UTC).timestamp()
    content = slack_export({"2026-09-01": [said(seconds)]})
    assert [row["day"] for row in rows_of(reading(content, zone="UTC"))] == ["2026-09-01"]
    assert [row["day"] for row in rows_of(reading(content))] == ["2026-09-02"]


def test_slack_counts_people_and_leaves_bots_and_system_lines_out():
    noon = at("2026-09-01T12:00:00")
    found = reading(
        slack_export(
            {
                "2026-09-01": [
                    said(noon),
                    said(noon),  # the same ts is the same message
                    said(noon + 1, "U2", subtype="file_share"),
                    said(noon + 2, "U2", subtype="channel_join"),
                    said(noon + 3, "U1", subtype="channel_leave"),
                    said(noon + 4, "B1"),
                    said(noon + 5, "USLACKBOT"),
                    said(noon + 6, "U1", subtype="bot_message", bot_id="B9"),
                    said(noon + 7, "U1", subtype="channel_topic"),
                    {"type": "message", "ts": f"{noon + 8}", "subtype": "file_comment", "comment": {"user": "U9"}},
                ]
            }
        )
    )
    assert rows_of(found) == [
        {"group": "C1", "day": "2026-09-01", "joins": 1, "leaves": 1, "messages": 3, "speakers": 3}
    ]
    assert (found.groups[0].name, found.groups[0].platform) == ("general", "slack")
    assert len(found.members) == 3


def test_slack_covers_the_whole_export_from_the_birth_of_a_channel():
    days = {"2026-09-01": [said(at("2026-09-01T12:00:00"))], "2026-09-09": [said(at("2026-09-09T12:00:00"))]}
    assert reading(slack_export(days)).groups[0].span == (date(2026, 9, 1), date(2026, 9, 9))
    young = {"2026-09-09": days["2026-09-09"], "2026-09-12": [said(at("2026-09-12T12:00:00"))]}
    born = reading(slack_export(young, created=at("2026-09-10T12:00:00")))
    assert born.groups[0].span == (date(2026, 9, 9), date(2026, 9, 12)), (
        "what was said is watched, whatever `created` says"
    )


def test_the_same_slack_person_is_one_member_in_every_channel_of_the_installation():
    one = reading(slack_export({"2026-09-01": [said(at("2026-09-01T12:00:00"))]}))
    two = reading(slack_export({"2026-09-01": [said(at("2026-09-01T12:00:00"))]}, id="C2"))
    assert one.members["hash"].tolist() == two.members["hash"].tolist()


def service(seconds: int, action: str, members: list[str | None] | None = None) -> dict[str, object]:
    return {"type": "service", "date_unixtime": str(seconds), "actor_id": "user1", "action": action, "members": members}


def test_telegram_joins_and_leaves_come_from_service_messages():
    noon = at("2026-09-01T12:00:00")
    chat = telegram_chat(
        [
            service(noon, "create_group", ["a", "b"]),
            service(noon + 1, "join_group_by_link"),
            service(noon + 2, "invite_members", ["c", None]),
            service(noon + 3, "remove_members", ["a"]),
            service(noon + 4, "pin_message"),
            {"type": "message", "date_unixtime": str(noon + 5), "from_id": "user7", "text": "CANARY"},
            {"type": "message", "date_unixtime": str(noon + 6), "from_id": None, "text": ["CANARY", {"text": "x"}]},
            {"type": "unsupported", "date_unixtime": str(noon + 7)},
        ]
    )
    assert rows_of(reading(json.dumps(chat).encode())) == [
        {"group": "42", "day": "2026-09-01", "joins": 4, "leaves": 1, "messages": 2, "speakers": 1}
    ]


def test_a_full_telegram_export_holds_many_chats_and_leaves_private_ones_out():
    first, last = at("2026-09-01T12:00:00"), at("2026-09-09T12:00:00")
    chats = [
        telegram_chat([{"type": "message", "date_unixtime": str(first), "from_id": "user1"}], id=1),
        telegram_chat([{"type": "message", "date_unixtime": str(last), "from_id": "user1"}], id=2),
        telegram_chat(
            [{"type": "message", "date_unixtime": str(last), "from_id": "user1"}], id=3, type="personal_chat"
        ),
    ]
    found = reading(json.dumps({"about": "x", "chats": {"about": "y", "list": chats}}).encode())
    assert [group.key for group in found.groups] == ["1", "2"]
    assert [group.span for group in found.groups] == [
        (date(2026, 9, 1), date(2026, 9, 9)),
        (date(2026, 9, 9), date(2026, 9, 9)),
    ]


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 21])
def test_an_indented_telegram_export_reads_the_same_in_blocks_of_any_size(monkeypatch, block):
    monkeypatch.setattr("lifecycle.sources.telegram_blocks.BLOCK", block)
    noon = at("2026-09-01T12:00:00")

    def chat(pk: int, **fields: object) -> dict[str, object]:
        said = [
            {"type": "message", "date_unixtime": str(noon + n * 7200), "from_id": f"user{n % 3}",
             "members": [{"a": []}], "text": 'CANARY ], }, "messages": ['}
            for n in range(20)
        ]  # fmt: skip
        return telegram_chat([*said, service(noon, "join_group_by_link")], id=pk, **fields)

    private = chat(3, type="personal_chat")
    full = {"about": "x", "chats": {"about": "y", "list": [chat(1), private, telegram_chat([], id=4), chat(2)]}}
    for export in (chat(1), full, full | {"left_chats": {"about": "z", "list": [chat(9)]}}):
        whole = reading(json.dumps(export).encode())
        indented = reading(json.dumps(export, indent=1, ensure_ascii=False).encode())
        assert indented.content_hash == whole.content_hash
        assert int(whole.rows["messages"].sum()) == 20 * len(whole.groups)
    broken = json.dumps(chat(1), indent=1).encode()
    with pytest.raises(FileRefused) as refused:
        reading(broken[:-30])
    assert refused.value.code == "broken_export"
    assert reading(broken.replace(b"CANARY", rb"\x01")).rows["messages"].sum() == 20


def test_telegram_without_unix_time_counts_the_exporters_day():
    chat = telegram_chat([{"type": "message", "date": "2026-09-01T23:30:00", "from_id": "user1"}])
    assert [row["day"] for row in rows_of(reading(json.dumps(chat).encode()))] == ["2026-09-01"]


def test_telegram_escapes_that_are_not_json_are_mended():
    chat = json.dumps(telegram_chat([{"type": "message", "date": "2026-09-01T10:00:00", "text": "a\\b"}]))
    broken = chat.replace("Chat", r"A\x01B").encode()
    assert reading(broken).groups[0].name == "A B"


def test_messages_from_the_future_or_without_a_time_are_refused_one_by_one():
    chat = telegram_chat(
        [
            {"type": "message", "date_unixtime": "99999999999999999999"},
            {"type": "message", "date_unixtime": str(at("2027-01-01T00:00:00"))},
            {"type": "message", "date_unixtime": str(at("2026-09-01T00:00:00"))},
        ]
    )
    found = reading(json.dumps(chat).encode())
    assert [refusal.problem for refusal in found.refusals] == ["bad_date", "future_date"]
    assert [row["messages"] for row in rows_of(found)] == [1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (json.dumps(telegram_chat([])).encode(), "no_messages"),
        (b'{"messages": [', "broken_export"),
        (b'{"type": "FeatureCollection"}', "unknown_json"),
        (b'{"a": 1}', "unknown_json"),
        (b"[1, 2]", "unknown_json"),
        (b'{"messages": ' + b"[" * 100_000, "broken_export"),
        (slack_export({}), "no_messages"),
        (slack_export({"2026-09-01": [said("nonsense")]}), "no_messages"),
        (slack_export({"2026-09-01": {"not": "a list"}}), "broken_export"),
    ],
    ids=["empty chat", "cut off", "other json", "no chat", "a list", "deep", "empty slack", "no times", "wrong shape"],
)
def test_an_export_that_cannot_be_used_says_why(content, code):
    with pytest.raises(FileRefused) as refused:
        reading(content)
    assert refused.value.code == code
