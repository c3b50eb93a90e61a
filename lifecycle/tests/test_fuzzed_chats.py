"""Whatever stands in a chat of a known format: counts, or a refusal that has a sentence, in bounded time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.sheets.refusal import FileRefused
from lifecycle.import_words import CELLS, FILES
from lifecycle.sources import wechat_csv, whatsapp_heads
from lifecycle.sources.canonical import Canonical
from lifecycle.tests.files import reading, zipped

FUZZ = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
ROOM = "1@chatroom"
# What a text of the format begins with, and the pieces that it is made of.
TEXTS = {
    "whatsapp": (
        "28/04/23, 11:02 - Ann: hello\n",
        ["\n", "28/04/23, 11:02 - ", "[4/28/23, 11:02:30 AM] ", "\u200e", "Ann: ", "Bob left",
         "Ann added Bob, ", "99/99/99"],
    ),
    "discord": (
        "AuthorID,Author,Date,Content,Attachments,Reactions\n",
        ["\n", ",", '"', "12345", "ann#0000", "2026-09-01T10:00:00.0+00:00", "22-Mar-19 01:01 PM",
         "Joined the server."],
    ),
    "gitter": (
        f"{'a' * 24}\tx/y\t2016-12-16T01:35:56.952Z\t{'b' * 24}\tann\t{'c' * 24}\thello\n",
        ["\n", "\t", '"', "a" * 24, "2016-12-16T01:35:56.952Z", "camperbot", "x/y"],
    ),
    "wechat": (
        "Time,SenderName,Sender,TalkerName,Talker,Content\n",
        ["\n", ",", '"', '""', "2026-09-01 10:00:00", "wxid_a1", "系统消息", ROOM, "[红包]", "邀请",
         "加入了群聊", "\r\n"],
    ),
    "wechatmsg": (
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n",
        ["\n", ",", '"', "1,3,1,0,0,1788235200,,x,y,,z,wxid_a1\n", "10000", "49", "2001", "9" * 30, "-1"],
    ),
    "qq": (
        "消息记录（此消息记录为文本格式，不支持重新导入）\n消息分组:我的群聊\n消息对象:a\n",
        ["\n", "=" * 64, "消息分组:", "消息对象:", "2026-09-01 10:00:00 ", "小红(10001234)",
         "系统消息(10000)", "加入本群。", "<a@b>"],
    ),
}  # fmt: skip
TEXTS_SAID = [
    "hi",
    '"a, b"',
    "[红包]",
    '"[转账|发送, 8.00]"',
    '"a\nb"',
    '"say ""x"""',
    '"小红"邀请"小刚"加入了群聊',
    "",
]
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
JSON = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
MOMENT = st.sampled_from(["2026-09-01T10:00:00+08:00", "2026", "", "9" * 30, 1788235200, 1e400]) | SCALAR
DISCORD = st.fixed_dictionaries(
    {"id": st.sampled_from(["1", 2]) | SCALAR, "timestamp": MOMENT},
    optional={
        "type": st.sampled_from(["Default", "GuildMemberJoin", 7]) | SCALAR,
        "author": st.just({"id": "4"}) | JSON,
        "content": JSON,
    },
)
CHATLOG = st.fixed_dictionaries(
    {"seq": SCALAR, "talker": st.just(ROOM) | SCALAR, "time": MOMENT},
    optional={"type": st.sampled_from([1, 49, 10000]) | SCALAR, "subType": SCALAR, "content": JSON, "sender": SCALAR},
)
ZULIP = st.fixed_dictionaries({"content": SCALAR, "id": SCALAR, "sender_full_name": SCALAR, "timestamp": MOMENT})
FIGURES = st.fixed_dictionaries({"groupId": SCALAR, "date": MOMENT, "msgCount": SCALAR}, optional={"x": JSON})


def outcome(content: bytes, name: str = "群.txt") -> Canonical | None:
    """What was read; any error but a refusal with a sentence fails the test."""
    try:
        found = reading(content, file_name=name)
    except FileRefused as refused:
        assert refused.code in FILES
        return None
    assert all(refusal.problem in CELLS for refusal in found.refusals)
    assert (found.rows["messages"] >= 0).all()
    shown = "".join([group.key + group.name for group in found.groups] + [refusal.value for refusal in found.refusals])
    shown.encode()
    assert shown.isprintable()
    return found


@pytest.mark.parametrize("form", TEXTS)
@FUZZ
@given(data=st.data())
def test_any_text_that_begins_like_a_chat(form, data):
    start, pieces = TEXTS[form]
    body = "".join(data.draw(st.lists(st.sampled_from(pieces) | st.text(max_size=6), max_size=40)))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8", "gb18030", "utf-16"]))
    outcome((start + body).encode(encoding, "replace"))
    outcome(start.encode() + data.draw(st.binary(max_size=40)))


@settings(parent=FUZZ, max_examples=150)
@given(data=st.data())
def test_plain_rows_of_wechat_count_as_the_pattern_counts_them(data):
    start, pieces = TEXTS["wechat"]
    cells = [f"2026-09-0{n} 10:00:00" for n in (1, 2)], ["小红", '"x,y"'], ["wxid_a1", "小明", "", "系统消息", "w" * 40]
    rows = st.tuples(*map(st.sampled_from, [*cells, ["宝妈群"], [ROOM, "22@chatroom", "wxid_a1"], TEXTS_SAID]))
    lines = [",".join(row) for row in data.draw(st.lists(rows, max_size=12))]
    for at, piece in data.draw(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(pieces)), max_size=1)):
        body = "\n".join(lines)
        lines = [body[:at] + piece + body[at:]]
    content = (start + "\n".join(lines)).encode()
    fast = outcome(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wechat_csv, "plain_rows", lambda block, numbers: None)
        slow = outcome(content)
    assert (fast and (fast.content_hash, fast.refusals)) == (slow and (slow.content_hash, slow.refusals))


@settings(parent=FUZZ, max_examples=150)
@given(data=st.data())
def test_plain_heads_of_whatsapp_count_as_the_pattern_counts_them(data):
    phones = [
        ("28/04/23, 11:02 - ", "29/04/23, 9:59 - ", "28/04/23, 99:02 - "),
        ("4/28/23, 11:02\u202fPM - ", "4/29/23, 1:59\u202fAM - ", "4/29/23 - 1:59\u202fAM - "),
        ("[28/04/23, 11:02:30] ", "\u200e[29/04/23, 09:59:59] ", "[29/04/23, 9:5:59] "),
        ("[2023/4/28 上午11:02:30] ", "\u200e[2023/4/29 下午1:59:59] ", "[2023/4/28 11.02] "),
    ]
    heads = st.sampled_from(data.draw(st.sampled_from(phones)))
    names = st.sampled_from(
        ["Ann: ", "Anna-Maria: ", "+86 138 0000 0001: ", "a:b: ", "", ": ", "n" * 40 + ": ", "Bob:"]
    )
    said = st.sampled_from(
        ["hello you all", "ok", "why?", "a\nb: c", "", "\u200eBob left", "Ann added Bob", "1:02 - x: y"]
    )
    lines = ["".join(line) for line in data.draw(st.lists(st.tuples(heads, names, said), min_size=1, max_size=12))]
    body = "\n".join(lines)
    for at, piece in data.draw(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["\n", ":", "7", "]", " - "])))):
        body = body[:at] + piece + body[at:]
    fast = outcome(body.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whatsapp_heads, "MOST_TAILS", 0)
        slow = outcome(body.encode())
    assert (fast and (fast.content_hash, fast.refusals)) == (slow and (slow.content_hash, slow.refusals))


@FUZZ
@given(
    st.lists(DISCORD, max_size=4),
    st.lists(CHATLOG, min_size=1, max_size=4),
    st.lists(ZULIP, min_size=1, max_size=4),
    JSON,
)
def test_any_json_that_begins_like_a_chat(discord, chatlog, zulip, other):
    channel = {"id": other, "name": other, "type": other}
    outcome(json.dumps({"guild": {"id": "1"}, "channel": channel, "messages": discord, "exportedAt": other}).encode())
    outcome(json.dumps({"guild": 1, "channel": {"id": "1"}, "messages": discord, "dateRange": other}).encode())
    outcome(json.dumps(chatlog).encode())
    outcome(zipped({"42-x/a.json": zulip, "42-x/b.json": other}))
    realm = {"zerver_stream": [{"id": 1, "name": "a"}], "zerver_recipient": [{"id": 1, "type": 2, "type_id": 1}]}
    messages = [{"id": 1, "sender": 1, "recipient": 1, "date_sent": one["timestamp"]} for one in zulip]
    outcome(zipped({"realm.json": realm, "messages-000001.json": {"zerver_message": messages}}))
    outcome(zipped({"realm.json": realm | {"zerver_realmauditlog": other}, "messages-000001.json": other}))


@FUZZ
@given(st.lists(FIGURES, min_size=1, max_size=4), JSON)
def test_any_figures_as_json(figures, other):
    outcome(json.dumps(figures).encode())
    outcome(json.dumps({"data": {"x": other, "list": figures}}).encode())


HOSTILE = {
    "one line of 5 MB": lambda start, pieces: start + "x" * 5_000_000,
    "quotation marks": lambda start, pieces: start + '"' * 1_000_000 + "\n" + '",' * 500_000,
    "a hundred thousand lines": lambda start, pieces: start + (pieces[1] + "(a+)+: a: b\n") * 100_000,
    "its pieces over and over": lambda start, pieces: start + ("".join(pieces) + " added ") * 20_000,
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("form", TEXTS)
def test_a_hostile_text_takes_little_time(form, case):
    """Case 43."""
    start, pieces = TEXTS[form]
    content = HOSTILE[case](start, pieces).encode()
    began = time.process_time()
    outcome(content)
    assert time.process_time() - began < 10
