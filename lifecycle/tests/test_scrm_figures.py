"""Figures from SCRMs and WeCom: rows of groups as CSV and JSON, and those of owners, which are refused. Made here."""

from __future__ import annotations

import gzip
import json

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.tests.files import OPEN_DATA, csv_text, needs_open_data, problems_of, reading, rows_of, workbook

WEIYUNBOT = ["groupId", "totalCount", "msgCount", "newCount", "quitCount", "speakCount", "date"]
VQUN = ["groupName", "messsageCount", "activeUserCount", "incomingCount", "exitCount", "groupMemberCount", "date"]
ROWS = {
    "weiyunbot": (WEIYUNBOT, ["881", 200, 14, 3, 1, 6, "2026-09-01"]),
    "V群, with its own spelling": (VQUN, ["881", 14, 6, 3, 1, 200, "2026-09-01"]),
}
DINGTALK = {
    "statDate": "20260901", "dingGroupId": "881", "groupName": "宝妈群", "groupCreateTime": "2026-01-01 10:00:00",
    "groupType": 4, "groupUserCnt1d": 200, "sendMessageUserCnt1d": 6, "sendMessageCnt1d": 14, "openConvUv1d": 90,
}  # fmt: skip
SLACK = {
    "date": "2026-09-01", "channel_id": "881", "date_created": 1_700_000_000, "total_members_count": 200,
    "full_members_count": 190, "guest_member_count": 10, "messages_posted_count": 20,
    "messages_posted_by_members_count": 14, "members_who_viewed_count": 90, "members_who_posted_count": 6,
}  # fmt: skip
EXPECTED = [
    {"group": "881", "day": "2026-09-01", "members": 200, "joins": 3, "leaves": 1, "messages": 14, "speakers": 6}
]


@pytest.mark.parametrize("case", ROWS)
def test_rows_of_groups_in_the_names_of_their_tools(case):
    header, line = ROWS[case]
    record = dict(zip(header, line, strict=True))
    forms = {
        "csv": csv_text(header, [line]),
        "json": json.dumps([record]),
        "json, deep": json.dumps({"code": 0, "data": {"total": 1, "list": [record]}}),
        "json, a date of eight digits": json.dumps([record | {"date": 20260901, "tags": ["x"]}]),
    }
    for form, text in forms.items():
        assert rows_of(reading(text.encode())) == EXPECTED, form


def test_what_dingtalk_and_slack_count_themselves():
    """Their documented names. Of Slack's messages those of programmes are left out, as in its exports."""
    told = [EXPECTED[0] | {"joins": None, "leaves": None}]
    expected = [{name: value for name, value in told[0].items() if value is not None}]
    page = json.dumps({"result": {"data": [DINGTALK], "totalCount": 1}}).encode()
    assert rows_of(reading(page)) == expected
    lines = "".join(json.dumps(SLACK | {"date": f"2026-09-0{day}"}) + "\n" for day in (1, 2)).encode()
    for content in (lines, lines.rstrip(), gzip.compress(lines)):
        assert rows_of(reading(content)) == [expected[0], expected[0] | {"day": "2026-09-02"}]
    (one,) = rows_of(reading(json.dumps(SLACK).encode()))
    assert one == expected[0]
    with pytest.raises(FileRefused) as refused:
        reading(lines + b"{broken\n")
    assert refused.value.code == "broken_export"


def test_a_bad_row_of_json_is_told_by_its_place_in_the_list():
    good = dict(zip(WEIYUNBOT, ROWS["weiyunbot"][1], strict=True))
    found = reading(json.dumps([good, good | {"date": "1.9.26", "msgCount": True}, {"groupId": "882"}]).encode())
    assert rows_of(found) == EXPECTED
    assert problems_of(found) == [(2, "bad_date"), (2, "not_a_number"), (3, "no_date")]


OF_OWNERS = {
    "WeCom's table of members": [
        "成员",
        "日期",
        "群聊总数",
        "新增群聊数",
        "有过消息的群聊数",
        "群成员总数",
        "群聊消息总数",
    ],
    "LinkWeChat, messages": ["日期", "群聊总数", "群聊消息数", "发送消息群成员数"],
    "LinkWeChat, groups": ["日期", "客群总数", "新增客群数", "解散客群数"],
    "the names of the API": ["owner", "date", "chat_total", "member_total", "msg_total"],
    "with a column that seems to name a group": ["name", "date", "chat_total", "member_total", "msg_total"],
}


@pytest.mark.parametrize("case", OF_OWNERS)
@pytest.mark.parametrize("write", [workbook, lambda *table: csv_text(*table).encode("gb18030")])
def test_figures_of_owners_are_not_credited_to_a_group(case, write):
    header = OF_OWNERS[case]
    lines = [["张三", "2026-09-01", *range(3, 10)][: len(header)]]
    with pytest.raises(FileRefused) as refused:
        reading(write(header, lines))
    assert refused.value.code == "owner_level"


@needs_open_data
@pytest.mark.parametrize("name", ["GroupChatStatisticsResponse", "GroupChatStatisticsGroupByDayResponse"])
def test_what_wecoms_api_answers_is_of_owners_too(name):
    with pytest.raises(FileRefused) as refused:
        reading((OPEN_DATA / "wecom" / f"CgibinExternalContact{name}.json").read_bytes())
    assert refused.value.code == "owner_level"


def slack(messages: list[dict[str, object]], **fields: object) -> bytes:
    return json.dumps(fields | {"messages": messages, "has_more": False}).encode()


def test_a_channel_history_of_slacks_web_api():
    said = [
        {"type": "message", "ts": "1788235200.1", "user": "U1", "text": "CANARY", "reply_count": 2},
        {"type": "message", "ts": "1788235200.1", "user": "U1", "text": "CANARY"},
        {"type": "message", "ts": "1788235201.1", "user": "U2", "subtype": "channel_join"},
        {"type": "message", "ts": "1788235202.1", "bot_id": "B1", "subtype": "bot_message"},
    ]
    expected = [{"group": "C0123ABCD", "day": "2026-09-01", "joins": 1, "leaves": 0, "messages": 1, "speakers": 1}]
    by_file = reading(slack(said, ok=True), file_name="general-C0123ABCD.json")
    by_content = reading(slack(said, channel_id="C0123ABCD", name="general"))
    for found in (by_file, by_content):
        assert rows_of(found) == expected
        assert (found.groups[0].name, found.groups[0].platform) == ("general", "slack")
        assert problems_of(found) == [(0, "threads_missing")]
    with pytest.raises(FileRefused) as refused:
        reading(slack(said, ok=True))
    assert refused.value.code == "chat_not_named"
