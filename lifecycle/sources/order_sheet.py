"""Orders of a shop system, CSV or XLSX, by order or by item: which columns, which cells, which rows are taken.

Needed are an order number, an amount and a day; the rest may be missing. Names, addresses and nicknames are never
read; a phone number leaves this file as a keyed hash only. Several rows of one number are the items of one order: the
amount of the order stands on each of them, or those of the items are added up; refunds are added up.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from groups.rules.order_rows import OrderRow, without_phones
from groups.sheets.archives import gunzip, is_gzip
from groups.sheets.cells import cents_of, day_of, key_of, name_of, text_of
from groups.sheets.matching import matching_form
from groups.sheets.refusal import REFUSALS_KEPT, VALUE_KEPT, CellRefused, FileRefused, Refusal
from groups.sheets.tables import Table, open_table
from lifecycle.sources.canonical import HASH_BYTES
from lifecycle.sources.reading import Terms
from lifecycle.sources.recognition import Shape, shape_of

# Of several names that a file has, the one that stands first here is taken.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("订单号", "订单编号", "order_no", "order_number", "order_id"),
    "amount": ("订单实付金额", "实付金额", "买家实际支付金额", "商家应收", "买家应付货款", "订单金额", "总金额",
               "amount", "paid_amount"),
    "item_amount": ("商品实际成交金额", "item_amount"),
    "refund": ("商品已退款金额", "已退款金额", "退款金额", "refund", "refund_amount"),
    "refunded": ("退款成功时间", "退款完成时间", "退款时间", "退款日期", "refunded_at", "refunded_on", "refund_time"),
    "paid": ("买家付款时间", "付款时间", "支付时间", "paid_at", "paid_on"),
    "ordered": ("订单创建时间", "下单时间", "创建时间", "created_at", "ordered_at"),
    "status": ("订单状态", "状态", "status"),
    "coupon": ("优惠券码名称", "优惠券名称", "优惠券", "coupon"),
    "distributor": ("分销员", "推广员", "distributor"),
    "shop_point": ("下单网点", "网点", "门店", "shop_point", "store"),
    "group_key": ("opengid", "open_gid", "chat_id", "群id", "客户群id", "group_id", "group"),
    "phone": ("买家手机号", "收货人手机号/提货人手机号", "收货人手机号", "联系电话", "手机号", "phone"),
}  # fmt: skip
FORMS = {name: [matching_form(word) for word in words] for name, words in SYNONYMS.items()}
WORDS = ("coupon", "distributor", "shop_point", "group_key")
UNPAID = re.compile("待付款|未付款|等待买家付款|待支付|未支付|unpaid", re.IGNORECASE)
CLOSED = re.compile("关闭|取消|已退款|退款成功|全额退款|closed|cancel|refunded", re.IGNORECASE)
FOOTNOTE = re.compile(r"([^（(]*)[（(](.*)[）)]\s*", re.DOTALL)
NOT_FINAL = re.compile("计算中|待结算|预计|…|\\.\\.\\.")
PHONE = re.compile(r"(?:\+?86)?(1\d{10})", re.ASCII)
TELL_EVERY = 5000  # rows
NEEDED = frozenset({"number", "amount", "day"})


@dataclass(frozen=True)
class Matched:
    """Which column of a file with just these headers fills which field."""

    headers: list[str]
    places: dict[str, int]

    def places_of(self, headers: list[str]) -> dict[str, int]:
        same = [name_of(header) for header in headers] == self.headers
        return complete(dict(self.places)) if same else {}


@dataclass
class Orders:
    """What a file holds. `skipped` are orders that nobody has paid."""

    encoding: str = ""
    rows: list[OrderRow] = field(default_factory=list)
    skipped: int = 0
    rows_refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: Any, problem: str) -> None:
        self.rows_refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            text = "" if value is None else str(value)[:VALUE_KEPT]
            shown = "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "\ufffd" for c in text)
            self.refusals.append(Refusal(line, column[:VALUE_KEPT], shown, problem))


def places_of(headers: list[str]) -> dict[str, int]:
    """The place of each field that the headers name. An item's amount does where there is none of the order."""
    forms = [matching_form(header) for header in headers]
    places = {}
    for name, words in FORMS.items():
        place = next((forms.index(word) for word in words if word in forms), None)
        if place is not None:
            places[name] = place
    return complete(places)


def complete(places: dict[str, int]) -> dict[str, int]:
    """The places with those that follow from them."""
    if "amount" not in places and "item_amount" in places:
        places["amount"] = places["item_amount"]
    if "paid" in places or "ordered" in places:
        places["day"] = places.get("paid", places.get("ordered", 0))
    return places


def read(
    path: Path,
    folder: Path,
    terms: Terms,
    member_key: bytes,
    tell: Callable[[int], None] = lambda rows: None,
    matched: Matched | None = None,
) -> Orders:
    """The orders of a file; FileRefused when nothing of it can be used. `tell` hears the rows read so far.

    Where the columns do not name themselves the refusal (`no_order_sheet`) tells the headers, so that people can match
    them; `matched` is what they said.
    """
    if is_gzip(path):
        gunzip(path, folder / "unpacked", terms.limits)
        path = folder / "unpacked"
    shape = shape_of(path, terms.limits)
    if shape not in (Shape.WORKBOOK, Shape.TEXT):
        raise FileRefused("no_order_sheet")
    workbook, fields_of = shape is Shape.WORKBOOK, matched.places_of if matched else places_of
    try:
        table = open_table(path, is_workbook=workbook, fields_of=fields_of, needed=NEEDED)
    except FileRefused as refused:
        if refused.code != "no_header":
            raise
        raise FileRefused("no_order_sheet", headers=_headers_in(path, workbook)) from refused
    return _read(table, terms.last_day, terms.limits.rows, member_key, tell)


def _headers_in(path: Path, workbook: bool) -> list[str]:
    """What stands in the first row that holds several words; empty if none does."""
    try:
        likely = open_table(path, is_workbook=workbook, fields_of=_words_of, needed=frozenset({"0", "1"}))
    except FileRefused as refused:
        if refused.code != "no_header":
            raise
        return []
    return [name_of(header) for header in likely.headers]


def _words_of(cells: list[str]) -> dict[str, int]:
    """A field for each word; figures and days are none, so that a row of an export is no header."""
    words = [place for place, cell in enumerate(cells) if cell.strip() and not cell.strip()[0].isdigit()]
    return {str(at): place for at, place in enumerate(words)}


def _read(table: Table, last_day: date, most: int, member_key: bytes, tell: Callable[[int], None]) -> Orders:
    found = Orders(encoding=table.encoding)
    by_item = "item_amount" in table.places and table.places["amount"] == table.places["item_amount"]
    known: dict[str, tuple[OrderRow, int, set[tuple[Any, ...]]]] = {}
    for count, (line, cells) in enumerate(table.rows):
        if count >= most:
            raise FileRefused("too_many_rows", most=most)
        if count % TELL_EVERY == 0:
            tell(count)
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        row = _row(table, line, cells, last_day, member_key, found)
        if row is None:
            continue
        if row.number not in known:
            known[row.number] = (row, line, {tuple(cells)})
        else:
            _add_item(known, row, line, tuple(cells), found, table.headers[table.places["amount"]], by_item=by_item)
    for row, line, _items in known.values():
        if row.refund_cents > row.cents:
            column = table.headers[table.places["refund"]]
            found.refuse(line, column, f"{row.refund_cents / 100:.2f}", "refund_too_large")
        else:
            found.rows.append(row)
    if not found.rows and not found.rows_refused and not found.skipped:
        raise FileRefused("only_header")
    return found


def _add_item(
    known: dict[str, tuple[OrderRow, int, set[tuple[Any, ...]]]],
    row: OrderRow,
    line: int,
    cells: tuple[Any, ...],
    found: Orders,
    column: str,
    *,
    by_item: bool,
) -> None:
    """Another row of a known order. The very same row again says nothing new."""
    first, at, items = known[row.number]
    if cells in items:
        return
    if not by_item and row.cents != first.cents:
        found.refuse(line, column, f"{row.cents / 100:.2f}", "order_said_otherwise")
        return
    items.add(cells)
    cents = first.cents + row.cents if by_item else first.cents
    days = [day for day in (first.refunded_on, row.refunded_on) if day]
    told = {"refund_cents": first.refund_cents + row.refund_cents, "refunded_on": max(days, default=None)}
    known[row.number] = (replace(first, cents=cents, **told), at, items)


def _row(
    table: Table, line: int, cells: list[Any], last_day: date, member_key: bytes, found: Orders
) -> OrderRow | None:
    """The order of one row; None if it is unpaid or one of its cells is refused."""
    name = "number"

    def cell(field_name: str) -> Any:
        place = table.places.get(field_name)
        return cells[place] if place is not None and place < len(cells) else None

    try:
        if len(cells) > len(table.headers) and any(cells[len(table.headers) :]):
            raise CellRefused("too_many_cells")
        number = _number(cell("number"))
        name = "status"
        status = text_of(cell("status"))
        paid = "paid" not in table.places or bool(str(cell("paid") or "").strip(" -"))
        if UNPAID.search(status) or not paid:
            found.skipped += 1
            return None
        name = "day"
        paid_on = day_of(cell("day"), last_day)
        name = "amount"
        cents = amount_of(cell("amount"))
        if cents is None:
            raise CellRefused("no_amount")
        name = "refund"
        refund = amount_of(cell("refund"))
        if refund is None and cents and CLOSED.search(status):
            name = "status"
            raise CellRefused("refund_not_told")
        name = "refunded"
        refunded_on = _refunded_on(cell("refunded"), paid_on, last_day) if refund else None
        words = {}
        for name in WORDS:
            words[name] = without_phones(text_of(cell(name)))
    except CellRefused as refused:
        place = table.places.get(name)
        found.refuse(line, "" if place is None else table.headers[place], cell(name), refused.code)
        return None
    buyer_key = _buyer_key(cell("phone"), member_key)
    return OrderRow(number, paid_on, cents, refund or 0, buyer_key=buyer_key, refunded_on=refunded_on, **words)


def _refunded_on(cell: Any, paid_on: date, last_day: date) -> date | None:
    """The day on which money went back, where the file tells it."""
    if not str("" if cell is None else cell).strip(" -"):
        return None
    day = day_of(cell, last_day)
    if day < paid_on:
        raise CellRefused("refund_before_order")
    return day


def _number(cell: Any) -> str:
    try:
        number = key_of(cell)
    except CellRefused as refused:
        raise CellRefused("no_order_number") if refused.code == "no_group" else refused from refused
    if len(number) > 60:
        raise CellRefused("too_long")
    return number


def amount_of(cell: Any) -> int | None:
    """Fen from a cell that may carry a footnote: `499.00（含运费）`. One that says it is not final is refused."""
    if isinstance(cell, str):
        noted = FOOTNOTE.fullmatch(cell.strip())
        if noted or NOT_FINAL.search(cell):
            if NOT_FINAL.search(cell):
                raise CellRefused("amount_not_final")
            cell = noted[1] if noted else cell
    cents = cents_of(cell)
    if cents is not None and cents < 0:
        raise CellRefused("negative")
    return cents


def _buyer_key(cell: Any, member_key: bytes) -> str:
    """The keyed hash of a whole mobile number; a masked or foreign one is nobody."""
    text = "" if cell is None else re.sub(r"[\s-]", "", str(int(cell) if isinstance(cell, float) else cell))
    phone = PHONE.fullmatch(text)
    return hmac.digest(member_key, phone[1].encode(), "sha256")[:HASH_BYTES].hex() if phone else ""


def save(found: Orders, folder: Path) -> None:
    told = asdict(found)
    (folder / "orders.json").write_text(json.dumps(told, default=str), encoding="utf-8")


def load(folder: Path) -> Orders:
    told = json.loads((folder / "orders.json").read_text(encoding="utf-8"))
    for row in told["rows"]:
        for name in ("paid_on", "refunded_on"):
            row[name] = date.fromisoformat(row[name]) if row[name] else None
    told["rows"] = [OrderRow(**row) for row in told["rows"]]
    told["refusals"] = [Refusal(**refusal) for refusal in told["refusals"]]
    return Orders(**told)
