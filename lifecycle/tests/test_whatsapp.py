"""WhatsApp exports: a genuine one of iOS against an independent count, and made ones as Android writes them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.sources.day_order import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, order_of
from lifecycle.sources.whatsapp_words import event_of
from lifecycle.tests.files import OPEN_DATA, needs_open_data, problems_of, reading, rows_of, totals_of, worth_of, zipped

GENUINE = OPEN_DATA / "raw" / "whatsapp_ios_codesapiens"
HEAD = "28/04/23, 11:02 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.\n"
LAST = date(2026, 11, 22).toordinal()


def counted_by_hand(text: str) -> dict[str, int]:
    """Line by line with other means: what is a message, who came and who went."""
    told: Counter[str] = Counter()
    speakers = set()
    for line in text.split("\n"):
        found = re.match(r"(\u200e)?\[(\d\d/\d\d/\d\d), \d+:\d\d:\d\d\u202f[AP]M\] ([^:]+): (.*)", line.rstrip("\r"))
        if not found or found[2] == "00/00/00":
            continue
        attached, day, sender, said = found.groups()
        if not attached and said.startswith("\u200e") and not said.startswith("\u200ePOLL:"):
            plain = re.sub("[\u200e\u202a\u202c]", "", said)
            if re.search(r" joined (using this group's invite link|from the community)$", plain) or plain.endswith(
                " was added"
            ):
                told["joins"] += 1
            elif " added " in plain:
                told["joins"] += len(re.split(r", | and ", plain.split(" added ")[1]))
            elif plain.endswith(" left") or " removed " in plain:
                told["leaves"] += 1
            continue
        told["messages"] += 1
        speakers.add((day, sender))
    return dict(told) | {"speakers": len(speakers)}


@needs_open_data
@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp Chat - group.zip"])
def test_a_genuine_export_counts_as_by_hand(name):
    found = reading((GENUINE / name).read_bytes())
    text = (GENUINE / "_chat.txt").read_bytes().decode()
    assert totals_of(found) == counted_by_hand(text)
    (group,) = found.groups
    assert (group.key, group.platform, group.span) == (
        "Member 0001",
        "whatsapp",
        (date(2023, 4, 28), date(2023, 10, 1)),
    )
    assert problems_of(found) == [(0, "names_only"), (696, "bad_date")], "a masked line that somebody quoted"


ANDROID = {
    "day first, 24 hours": ("28/04/23, 11:02 - ", "29/04/23, 23:59 - "),
    "month first, 12 hours": ("4/28/23, 11:02\u202fAM - ", "4/29/23, 11:59\u202fPM - "),
    "dots": ("28.04.23, 11:02 - ", "29.04.23, 23:59 - "),
    "Spanish": ("28/4/2023 11:02 a. m. - ", "29/4/2023 11:59 p. m. - "),
    "Indonesian": ("28/04/23 11.02 - ", "29/04/23 23.59 - "),
    "Chinese": ("2023/4/28 上午11:02 - ", "2023/4/29 下午11:59 - "),
    "year first": ("2023-04-28, 11:02 - ", "2023-04-29, 23:59 - "),
    "iOS": ("[28/04/23, 11:02:30] ", "[29/04/23, 23:59:59] "),
    "iOS in Chinese": ("[2023/4/28 上午11:02:30] ", "[2023/4/29 下午11:59:59] "),
    "iOS in Finnish": ("[28.4.2023 klo 11.02.30] ", "[29.4.2023 klo 23.59.59] "),
}


@pytest.mark.parametrize("case", ANDROID)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_dates_and_times_of_many_phones(case, encoding):
    one, two = ANDROID[case]
    text = f"{one}Ann: hello: you\nand a second line\n\n{two}Bob: 你好\r\n{two}Ann: x\r\n"
    found = reading(text.encode(encoding), file_name="妈妈群.txt")
    assert rows_of(found) == [
        {"group": "妈妈群", "day": "2023-04-28", "messages": 1, "speakers": 1},
        {"group": "妈妈群", "day": "2023-04-29", "messages": 2, "speakers": 2},
    ], "who joined is not told by any line, so it stays unknown"
    assert problems_of(found) == [(0, "names_only"), (0, "own_lines_not_understood")]


WORTHS = {
    "Two things:\n1. bring tea\n2. and when do we start?": (0, 1),
    "ok\nfor all of us": (0, 0),
    "ok": (1, 0),
    "😂😂😂😂": (1, 0),
    "Who comes along? \u200e<This message was edited>": (0, 1),
    "<Media omitted>": (0, 0),
    "\u200eIMG-20230428-WA0001.jpg (file attached)": (0, 0),
    "\u200eSTK-20230428-WA0001.webp (file attached)": (1, 0),
    "\u200esticker omitted": (1, 0),
    "\u200eimage omitted": (0, 0),
    "\u200e<attached: 00000012-STICKER-2023-04-28-11-02-30.webp>": (1, 0),
    "\u200ePOLL:\nWhere do we meet?\n\u200eOPTION: here (1 vote)": (0, 0),
    "明天几点开始？": (0, 1),
    "This message is for you, Bob": (0, 0),
}


IOS_LINE, ANDROID_LINE = "[28/04/23, 11:02:30] ", "28/04/23, 11:02 - "


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (line, text)
        for line in (IOS_LINE, ANDROID_LINE)
        for text in WORTHS
        if line != IOS_LINE or "attached)" not in text
    ],
)
def test_filler_and_questions_of_a_text_with_all_its_lines(line, text):
    found = reading(f"{line}Ann: {text}\n{line}Bob: something else that was said\n".encode(), file_name="G.txt")
    ((filler, paid, questions, _answered),) = worth_of(found)
    assert (filler, questions) == WORTHS[text] and paid is None
    assert found.rows["messages"].tolist() == [2]


def test_an_answer_counts_from_noon_to_noon():
    """Where a phone shows twelve hours, the afternoon must come after the morning."""
    text = "".join(
        f"28/04/23, {time} - {who}: {said}\n"
        for time, who, said in (
            ("9:00\u202fAM", "Ann", "When do we meet?"),
            ("12:01\u202fPM", "Bob", "At noon, as we said"),
        )
    ) + "".join(
        f"{day}/04/23, {time} - {who}: {said}\n"
        for day, time, who, said in (
            (29, "12:30\u202fAM", "Ann", "And who brings the tea?"),
            (30, "12:31\u202fAM", "Bob", "I do, as I always have"),
        )
    )
    assert [(asked, answered) for _, _, asked, answered in worth_of(reading(text.encode(), file_name="G.txt"))] == [
        (1, 1),
        (1, 0),
        (0, 0),
    ]


ORDERS = {
    "a day after the 12th": (["03/04/23", "28/04/23"], DAY_FIRST),
    "a day after the 12th in the middle": (["4/3/23", "4/28/23"], MONTH_FIRST),
    "a day that would lie ahead": (["01/12/26"], MONTH_FIRST),
    "time would run backwards": (["28/04/23", "01/05/23", "02/05/23"], DAY_FIRST),
    "time would run backwards, all low": (["10/01/23", "11/01/23", "01/02/23", "02/02/23", "01/03/23"], DAY_FIRST),
    "dots are always day first": (["03.04.23"], DAY_FIRST),
    "four digits": (["2023/04/03"], YEAR_FIRST),
    "two digits of a year in front": (["23/04/28", "23/04/29"], YEAR_FIRST),
    "nobody can tell": (["03/04/23"], None),
    "both run forwards": (["01/03/23", "02/03/23", "03/03/23"], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("case", ORDERS)
def test_the_order_of_day_and_month_is_told_or_left_open(case):
    dates, order = ORDERS[case]
    assert order_of(dates, LAST) == order


def test_an_order_that_cannot_be_told_refuses_the_file_and_shows_the_date():
    with pytest.raises(FileRefused) as refused:
        reading(b"03/04/23, 11:02 - Ann: hello\n", file_name="a.txt")
    assert (refused.value.code, refused.value.figures) == ("which_day_order", {"date": "03/04/23"})


def test_what_android_writes_itself_and_what_was_taken_back_is_no_message():
    line = "28/04/23, 11:02 - "
    text = HEAD + "".join(
        f"{line}{rest}\n"
        for rest in (
            'Ann created group "Mums: A"',
            "Ann added Bob, Carl and Dora",
            'Ann added this group to the community "Town"',
            "Eve joined using this group's invite link",
            "Bob left",
            "Ann removed Carl",
            "Ann changed the group description",
            "Ann: This message was deleted",
            "Ann: <Media omitted>",
            "Bob: \u200eIMG-20230428-WA0001.jpg (file attached)",
            "Bob: Ann left already",
        )
    )
    found = reading(text.encode(), file_name="WhatsApp Chat with Mums: A.txt")
    assert rows_of(found) == [
        {"group": "Mums: A", "day": "2023-04-28", "joins": 4, "leaves": 2, "messages": 3, "speakers": 2}
    ]


EVENTS = {
    "Ann hat Bob und Carl hinzugefügt": ("join", 2),
    "Bob hat die Gruppe verlassen": ("leave", 1),
    "Bob salió del grupo": ("leave", 1),
    "Ann añadió a Bob y Carl": ("join", 2),
    "Bob se unió usando el enlace de invitación de este grupo": ("join", 1),
    "Bob entrou usando o link de convite deste grupo": ("join", 1),
    "Ann adicionou Bob": ("join", 1),
    "Bob saiu": ("leave", 1),
    "Ann a ajouté Bob et Carl": ("join", 2),
    "Bob a quitté le groupe": ("leave", 1),
    "李雷使用此群组的邀请链接加入": ("join", 1),
    "李雷添加了韩梅梅、小明": ("join", 2),
    "韩梅梅退出了群组": ("leave", 1),
    "李雷移除了小明": ("leave", 1),
    "李雷使用此群組的邀請連結加入": ("join", 1),
    "李雷已新增小明": ("join", 1),
    "小明已離開": ("leave", 1),
    "Budi telah bergabung menggunakan tautan undangan grup ini": ("join", 1),
    "Ani menambahkan Budi dan Cici": ("join", 2),
    "Budi keluar": ("leave", 1),
    "Ann changed this group's icon": ("", 0),
    "Ann turned on admin approval to join this group": ("", 0),
    "New participants need admin approval to join this group.": ("", 0),
    "Ann added this group to the community": ("", 0),
}


@pytest.mark.parametrize("line", EVENTS)
def test_joins_and_leaves_in_the_words_of_many_languages(line):
    assert event_of(line)[:2] == EVENTS[line]


def test_where_the_name_of_the_chat_comes_from():
    said = "28/04/23, 11:02 - Ann: hello\n"
    renamed = HEAD + said + '29/04/23, 11:02 - Ann changed the subject from "A" to "B群"\n'
    assert [group.key for group in reading(renamed.encode()).groups] == ["B群"]
    archive = zipped({"WhatsApp Chat with C.txt": HEAD + said, "IMG-1.jpg": b"\xff\xd8\xff", "__MACOSX/._x.txt": b"x"})
    assert [group.key for group in reading(archive).groups] == ["C"]
    for text, code in ((HEAD + said, "chat_not_named"), ("[28/04/23, 11:02:30] Ann: x\n", "chat_not_named")):
        with pytest.raises(FileRefused) as refused:
            reading(text.encode())
        assert refused.value.code == code
    alone = (
        "[28/04/23, 11:02:30] Ann: \u200eMessages and calls are end-to-end encrypted.\n[28/04/23, 11:02:30] Ann: x\n"
    )
    with pytest.raises(FileRefused) as refused:
        reading(alone.encode())
    assert refused.value.code == "private_chat"


def test_a_long_line_a_bad_byte_and_a_day_ahead():
    text = HEAD + f"28/04/23, 11:02 - Ann: {'x' * 9_000_000}\n29/04/23, 11:02 - Bob: y\n30/04/99, 11:02 - Bob: z\n"
    found = reading(text.encode(), file_name="g.txt")
    assert totals_of(found) == {"joins": 0, "leaves": 0, "messages": 2, "speakers": 2}
    assert problems_of(found) == [(0, "names_only"), (4, "future_date")]
    with pytest.raises(FileRefused) as refused:
        reading(text.encode()[:5000] + b"\xff\n" + text.encode()[5000:], file_name="g.txt")
    assert (refused.value.code, refused.value.figures) == ("broken_encoding", {"line": 2})
