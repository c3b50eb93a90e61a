"""`python -m lifecycle.sources.child`: reads one untrusted file under hard limits and leaves a spool, or says why not.

The order of groups.sheets.limited: {"path", "folder", "zone", "last_day", "file_name", "member_key": hex, "orders":
whether the file holds orders instead of activity, "matched": how people matched the columns of orders, or null}.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from groups.sheets.limited import say, serve
from groups.sheets.limits import Limits
from lifecycle.sources import order_sheet, spool
from lifecycle.sources.reading import Terms, read


def read_order(order: dict[str, Any], limits: Limits) -> None:
    folder = Path(order["folder"])
    terms = Terms(
        zone=order["zone"], last_day=date.fromisoformat(order["last_day"]), limits=limits, file_name=order["file_name"]
    )
    path, key = Path(order["path"]), bytes.fromhex(order["member_key"])
    if order["orders"]:
        matched = order_sheet.Matched(**order["matched"]) if order["matched"] else None
        found = order_sheet.read(path, folder, terms, key, tell=lambda rows: say(rows=rows), matched=matched)
        order_sheet.save(found, folder)
    else:
        spool.save(read(path, folder, terms, key, tell=lambda rows: say(rows=rows)), folder)


if __name__ == "__main__":
    serve(read_order)
