"""Files of orders as shop systems write them: what is taken, what is refused and why, and what never leaves a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from groups.sheets.limits import UPLOAD
from groups.sheets.refusal import CellRefused, FileRefused
from lifecycle.file_safety import read_orders_in_child
from lifecycle.import_words import CELLS, FILES
from lifecycle.sources.order_sheet import Orders, amount_of, read
from lifecycle.sources.reading import Terms

TERMS = Terms(zone="Asia/Shanghai", last_day=date(2026, 11, 25), limits=UPLOAD)
YOUZAN = """订单号,订单状态,订单创建时间,买家付款时间,订单实付金额,买家昵称,买家手机号,详细收货地址,优惠券码名称,分销员
E2026001,交易完成,2026-11-10 20:15:03,2026-11-10 20:16:00,"1,299.00",小王,13800001234,西湖区某路 1 号,社群满减,张三
E2026002,待付款,2026-11-10 21:00:00,,88.00,小李,13800005678,,,
E2026003,交易关闭,2026-11-10 22:00:00,2026-11-10 22:01:00,50.00,小赵,138****0000,,,李四 13900001111
"""


def orders_of(text: str, tmp_path: Path, encoding: str = "utf-8") -> Orders:
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return read(path, tmp_path, TERMS, b"key")


def problems(found: Orders) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.problem) for refusal in found.refusals]


def test_a_youzan_export_is_read_without_its_people(tmp_path):
    found = orders_of(YOUZAN, tmp_path)
    (row,) = found.rows
    assert (row.number, row.paid_on, row.cents) == ("E2026001", date(2026, 11, 10), 129900)
    assert (row.coupon, row.distributor, len(row.buyer_key)) == ("社群满减", "张三", 32)
    assert found.skipped == 1
    assert problems(found) == [(4, "订单状态", "refund_not_told")]
    for secret in ("13800001234", "小王", "西湖区", "13900001111"):
        assert secret not in str(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_give_the_same_orders(tmp_path, encoding):
    assert orders_of(YOUZAN, tmp_path, encoding).rows == orders_of(YOUZAN, tmp_path).rows


def test_a_limited_child_reads_the_same(tmp_path):
    path, spool = tmp_path / "orders.csv", tmp_path / "spool"
    spool.mkdir()
    path.write_text(YOUZAN, encoding="utf-8")
    assert read_orders_in_child(path, spool, TERMS, b"key") == orders_of(YOUZAN, tmp_path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"group,date,messages\nA,2026-06-01,3\n", "no_order_sheet"),
        ("订单号,订单实付金额,买家付款时间\n".encode(), "only_header"),
        (b'{"messages": []}', "no_order_sheet"),
        (b"%PDF-1.7", "pdf"),
    ],
)
def test_files_that_hold_no_orders_say_so(tmp_path, content, code):
    path, spool = tmp_path / "orders.csv", tmp_path / "spool"
    spool.mkdir()
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        read_orders_in_child(path, spool, TERMS, b"key")
    assert refused.value.code == code
    assert code in FILES


def test_items_of_one_order_are_one_order(tmp_path):
    text = (
        "订单号,订单实付金额,买家付款时间,商品名称,商品已退款金额\n"
        "E1,30.00,2026-11-10,茶,5.00\nE1,30.00,2026-11-10,杯,2.50\nE1,30.00,2026-11-10,茶,5.00\n"
        "E2,30.00,2026-11-10,茶,\nE2,31.00,2026-11-10,杯,\n"
    )
    found = orders_of(text, tmp_path)
    assert [(row.number, row.cents, row.refund_cents) for row in found.rows] == [("E1", 3000, 750), ("E2", 3000, 0)]
    assert problems(found) == [(6, "订单实付金额", "order_said_otherwise")]
    items = "订单号,商品实际成交金额,买家付款时间\nE1,10,2026-11-10\nE1,12.5,2026-11-10\n"
    assert [row.cents for row in orders_of(items, tmp_path).rows] == [2250]


def test_a_jd_export_takes_what_is_settled(tmp_path):
    text = (
        "订单号,商品名称,下单时间,商家应收,订单状态,联系电话\n"
        "3001,茶,2026-11-10 09:00:00,499.00（系统计算中…）,完成,138****1234\n"
        "3002,茶,2026-11-10 09:00:00,499.00（含运费）,完成,138****1234\n"
        "3003,茶,2026-11-10 09:00:00,-,完成,\n"
        "3004,茶,2026-11-26 09:00:00,1.00,完成,\n"
        "3.00E+17,茶,2026-11-10,1.00,完成,\n"
        ",茶,2026-11-10,1.00,完成,\n"
        "3007,茶,2026-11-10,12.345,完成,\n"
        "3008,茶,2026-11-10,-5,完成,\n"
    )
    found = orders_of(text, tmp_path)
    assert [(row.number, row.cents, row.buyer_key) for row in found.rows] == [("3002", 49900, "")]
    assert problems(found) == [
        (2, "商家应收", "amount_not_final"),
        (4, "商家应收", "no_amount"),
        (5, "下单时间", "future_date"),
        (6, "订单号", "id_lost_digits"),
        (7, "订单号", "no_order_number"),
        (8, "商家应收", "too_precise"),
        (9, "商家应收", "negative"),
    ]
    assert {problem for *_, problem in problems(found)} <= CELLS.keys()


def test_more_was_given_back_than_paid(tmp_path):
    found = orders_of("order_no,amount,paid_at,refund\nE1,10,2026-11-10,10.01\nE2,10,2026-11-10,10\n", tmp_path)
    assert problems(found) == [(2, "refund", "refund_too_large")]
    assert [row.refund_cents for row in found.rows] == [1000]


@pytest.mark.parametrize(
    ("cell", "cents"),
    [("499.00", 49900), ("¥1,299.5", 129950), ("499.00 (说明)", 49900), (12.3, 1230), (None, None), ("--", None)],
)
def test_amounts(cell, cents):
    assert amount_of(cell) == cents


@pytest.mark.parametrize("cell", ["499.00（系统计算中…）", "499…", "待结算", "NaN", "1e9", "499*", "（）"])
def test_amounts_that_are_none(cell):
    if cell == "（）":
        assert amount_of(cell) is None
    else:
        with pytest.raises(CellRefused):
            amount_of(cell)


def test_a_refund_may_have_a_day_of_its_own(tmp_path):
    text = (
        "订单号,实付金额,付款时间,退款金额,退款时间\nE1,10,2026-11-10,2,2026-11-12 08:00\nE2,10,2026-11-10,2,-\n"
        "E3,10,2026-11-10,2,2026-11-09\nE4,10,2026-11-10,,\n"
    )
    found = orders_of(text, tmp_path)
    assert [row.refunded_on for row in found.rows] == [date(2026, 11, 12), None, None]
    assert problems(found) == [(4, "退款时间", "refund_before_order")]
