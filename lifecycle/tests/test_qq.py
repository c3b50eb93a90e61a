"""QQ's message manager: no genuine file is at hand, so all are made here from its documented layout."""

from __future__ import annotations

from datetime import date

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.tests.files import problems_of, reading, rows_of

BAR = "=" * 64
TEXT = f"""消息记录（此消息记录为文本格式，不支持重新导入）

{BAR}
消息分组:我的好友
{BAR}
消息对象:小鹿
{BAR}

2026-09-01 10:00:00 小鹿(10007777)
CANARY of a private chat

{BAR}
消息分组:我的群聊
{BAR}
消息对象:宝妈A群(123456789)
{BAR}

2026-09-01 23:59:59 【管理员】小红(10001234)
CANARY
2026-13-99 is a day in a text, and so is
a second line

2026-09-02 0:00:00 小红改名(10001234)
CANARY

2026-09-02 8:43:38 PM 小明<xm@example.com>
[图片]

2026-09-02 20:49:12 系统消息(10000)
小刚加入本群。

2026-09-02 20:50:12 系统消息(1000000)
小丽被管理员移出本群。

2026-09-02 21:00:00 小明<xm@example.com>
我退出了群聊

{BAR}
消息分组:我的QQ群
{BAR}
消息对象:静静群
{BAR}

2026-09-05 10:00:00 无号
CANARY
2026-99-05 10:00:00 无号
CANARY
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_groups_count_and_friends_are_left_out(encoding, ending):
    found = reading(TEXT.replace("\n", ending).encode(encoding))
    assert rows_of(found) == [
        {"group": "123456789", "day": "2026-09-01", "joins": 0, "leaves": 0, "messages": 1, "speakers": 1},
        {"group": "123456789", "day": "2026-09-02", "joins": 1, "leaves": 1, "messages": 3, "speakers": 2},
        {"group": "静静群", "day": "2026-09-05", "messages": 1, "speakers": 1},
    ], "where QQ itself said nothing, joins and leaves are unknown"
    assert [(group.name, group.platform, group.span) for group in found.groups] == [
        ("宝妈A群", "qq", (date(2026, 9, 1), date(2026, 9, 2))),
        ("静静群", "qq", (date(2026, 9, 5), date(2026, 9, 5))),
    ]
    assert problems_of(found) == [(0, "names_only"), (46, "bad_date")]


def test_a_chat_with_a_friend_and_one_without_a_name_are_refused():
    friend = TEXT.split(f"{BAR}\n消息分组:我的群聊")[0]
    nameless = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n2026-09-01 10:00:00 小红(10001234)\nx\n"
    for content, code in ((friend, "private_chat"), (nameless, "chat_not_named")):
        with pytest.raises(FileRefused) as refused:
            reading(content.encode())
        assert refused.value.code == code
    assert rows_of(reading(nameless.encode(), file_name="宝妈A群.txt"))[0]["group"] == "宝妈A群"
