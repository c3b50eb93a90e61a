"""Daily and member-day sheets in every encoding that people save them in."""

from __future__ import annotations

import codecs
import gzip
from datetime import date

import pytest

from groups.sheets.refusal import FileRefused
from lifecycle.tests.files import HEADER, LINES, csv_text, reading, rows_of, workbook

AS_READ = [
    {"group": "宝妈A群", "day": "2026-09-01", "members": 120, "messages": 14, "speakers": 6},
    {"group": "宝妈A群", "day": "2026-09-02", "members": 121, "messages": 0, "speakers": 0},
    {"group": "龘靐读书群", "day": "2026-09-01", "members": 30, "messages": 5, "speakers": 2},
]
FORMS = {
    "utf-8": csv_text().encode(),
    "utf-8 with mark": codecs.BOM_UTF8 + csv_text().encode(),
    "utf-16 little": csv_text().encode("utf-16"),
    "utf-16 big": codecs.BOM_UTF16_BE + csv_text().encode("utf-16-be"),
    "gb18030": csv_text().encode("gb18030"),
    "gzip": gzip.compress(csv_text().encode()),
    "semicolons": csv_text(delimiter=";").encode(),
    "tabs": csv_text(delimiter="\t").encode(),
    "workbook": workbook(),
    "title above": ("九月数据\r\n\r\n" + csv_text()).encode(),
    "other order of rows": csv_text(lines=LINES[::-1]).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_sheet_in_any_form_reads_the_same(form):
    """Case 42: the right text from any encoding; Big5 and broken bytes are refused below."""
    found = reading(FORMS[form])
    assert rows_of(found) == AS_READ
    assert found.rows_refused == 0
    assert found.content_hash == reading(FORMS["utf-8"]).content_hash


def test_one_other_number_gives_another_hash():
    changed = csv_text(lines=[*LINES[:2], ["龘靐读书群", "2026/9/1", 30, 5, 3]]).encode()
    assert reading(changed).content_hash != reading(FORMS["utf-8"]).content_hash


def test_four_byte_characters_of_gb18030_survive():
    content = csv_text(lines=[["群😀𠮷", "2026-09-01", 1, 1, 1]]).encode("gb18030")
    assert [group.key for group in reading(content).groups] == ["群😀𠮷"]


def test_an_absent_column_and_an_empty_cell_are_unknown_and_zero_is_zero():
    found = reading(csv_text(["群ID", "日期", "消息数", "退群人数"], [["a", "2026-09-01", 0, ""]]).encode())
    assert rows_of(found) == [{"group": "a", "day": "2026-09-01", "messages": 0}]


def test_columns_of_the_open_data_are_recognised():
    header = ["group_id", "date", "messages", "speakers", "new_speakers", "joins", "leaves", "bot_messages"]
    found = reading(csv_text(header, [["g", "2026-09-01", 6, 5, 2, "1.0", "0.0", 9]]).encode())
    assert rows_of(found) == [
        {"group": "g", "day": "2026-09-01", "joins": 1, "leaves": 0, "messages": 6, "speakers": 5}
    ]


def test_every_count_platform_and_coverage_have_columns():
    header = ["group", "name", "platform", "date", "members", "joins", "leaves", "messages", "speakers", "clicks",
              "orders", "buyers", "revenue", "ads", "observed_from", "observed_until"]  # fmt: skip
    line = ["g", "Shop", "企业微信", "2026-09-05", 9, 1, 2, 3, 4, 5, 6, 7, "8.50", 10, "2026-09-01", "2026-09-30"]
    found = reading(csv_text(header, [line]).encode())
    assert list(rows_of(found)[0].values())[2:] == [9, 1, 2, 3, 4, 5, 6, 7, 10, 850]
    assert (found.groups[0].name, found.groups[0].platform) == ("Shop", "wecom")
    assert found.groups[0].span == (date(2026, 9, 1), date(2026, 9, 30))


def test_bad_rows_are_told_by_row_column_value_and_problem_and_the_good_ones_stay():
    lines = [
        ["a", "2026-09-01", 1, 1, 1],
        ["b", "2026/13/1", 1, "x", 1],
        ["", "2026-09-01", 1, 1, 1],
        ["c", "2026-09-01", "", "", ""],
        ["d,e", "2026-09-01", 1, 1, 1],
    ]
    found = reading(csv_text(lines=lines).encode())
    assert [group.key for group in found.groups] == ["a"]
    assert found.rows_refused == 4
    assert [tuple(refusal.as_json().values()) for refusal in found.refusals] == [
        (3, "日期", "2026/13/1", "bad_date"),
        (3, "消息数", "x", "not_a_number"),
        (4, "群名称", "", "no_group"),
        (5, "", "", "no_counts"),
        (6, "", "6", "too_many_cells"),
    ]


def test_nul_surrogates_and_direction_marks_in_cells():
    """Case 42."""
    text = csv_text(lines=[["a\x00b", "2026-09-01", 1, 1, 1], ["群\u202e甲", "2026-09-01", 1, 1, 1]])
    found = reading(text.encode())
    assert [group.key for group in found.groups] == ["群甲"]
    assert [(r.value, r.problem) for r in found.refusals] == [("a\ufffdb", "control_character")]


def test_of_a_day_said_twice_the_last_holds_and_the_first_is_told():
    lines = [["a", "2026-09-01", 1, 1, 1], ["a", "2026-09-01", 2, 2, 2], ["a", "2026-09-01", 2, 2, 2]]
    found = reading(csv_text(lines=lines).encode())
    assert [row["members"] for row in rows_of(found)] == [2]
    assert [(r.row, r.problem) for r in found.refusals] == [(2, "said_again_below")]


MEMBER_HEADER = ["group_id", "date", "member", "messages"]


def test_member_days_become_counts_and_sets():
    lines = [["a", "2026-09-01", 1, 3], ["a", "2026-09-01", 2, 1], ["a", "2026-09-02", 2, 4], ["b", "2026-09-01", 1, 9]]
    found = reading(csv_text(MEMBER_HEADER, lines).encode())
    assert found.kind == "member_days"
    assert [(r["group"], r["day"], r["messages"], r["speakers"]) for r in rows_of(found)] == [
        ("a", "2026-09-01", 4, 2), ("a", "2026-09-02", 4, 1), ("b", "2026-09-01", 9, 1),
    ]  # fmt: skip
    assert found.acts[["group", "day", "acts"]].tolist() == [
        (0, date(2026, 9, 1).toordinal(), 3) if found.acts["acts"][0] == 3 else (0, date(2026, 9, 1).toordinal(), 1),
        (0, date(2026, 9, 1).toordinal(), 1) if found.acts["acts"][0] == 3 else (0, date(2026, 9, 1).toordinal(), 3),
        (0, date(2026, 9, 2).toordinal(), 4),
        (1, date(2026, 9, 1).toordinal(), 9),
    ]
    assert len(set(found.members["hash"].tolist())) == 3, "member 1 of a and member 1 of b are not taken for one"


def test_a_member_said_twice_counts_once():
    lines = [["a", "2026-09-01", 1, 3], ["a", "2026-09-01", 1, 5], ["a", "2026-09-01", 1, 5]]
    found = reading(csv_text(MEMBER_HEADER, lines).encode())
    assert [(r["messages"], r["speakers"]) for r in rows_of(found)] == [(5, 1)]
    assert found.rows_refused == 1


def test_a_refused_member_is_not_kept():
    found = reading(csv_text(MEMBER_HEADER, [["a", "2026-09-01", "1.5E+17", 3]]).encode())
    assert [(r.column, r.value, r.problem) for r in found.refusals] == [("member", "", "id_lost_digits")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \n ", "empty_file"),
        (csv_text(lines=[]).encode(), "only_header"),
        (workbook(lines=[]), "only_header"),
        (csv_text(["甲", "乙"], [["1", "2"]]).encode(), "no_header"),
        (csv_text(["群名称", "日期", "备注"], [["a", "2026-09-01", "x"]]).encode(), "no_count_columns"),
        (csv_text().encode("gb18030") + b"\xff\xff\n", "broken_encoding"),
        (csv_text(["group", "date", "ads"], [["社團讀書會臺灣", "2026-09-01", 1]]).encode("big5"), "unsure_encoding"),
        (csv_text().encode("utf-16") + b"\x00", "broken_encoding"),
        ((csv_text() + '"' + "x" * 70_000 + '"\r\n').encode(), "broken_csv"),
        (csv_text([*HEADER, *range(100)]).encode(), "too_many_columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_sheet_that_cannot_be_used_says_why(content, code):
    with pytest.raises(FileRefused) as refused:
        reading(content)
    assert refused.value.code == code


def test_rows_beyond_the_limit_refuse_the_file():
    with pytest.raises(FileRefused) as refused:
        reading(csv_text().encode(), rows=2)
    assert refused.value.code == "too_many_rows"
