"""Texts of outside: devices, the words around an amount, rows of orders, keys of names; without a database."""

from datetime import date, time

import pytest

from groups.rules.currency import CURRENCIES, DIGITS, OTHER_DIGITS, UnknownCurrency, bare, known, signed
from groups.rules.devices import device_of
from groups.rules.group_lists import CellRefused, one_kind_of_line_end, read_cells, shown
from groups.rules.order_rows import OrderRow, packed, unpacked, without_phones
from groups.rules.quiet_hours import is_within
from groups.rules.search_keys import grams_of, initials_of, says, sort_key_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile/15E Safari/604.1"
WECOM = "Mozilla/5.0 (Linux; Android 13; V2) AppleWebKit/537 Chrome/86 Mobile Safari/537 wxwork/4.1 MicroMessenger/7"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        pytest.param(IPHONE, "Safari · iPhone", id="iphone"),
        pytest.param(WECOM, "WeCom · Android", id="wecom before wechat and chrome"),
        pytest.param(EDGE, "Edge · Windows", id="edge before chrome"),
        pytest.param("curl/8", "", id="not known"),
        pytest.param("", "", id="nothing"),
        pytest.param("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox · Linux", id="firefox"),
        pytest.param("Something/1 (Windows)", "Windows", id="only the system is known"),
    ],
)
def test_the_words_for_a_device(agent, device):
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("code", "typed", "figures"),
    [
        pytest.param("CNY", "¥5", "5", id="the sign"),
        pytest.param("CNY", "人民币5元", "5", id="a word before and one behind"),
        pytest.param("CNY", "5rmb", "5", id="behind alone"),
        pytest.param("CNY", "5", "5", id="nothing"),
        pytest.param("CNY", "$5", "$5", id="of another currency"),
        pytest.param("HKD", "hk$5港元", "5", id="the longer word, not the dollar or yuan within it"),
        pytest.param("USD", "us$5", "5", id="the longer word before"),
        pytest.param("USD", "usd$5", "$5", id="one word is taken off, not two"),
        pytest.param("HKD", "$hk$5", "hk$5", id="one word is taken off, shorter ones first in the text"),
    ],
)
def test_the_words_around_an_amount_are_taken_off(code, typed, figures):
    assert bare(typed, CURRENCIES[code]) == figures


@pytest.mark.parametrize(("figures", "written"), [("-4,103", "-¥4,103"), ("4,103", "¥4,103"), ("0", "¥0")])
def test_a_sign_stands_before_the_figures_and_behind_the_minus(figures, written):
    assert signed(figures, CURRENCIES["CNY"]) == written


@pytest.mark.parametrize(("code", "digits"), [(code, n) for n, codes in OTHER_DIGITS.items() for code in codes])
def test_currencies_of_other_decimals_say_how_many_they_have(code, digits):
    """ISO 4217: the yen has none, the dinars have three; ours have two."""
    assert digits == (3 if code in {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"} else 0)
    with pytest.raises(UnknownCurrency, match=f"{code} has {digits} decimals, and amounts are kept with 2;"):
        known(code)
    assert DIGITS == 2


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("王 13812345678，138123456789", "王 138****5678，138123456789"),
        ("13812345678 19900001111", "138****5678 199****1111"),
        ("23812345678", "23812345678"),
        ("013812345678", "013812345678"),
        ("", ""),
    ],
)
def test_mobile_numbers_are_hidden(text, hidden):
    assert without_phones(text) == hidden


def test_rows_are_packed_without_loss():
    first = OrderRow("E1", date(2026, 11, 2), 12345, coupon="满减", buyer_key="ab")
    rows = [
        first,
        OrderRow("E2", date(2025, 2, 28), 100, 5, "c", "d", "s", "g", "ff"),
        OrderRow("E3", date(2026, 11, 2), 100, refund_cents=5, refunded_on=date(2026, 11, 30)),
    ]
    assert unpacked(packed(rows)) == rows
    assert (first.refund_cents, first.refunded_on) == (0, None), "nothing was given back unless a file says so"
    assert len(packed(rows * 100)) < 2000


@pytest.mark.parametrize(
    ("at", "begin", "end", "quiet"),
    [
        (time(12), time(12), time(13), True),
        (time(12, 59), time(12), time(13), True),
        (time(13), time(12), time(13), False),
        (time(11, 59), time(12), time(13), False),
        (time(22), time(22), time(8), True),
        (time(23, 59), time(22), time(8), True),
        (time(0), time(22), time(8), True),
        (time(7, 59), time(22), time(8), True),
        (time(8), time(22), time(8), False),
        (time(21, 59), time(22), time(8), False),
        (time(9), time(9), time(9), False),
        (time(8), time(9), time(9), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(at, begin, end, quiet):
    assert is_within(at, begin, end) is quiet


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("宝妈群", ["妈", "妈群", "宝", "宝妈", "群"]),
        ("A b", ["a", "b"]),
        ("ab", ["a", "ab", "b"]),
        ("aa", ["a", "aa"]),
        ("", []),
    ],
)
def test_a_text_is_searched_by_its_pieces(text, pieces):
    assert grams_of(text) == pieces


@pytest.mark.parametrize(
    ("name", "sorted_by", "initials"),
    [
        ("宝妈交流", "bao ma jiao liu", "bmjl"),
        ("VIP 读书会", "vip  du shu hui", "vipdsh"),
        ("群 A", "qun  a", "qa"),
        ("", "", ""),
        ("宝" * 200, ("bao " * 60), "b" * 120),
        ("x" * 300, "x" * 240, "x" * 120),
    ],
)
def test_a_name_is_sorted_and_found_by_its_pinyin(name, sorted_by, initials):
    assert sort_key_of(name) == sorted_by
    assert initials_of(name) == initials


def test_a_run_without_chinese_is_found_whole_among_initials():
    assert says("ABC 读书", ["abcds"]) and not says("ABC 读书", ["ads"])


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (5, "5"), ("a\0b", "a\ufffdb"), ("x" * 60, "x" * 60), ("x" * 61, "x" * 60), ("群", "群")],
)
def test_a_refused_cell_is_shown_short_and_printable(cell, text):
    assert shown(cell) == text


@pytest.mark.parametrize(("text", "same"), [("a\r\nb\rc\nd", "a\nb\nc\nd"), ("", ""), ("a", "a")])
def test_ends_of_lines_are_one_kind(text, same):
    assert one_kind_of_line_end(text) == same


@pytest.mark.parametrize(
    ("field", "longest"),
    [("name", 120), ("owner", 120), ("team", 120), ("theme", 120), ("upstream", 120), ("notes", 4000)],
)
def test_a_cell_may_be_so_long(field, longest):
    others = {"name": 1}
    assert read_cells(["x" * longest, "n"], others | {field: 0})[0][field] == "x" * longest
    said, problems = read_cells(["x" * (longest + 1), "n"], others | {field: 0})
    assert field not in said and [problem.code for problem in problems] == ["too_long"]


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("platform", "企业微信", "wecom"),
        ("layer", "大群", "mass"),
        ("notes", "a\r\nb", "a\nb"),
        ("tags", "a、b", ("a", "b")),
    ],
)
def test_a_cell_is_read_as_what_it_means(field, cell, value):
    assert read_cells([cell, "n"], {field: 0, "name": 1}) == ({field: value, "name": "n"}, [])


def test_the_refusal_of_a_cell_carries_its_code():
    assert CellRefused("too_long").code == "too_long"
