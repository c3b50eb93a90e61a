"""`python -m lifecycle.sources.child`: reads one untrusted file under hard limits and leaves a spool, or says why not.

The order of groups.sheets.limited: {"path", "folder", "zone", "last_day", "file_name", "member_key": hex, "orders":
whether the file holds orders instead of activity, "matched": how people matched the columns of orders, or null,
"choice": what people said of tables, "adverts": words that make an advert, by group, "peek": whether a person looks}.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from groups.sheets.limited import say, serve
from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused
from lifecycle.sources import order_sheet, peek, spool
from lifecycle.sources.advert_words import AdvertWords
from lifecycle.sources.canonical import Canonical
from lifecycle.sources.choice import Choice
from lifecycle.sources.reading import Terms, read


def read_order(order: dict[str, Any], limits: Limits) -> None:
    folder = Path(order["folder"])
    choice = Choice.from_json(order["choice"])
    last_day = date.fromisoformat(order["last_day"])
    terms = Terms(
        zone=order["zone"],
        last_day=last_day,
        limits=limits,
        file_name=order["file_name"],
        choice=choice,
        adverts=AdvertWords.from_json(order["adverts"]),
    )
    path, key = Path(order["path"]), bytes.fromhex(order["member_key"])
    if order["orders"]:
        matched = order_sheet.Matched(**order["matched"]) if order["matched"] else None
        found = order_sheet.read(path, folder, terms, key, tell=lambda rows: say(rows=rows), matched=matched)
        order_sheet.save(found, folder)
    else:
        found = read_activity(path, folder, terms, key, lambda rows: say(rows=rows), look=order["peek"])
        spool.save(found, folder)


def read_activity(
    path: Path,
    folder: Path,
    terms: Terms,
    key: bytes,
    tell: Callable[[int], None] = lambda rows: None,
    *,
    look: bool = False,
) -> Canonical:
    """Read; for a person who looks also leave the first rows and the refused ones, even where all was refused."""
    try:
        found = read(path, folder, terms, key, tell=tell)
    except FileRefused:
        if look:
            peek.leave(path, folder, terms.limits, terms.choice, {})
        raise
    if look:
        peek.leave(path, folder, terms.limits, terms.choice, found.refused)
    return found


if __name__ == "__main__":
    serve(read_order)
