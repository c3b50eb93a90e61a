"""Rows of a list against the registry, without a database: found, changed, the same, or refused and why."""

from datetime import date

import pytest

from groups.rules.group_lists import Defaults, Fate, Known, Registry, judge

FIELDS = ("name", "external_id", "platform", "owner", "team", "layer", "tags", "opened_on", "ends_on", "member_cap",
          "theme", "notes", "upstream")  # fmt: skip
EAST, WEST, LI, WANG, WANG_TWO = 1, 2, 10, 11, 12
DEFAULTS = Defaults(EAST, "wecom", LI)


def known(pk, name="宝妈交流 A 群", **fields):
    return Known(
        **{
            "pk": pk, "version": 1, "team_id": EAST, "name": name, "platform": "wecom", "external_id": f"wr{pk}",
            "owner_id": LI, "layer": "mass", "tags": ("a",), "opened_on": date(2026, 3, 2), "member_cap": 500,
            "theme": "早教", "notes": "", "upstream_id": None, "starts_on": date(2026, 3, 2), "ends_on": None,
        }
        | fields
    )  # fmt: skip


def judged(*rows, groups=(), defaults=DEFAULTS):
    registry = Registry(
        teams={"east": EAST, "west": WEST},
        people={
            EAST: {"李伟": frozenset({LI}), "王芳": frozenset({WANG, WANG_TWO}), "wang1": frozenset({WANG})},
            WEST: {"王芳": frozenset({WANG})},
        },
        names_of={LI: frozenset({"李伟", "li"}), WANG: frozenset({"王芳", "wang1"}), WANG_TWO: frozenset({"王芳"})},
        groups=groups,
    )
    cells = [(at, [row.get(field) for field in FIELDS]) for at, row in enumerate(rows, start=2)]
    return judge(cells, {field: place for place, field in enumerate(FIELDS)}, registry, defaults)


def new(**fields):
    return {"name": "新群", "opened_on": "2026-11-01"} | fields


def test_a_new_row_takes_what_it_says_and_the_rest_from_the_file():
    (row,) = judged(new(layer="VIP 群", tags="母婴，早教 母婴", member_cap="１，２００", external_id="x"))
    assert row.fate == Fate.NEW
    assert row.values == {
        "name": "新群", "opened_on": date(2026, 11, 1), "layer": "vip", "tags": ("母婴", "早教"), "member_cap": 1200,
        "platform": "wecom", "external_id": "x", "owner_id": LI, "team_id": EAST,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "fate", "values"),
    [
        ({"external_id": "wr1", "name": "宝妈交流 A 群"}, Fate.SAME, {}),
        ({"external_id": "wr1", "name": "改名"}, Fate.CHANGED, {"name": "改名"}),
        ({"name": "宝妈交流 A 群", "layer": "大群", "owner": "李伟"}, Fate.SAME, {}),
        ({"name": "宝妈交流 A 群", "layer": "", "theme": None, "tags": "--"}, Fate.CHANGED, {"tags": ("--",)}),
        ({"name": "宝妈交流 A 群", "owner": "wang1"}, Fate.CHANGED, {"owner_id": WANG}),
        ({"name": "宝妈交流 A 群", "opened_on": "2026年3月2日"}, Fate.SAME, {}),
        ({"name": "宝妈交流 A 群", "ends_on": 46478}, Fate.CHANGED, {"ends_on": date(2027, 4, 1)}),
        ({"external_id": "wr9", "name": "宝妈交流 A 群", "opened_on": "2026-11-01"}, Fate.NEW, None),
    ],
)
def test_a_group_is_found_and_compared_and_an_empty_cell_says_nothing(row, fate, values):
    (found,) = judged(row, groups=[known(1)])
    assert found.fate == fate, found.problems
    if values is not None:
        assert found.values == values


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        (new(name=""), "name", "no_name"),
        (new(name="x" * 121), "name", "too_long"),
        (new(name="a\0b"), "name", "control_character"),
        (new(opened_on="2026/13/1"), "opened_on", "bad_date"),
        (new(opened_on=None), "opened_on", "no_date"),
        (new(ends_on="2026-11-01"), "ends_on", "ends_early"),
        (new(platform="ICQ"), "platform", "unknown_platform"),
        (new(layer="塔尖"), "layer", "unknown_layer"),
        (new(owner="赵六"), "owner", "unknown_owner"),
        (new(owner="王芳"), "owner", "which_owner"),
        (new(team="North"), "team", "unknown_team"),
        (new(team="west", owner="李伟"), "owner", "unknown_owner"),
        (new(member_cap="-5"), "member_cap", "negative"),
        (new(member_cap="0"), "member_cap", "no_cap"),
        (new(member_cap="1.5"), "member_cap", "not_whole"),
        (new(member_cap="1000001"), "member_cap", "too_large"),
        (new(external_id=1.23457e17), "external_id", "id_lost_digits"),
        (new(external_id="1.23457E+17"), "external_id", "id_lost_digits"),
        (new(notes="x" * 4001), "notes", "too_long"),
        (new(upstream="没有"), "upstream", "unknown_parent"),
        (new(upstream="新群"), "upstream", "own_parent"),
        (new(upstream="两个"), "upstream", "which_parent"),
        ({"name": "两个"}, "name", "which_group"),
        ({"name": "源头", "upstream": "下游"}, "upstream", "circle"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_cell(row, place, code):
    groups = [known(5, "两个"), known(6, "两个"), known(7, "源头"), known(8, "下游", upstream_id=7)]
    (found,) = judged(row, groups=groups)
    assert found.fate == Fate.REFUSED
    assert [(problem.field, problem.code) for problem in found.problems] == [(place, code)]


def test_without_a_platform_of_the_file_each_new_row_needs_its_own():
    (row,) = judged(new(), defaults=Defaults(EAST, "", LI))
    assert [problem.code for problem in row.problems] == ["no_platform"]


def test_of_several_groups_of_a_name_platform_and_owner_tell_which():
    groups = [known(1, "G"), known(2, "G", platform="qq"), known(3, "G", owner_id=WANG)]
    rows = judged({"name": "G", "platform": "QQ 群"}, {"name": "G", "owner": "wang1"}, groups=groups)
    assert [row.group.pk for row in rows] == [2, 3]


def test_the_same_group_twice_in_a_file_is_taken_once():
    rows = judged(
        {"name": "A", "external_id": "wr1"}, {"name": "B", "external_id": "wr1"}, {"name": "C"}, {"name": "C"},
        new(name="N", external_id="n1"), new(name="M", external_id="n1"),
        groups=[known(1), known(2, "C")],
    )  # fmt: skip
    assert [row.fate for row in rows] == [
        Fate.CHANGED, Fate.REFUSED, Fate.SAME, Fate.REFUSED, Fate.NEW, Fate.REFUSED,
    ]  # fmt: skip


def test_a_new_group_of_the_same_name_and_owner_is_doubtful():
    rows = judged(
        new(name="宝妈交流 A 群", external_id="other"), new(name="Twice", external_id="t1"),
        new(name="Twice", external_id="t2"), new(name="宝妈交流 A 群", external_id="third", owner="wang1"),
        groups=[known(1)],
    )  # fmt: skip
    assert [row.same_name for row in rows] == [True, False, True, False]


def test_a_parent_stands_in_the_registry_or_anywhere_in_the_file():
    rows = judged(
        new(name="课程群", upstream="大群"), new(name="大群"), new(name="VIP", upstream="宝妈交流 A 群"),
        {"name": "下游", "upstream": "大群"}, groups=[known(1), known(2, "下游", upstream_id=1)],
    )  # fmt: skip
    assert rows[0].upstream_line == 3
    assert rows[2].values["upstream_id"] == 1
    assert (rows[3].fate, rows[3].upstream_line) == (Fate.CHANGED, 3)


def test_what_an_export_marked_comes_back_without_the_mark():
    (row,) = judged({"name": "'=1+1", "external_id": "wr1"}, groups=[known(1, "=1+1")])
    assert row.fate == Fate.SAME


def test_rows_that_would_feed_each_other_are_refused_and_a_turned_chain_is_not():
    a, b, c = judged(new(name="A", upstream="B"), new(name="B", upstream="C"), new(name="C", upstream="A"))
    assert [(row.fate, row.problems[0].code) for row in (a, b, c)] == [(Fate.REFUSED, "circle")] * 3
    chain = [known(1, "A"), known(2, "B", upstream_id=1), known(3, "C", upstream_id=2)]
    turned = judged({"name": "B", "upstream": "C"}, {"name": "C", "upstream": "A"}, groups=chain)
    assert [row.fate for row in turned] == [Fate.CHANGED, Fate.CHANGED]


def test_of_two_groups_of_one_name_the_platform_tells_which():
    both = [known(1), known(2, platform="wechat")]
    (row,) = judged({"name": "宝妈交流 A 群", "platform": "微信群", "theme": "绘本"}, groups=both)
    assert (row.fate, row.group.pk) == (Fate.CHANGED, 2), row.problems
    (row,) = judged({"name": "宝妈交流 A 群", "theme": "绘本"}, groups=both)
    assert [problem.code for problem in row.problems] == ["which_group"]
