"""WeChat groups: no genuine file is at hand, so all are made here from the layouts of chatlog and WeChatMsg."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.sources.line_blocks import row_blocks_of
from lifecycle.sources.wechat_lines import moves_of
from lifecycle.tests.files import problems_of, reading, rows_of, totals_of

HEADER = ["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"]
ROOM, NAME = "123456789@chatroom", "宝妈A群"
OLD = [
    *("localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime"),
    *("Status", "StrContent", "StrTime", "Remark", "NickName", "Sender"),
]


def written(rows: list[list[Any]], header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def at(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


SAID = [
    ["2026-09-01 23:59:59", "小红", "wxid_a1", NAME, ROOM, "你好，大家"],
    ["2026-09-02 00:00:00", "小红", "wxid_a1", NAME, ROOM, 'CANARY, "quoted"\n2026-09-03 10:00:00,x,y,z,w,v\n'],
    ["2026-09-02 00:00:01", "小明", "wxid_b2", NAME, ROOM, "CANARY"],
    ["2026-09-02 00:00:02", "小红", "wxid_a1", NAME, ROOM, "[红包]"],
    ["2026-09-02 00:00:03", "小红", "wxid_a1", NAME, ROOM, "[转账|发送 ¥8.00]"],
    ["2026-09-02 00:00:04", "系统消息", "系统消息", NAME, ROOM, '"小红"邀请"小刚、小丽"加入了群聊'],
    ["2026-09-02 00:00:05", "", "系统消息", NAME, ROOM, '"小明" 撤回了一条消息'],
    ["2026-09-02 00:00:06", "小红", "wxid_a1", "小红", "wxid_a1", "CANARY of a private chat"],
]
EXPECTED = [
    {"group": ROOM, "day": "2026-09-01", "joins": 0, "messages": 1, "speakers": 1},
    {"group": ROOM, "day": "2026-09-02", "joins": 2, "messages": 2, "speakers": 2},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chatlog_csv(encoding):
    found = reading(written(SAID).decode().encode(encoding))
    assert rows_of(found) == EXPECTED
    assert (found.groups[0].name, found.groups[0].platform, problems_of(found)) == (NAME, "wechat", [])


def test_a_leave_that_is_told_makes_leaves_known():
    left = ["2026-09-02 00:00:07", "", "系统消息", NAME, ROOM, "你将“小刚”移出了群聊"]
    assert totals_of(reading(written([*SAID, left]))) == {"joins": 2, "leaves": 1, "messages": 3, "speakers": 3}


def test_chatlog_json_tells_red_packets_by_their_sub_type():
    def message(moment: str, kind: int, part: int = 0, **fields: Any) -> dict[str, Any]:
        return {
            "seq": 1, "time": f"{moment}+08:00", "talker": ROOM, "talkerName": NAME, "isChatRoom": True,
            "sender": "wxid_a1", "senderName": "小红", "isSelf": False, "type": kind, "subType": part,
            "content": "CANARY",
        } | fields  # fmt: skip

    messages = [
        message("2026-09-01T23:59:59", 1),
        message("2026-09-02T00:00:00", 47),
        message("2026-09-02T00:00:01", 3, sender="wxid_b2"),
        message("2026-09-02T00:00:02", 49, 2001),
        message("2026-09-02T00:00:03", 49, 2000),
        message("2026-09-02T00:00:04", 10000, content='"小红"邀请"小刚、小丽"加入了群聊', sender="系统消息"),
        message("2026-09-02T00:00:05", 1, talker="wxid_a1", isChatRoom=False),
    ]
    assert rows_of(reading(json.dumps(messages).encode())) == EXPECTED
    later = [*messages, message("2027-01-01T00:00:00", 1), message("tomorrow", 1)]
    assert problems_of(reading(json.dumps(later).encode())) == [(0, "future_date"), (0, "bad_date")]


def old_row(moment: str, kind: int, part: int, text: str, sender: str, talker: int = 3) -> list[Any]:
    return [1, talker, kind, part, 0, at(moment), "", text, moment, "", "小红", sender]


def test_the_older_csv_knows_its_group_by_the_name_of_the_file():
    rows = [
        old_row("2026-09-01 23:59:59", 1, 0, "CANARY", "wxid_a1"),
        old_row("2026-09-02 00:00:00", 1, 0, "CANARY", "wxid_a1"),
        old_row("2026-09-02 00:00:01", 47, 0, "<msg/>", "wxid_b2"),
        old_row("2026-09-02 00:00:02", 49, 2001, "CANARY", "wxid_a1"),
        old_row("2026-09-02 00:00:03", 10000, 0, '"小红"邀请"小刚、小丽"加入了群聊', ""),
    ]
    content = written(rows, OLD)
    assert rows_of(reading(content, file_name=f"{NAME}.csv")) == [row | {"group": NAME} for row in EXPECTED]
    broken = (
        content
        + "9,3,1,0,0,{},,a, b, and c,2026-09-02 00:00:00,,小红,wxid_c3\n".format(at("2026-09-02 01:00:00")).encode()
    )
    assert totals_of(reading(broken, file_name="g.csv"))["messages"] == 4
    for refused_content, name, code in (
        (content, "", "chat_not_named"),
        (
            written([*rows, old_row("2026-09-02 00:00:00", 1, 0, "x", "wxid_a1", talker=4)], OLD),
            "g.csv",
            "several_chats",
        ),
        (written([row[:-1] for row in rows], OLD[:-1]), "g.csv", "no_sender_column"),
    ):
        with pytest.raises(FileRefused) as refused:
            reading(refused_content, file_name=name)
        assert refused.value.code == code


UNQUOTED = {
    "in the text": (f"2026-09-02 00:00:00,小红,wxid_a1,{NAME},{ROOM},a, b, and c", True),
    "in the name of the sender": (f"2026-09-02 00:00:00,小红, 妈妈,wxid_a1,{NAME},{ROOM},x", True),
    "in the name of the group": (f"2026-09-02 00:00:00,小红,wxid_a1,宝妈,A群,{ROOM},x", True),
    "where no sender can be told": (f"2026-09-02 00:00:00,小红, 妈妈,?,{NAME},{ROOM},x", "too_many_cells"),
    "a row that is cut": ("2026-09-02 00:00:00,小红", "row_cut"),
    "half a line": ("and so on", "row_cut"),
}


@pytest.mark.parametrize("case", UNQUOTED)
def test_commas_that_were_not_quoted_do_no_harm_or_are_told_with_the_row(case):
    line, taken = UNQUOTED[case]
    found = reading(written(SAID) + f"{line}\n".encode() + written(SAID)[len(",".join(HEADER)) + 1 :])
    more = 1 if taken is True else 0
    assert totals_of(found)["messages"] == 6 + more
    assert problems_of(found) == ([] if taken is True else [(12, taken)]), "the second text spans three lines"


LINES = {
    '"小红"邀请"小刚"加入了群聊': (1, 0),
    "小红邀请小刚、小丽加入了群聊": (2, 0),
    '"小刚"通过扫描"小红"分享的二维码加入群聊': (1, 0),
    '你邀请"小刚"加入了群聊': (1, 0),
    "你将“小刚”移出了群聊": (0, 1),
    '"小刚"退出了群聊': (0, 1),
    '"小红"修改群名为“新群”': (0, 0),
    "小红拍了拍小明": (0, 0),
    "收到红包，请在手机上查看": (0, 0),
}


@pytest.mark.parametrize("line", LINES)
def test_what_wechat_itself_says(line):
    assert moves_of(line) == LINES[line]


def test_blocks_end_between_rows_and_an_open_quotation_mark_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("lifecycle.sources.line_blocks.BLOCK", 64)
    path = tmp_path / "x.csv"
    path.write_bytes(written(SAID))
    blocks = list(row_blocks_of(path, "utf-8"))
    assert len(blocks) > 3
    assert b"".join(blocks) == b"\n" + written(SAID)
    assert all(block.count(b'"') % 2 == 0 for block in blocks)
    monkeypatch.setattr("lifecycle.sources.line_blocks.LONGEST_ROW", 128)
    path.write_bytes(written(SAID)[:100].rstrip(b"\n") + b'\n"' + b"x\n" * 400)
    with pytest.raises(FileRefused) as refused:
        list(row_blocks_of(path, "utf-8"))
    assert refused.value.code == "broken_csv"
