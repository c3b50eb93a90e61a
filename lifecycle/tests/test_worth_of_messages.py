"""What messages are worth, by format: filler, said for a red packet, questions and their answers."""

import csv
import io
import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.rules.talk import FILLER, QUESTION
from lifecycle.sources.talk_words import ends_of, marks_of
from lifecycle.tests.files import csv_text, reading, slack_export, telegram_chat, worth_of, zipped

MARKS = [
    ("", 0),  # a picture
    ("好的", FILLER),
    ("yes", FILLER),
    ("好的好的", 0),
    ("yess", 0),
    ("666666", FILLER),
    ("+1 +1 +1", FILLER),
    ("2026-11-26", FILLER),
    ("😂😂😂😂", FILLER),
    ("......！！", FILLER),
    ("[微笑][强]", FILLER),
    ("[动画表情]", FILLER),
    ("[动画表情](http://somewhere/abc)", FILLER),
    (":thumbsup: :tada:", FILLER),
    ("[图片]", 0),
    ("![图片](http://somewhere/abc)", 0),
    ("[微笑]好的我来了", 0),
    ("#接龙\n1. 小红 两份\n2. 小明 一份", FILLER),
    ("在吗?", FILLER | QUESTION),
    ("？？？？", FILLER),  # asks nothing
    ("明天几点开始？", QUESTION),
    ("这个可以退吗", QUESTION),
    ("When do we start?  ", QUESTION),
    ("不是吗？我觉得是。", 0),
]


@pytest.mark.parametrize(("text", "marks"), MARKS)
def test_what_a_text_says_about_its_message(text, marks):
    assert marks_of(text) == marks


def test_only_short_chinese_texts_can_be_links():
    assert ends_of("一心一意") == (ord("一"), ord("意"))
    assert ends_of("一心一意一心一意一") == ends_of("idea") == ends_of("一") == ends_of("") == (0, 0)


# Minutes after the first, who, text; in every format with texts. Two fillers, two questions, one of them answered.
SAID = [
    (0, 1, "How does the loyalty card work?"),
    (5, 2, "ok"),
    (9, 2, "You get a stamp for each cup"),
    (2000, 1, "666666"),
    (2001, 1, "And when does it end?"),
]
FIRST = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
EXPECTED = [(1, 1, 1), (1, 1, 0)]  # of both days: filler, questions, answered


def moments():
    return [(FIRST + timedelta(minutes=minutes), who, text) for minutes, who, text in SAID]


def local(moment):
    return (moment + timedelta(hours=8)).replace(tzinfo=None)


def _telegram(indent=None):
    messages = [
        {"id": n, "type": "message", "date": local(at).isoformat(), "date_unixtime": str(int(at.timestamp())),
         "from_id": f"user{who}", "text": text}
        for n, (at, who, text) in enumerate(moments())
    ]  # fmt: skip
    return json.dumps(telegram_chat(messages), indent=indent).encode()


def _slack(history=False):
    messages = [
        {"type": "message", "user": f"U{who}", "text": text, "ts": f"{at.timestamp():.6f}"}
        for at, who, text in moments()
    ]
    if history:
        return json.dumps({"channel": "C0123ABCD", "messages": messages[::-1]}).encode()
    return slack_export({"2026-09-01": messages})


def _discord_json():
    messages = [
        {"id": str(n), "type": "Default", "timestamp": at.isoformat(), "content": text, "author": {"id": str(who)}}
        for n, (at, who, text) in enumerate(moments(), 1)
    ]
    export = {"guild": {"id": "1", "name": "G"}, "channel": {"id": "9", "name": "c"}, "messages": messages}
    return json.dumps(export).encode()


def _discord_csv():
    rows = [[who, f"person {who}", at.isoformat(), text, "", ""] for at, who, text in moments()]
    return _csv([["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"], *rows])


def _csv(rows, delimiter=","):
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter).writerows(rows)
    return content.getvalue().encode()


def _gitter():
    room, people = "a" * 24, {1: "b" * 24, 2: "c" * 24}
    return _csv(
        [[room, "room", f"{at:%Y-%m-%dT%H:%M:%S}.000Z", people[who], f"p{who}", f"{n:024x}", text]
         for n, (at, who, text) in enumerate(moments())], "\t"
    )  # fmt: skip


def _zulip():
    realm = {
        "zerver_stream": [{"id": 1, "name": "s", "date_created": FIRST.timestamp()}],
        "zerver_recipient": [{"id": 5, "type": 2, "type_id": 1}],
        "zerver_userprofile": [{"id": 1}, {"id": 2}],
    }
    messages = [
        {"id": n, "sender": who, "recipient": 5, "date_sent": at.timestamp(), "content": text}
        for n, (at, who, text) in enumerate(moments())
    ]
    return zipped({"realm.json": realm, "messages-000001.json": {"zerver_message": messages}})


def _zulip_topics():
    messages = [
        {"content": f"<p>{text}</p>", "id": n, "sender_full_name": f"P{who}", "timestamp": int(at.timestamp())}
        for n, (at, who, text) in enumerate(moments())
    ]
    return zipped({"7-stream/topic.json": messages})


def chatlog_csv(said, talker="1@chatroom"):
    rows = [[f"{local(at):%Y-%m-%d %H:%M:%S}", f"p{who}", f"wxid_{who}", "G", talker, text] for at, who, text in said]
    return _csv([["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"], *rows])


def chatlog_json(said, talker="1@chatroom"):
    kinds = {"[红包]恭喜发财": (49, 2001), "[转账]": (49, 2000), "[动画表情]": (47, 0), "[图片]": (3, 0)}
    return json.dumps(
        [{"seq": n, "time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "talker": talker, "talkerName": "G", "sender": f"wxid_{who}",
          "type": kinds.get(text, (1, 0))[0], "subType": kinds.get(text, (1, 0))[1], "content": text}
         for n, (at, who, text) in enumerate(said)], ensure_ascii=False
    ).encode()  # fmt: skip


def _wechatmsg():
    rows = [
        [n, 7, 1, 0, 0, int(at.timestamp()), 0, text, "", "", "", f"wxid_{who}"]
        for n, (at, who, text) in enumerate(moments())
    ]
    header = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
    return _csv([header.split(","), *rows])


def _qq():
    bars = "=" * 64
    head = f"消息记录（此消息记录为文本格式）\n{bars}\n消息分组:我的群聊\n{bars}\n消息对象:G(123456789)\n{bars}\n\n"
    said = [f"{local(at):%Y-%m-%d %H:%M:%S} p{who}(1000000{who}1)\n{text}\n\n" for at, who, text in moments()]
    return (head + "".join(said)).encode()


def _whatsapp(line):
    return lambda: "".join(f"{line(local(at))}person {who}: {text}\n" for at, who, text in moments()).encode()


FORMATS = {
    "telegram, in one line": (_telegram, ""),
    "telegram, indented": (lambda: _telegram(1), ""),
    "slack": (_slack, ""),
    "slack history, newest first": (lambda: _slack(history=True), ""),
    "discord json": (_discord_json, ""),
    "discord csv": (_discord_csv, "G - c [123456789012345678].csv"),
    "gitter": (_gitter, ""),
    "zulip": (_zulip, ""),
    "zulip topics": (_zulip_topics, ""),
    "chatlog csv": (lambda: chatlog_csv(moments()), ""),
    "chatlog json": (lambda: chatlog_json(moments()), ""),
    "wechatmsg": (_wechatmsg, "G.csv"),
    "qq": (_qq, "G.txt"),
    "whatsapp of Android": (_whatsapp(lambda at: f"{at:%Y-%m-%d, %H:%M} - "), "G.txt"),
    "whatsapp of iOS": (_whatsapp(lambda at: f"[{at:%Y/%-m/%-d, %-I:%M:%S\u202f%p}] "), "G.txt"),
    "whatsapp in Chinese": (
        _whatsapp(lambda at: f"{at:%Y/%-m/%-d} {'下午' if at.hour > 11 else '上午'}{at:%-I:%M} - "),
        "G.txt",
    ),
}
WITH_RED_PACKETS = {"chatlog csv", "chatlog json", "wechatmsg", "qq"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_with_texts_tells_what_they_are_worth(name):
    make, file_name = FORMATS[name]
    found = reading(make(), file_name=file_name)
    told = worth_of(found)
    assert [(filler, asked, answered) for filler, _, asked, answered in told] == EXPECTED
    # Where there are no red packets, nobody can say that nothing was said for one.
    assert {paid for _, paid, *_ in told} == ({0} if name in WITH_RED_PACKETS else {None})
    acts = {(int(row["day"]) - int(found.rows["day"][0]), int(row["acts"])) for row in found.acts}
    assert acts == {(0, 1), (1, 1)}, "who acted are those who said something that counts"
    assert found.rows["messages"].tolist() == [3, 2] and found.rows["speakers"].tolist() == [2, 1]


def test_a_red_packet_pays_for_48_hours():
    later = [FIRST + timedelta(hours=hours) for hours in (0, 1, 49)]
    said = list(zip(later, (1, 2, 3), ("[红包]恭喜发财", "谢谢老板大气", "周末有活动要参加"), strict=True))
    for content in (chatlog_csv(said), chatlog_json(said)):
        found = reading(content)
        assert worth_of(found) == [(0, 1, 0, 0), (0, 0, 0, 0)]
        assert found.rows["messages"].tolist() == [1, 1]


def test_both_readers_of_chatlog_tell_the_same_of_a_long_chat():
    """One goes through arrays of bytes, the other through texts."""
    chance = random.Random(3)
    texts = [text for text, _ in MARKS if text] + [
        "[红包]恭喜发财",
        "[转账]",
        "一心一意",
        "意气风发",
        "发人深省",
        "a,b，“c”",
    ]
    for groups in (1, 3):
        said = {f"{n}@chatroom": [] for n in range(groups)}
        moment = FIRST
        for _ in range(600):
            moment += timedelta(seconds=chance.choice([1, 60, 3600, 30_000]))
            long = "x" * chance.randrange(40) + chance.choice(texts)
            text = chance.choice(
                [chance.choice(texts), long, "我" * chance.randrange(1, 14) + chance.choice(["", "吗", " "])]
            )
            said[chance.choice(list(said))].append((moment, chance.randrange(5), text))
        as_csv = chatlog_csv([])
        as_json = []
        for talker, messages in said.items():
            as_csv += chatlog_csv(messages, talker).split(b"\n", 1)[1]
            as_json += json.loads(chatlog_json(messages, talker))
        one, other = (
            reading(as_csv, last_day=(moment + timedelta(days=2)).date()),
            reading(json.dumps(as_json, ensure_ascii=False).encode(), last_day=(moment + timedelta(days=2)).date()),
        )
        assert worth_of(one) == worth_of(other)
        assert (one.rows["messages"] == other.rows["messages"]).all() and (one.acts == other.acts).all()
        assert all(sum(row[n] for row in worth_of(one)) > 5 for n in range(4))


def test_a_daily_sheet_may_tell_it_and_keeps_its_hash_where_it_does_not():
    header, line = (
        ["群名称", "日期", "消息数", "灌水消息数", "红包后消息数", "提问数", "24小时内回答数"],
        ["A群", "2026-09-01", 9, 4, 2, 3, 1],
    )
    assert worth_of(reading(csv_text(header, [line]).encode())) == [(4, 2, 3, 1)]
    without = reading(csv_text(header[:3], [line[:3]]).encode())
    assert worth_of(without) == [(None,) * 4]
    assert without.content_hash == "e002fd3dae4206f8a0c514038b8c6d202f03c288f6e07aae5169ff365a1570ca"


@pytest.mark.parametrize("name", ["telegram, in one line", "telegram, indented", "discord json"])
def test_a_text_that_nobody_can_read_spoils_no_file(name):
    content = FORMATS[name][0]()
    found = reading(content.replace(b"loyalty card", b"loyalty \xff\xed card"))
    assert found.rows["messages"].tolist() == [3, 2]
    assert worth_of(found)[1] == worth_of(reading(content))[1]
