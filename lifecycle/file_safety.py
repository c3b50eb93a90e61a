"""Has an untrusted file read in a child process with limits on memory, CPU and time; the caller always survives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from groups.sheets import limited
from lifecycle.sources import order_sheet, spool
from lifecycle.sources.canonical import Canonical
from lifecycle.sources.order_sheet import Matched, Orders
from lifecycle.sources.reading import Terms


def read_in_child(
    path: Path,
    folder: Path,
    terms: Terms,
    member_key: bytes,
    tell: Callable[[int], None] = lambda rows: None,
    *,
    look: bool = False,
) -> Canonical:
    """The canonical rows of a file. `folder` must be empty and private; `tell` hears the rows read so far. For a person
    who looks, peek.json and mend.json are left in the folder (sources.peek).

    Raises FileRefused with the reader's code, or `too_heavy` when a limit ended the child.
    """
    _read(path, folder, terms, member_key, tell, look=look)
    return spool.load(folder)


def read_orders_in_child(
    path: Path,
    folder: Path,
    terms: Terms,
    member_key: bytes,
    tell: Callable[[int], None] = lambda rows: None,
    matched: Matched | None = None,
) -> Orders:
    """The orders of a file, under the same limits and refusals."""
    _read(path, folder, terms, member_key, tell, orders=True, matched=matched)
    return order_sheet.load(folder)


def _read(
    path: Path,
    folder: Path,
    terms: Terms,
    member_key: bytes,
    tell: Callable[[int], None],
    *,
    orders: bool = False,
    matched: Matched | None = None,
    look: bool = False,
) -> None:
    order = {
        "path": str(path.resolve()),
        "folder": str(folder.resolve()),
        "zone": terms.zone,
        "last_day": str(terms.last_day),
        "file_name": terms.file_name,
        "member_key": member_key.hex(),
        "orders": orders,
        "matched": asdict(matched) if matched else None,
        "choice": terms.choice.as_json(),
        "adverts": terms.adverts.as_json(),
        "peek": look,
    }
    limited.run("lifecycle.sources.child", order, terms.limits, tell)
