"""`python -m groups.sheets.child`: reads one untrusted list of groups under hard limits, or says why not.

The order of groups.sheets.limited: {"path", "target"}.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from groups.sheets import group_list
from groups.sheets.limited import say, serve
from groups.sheets.limits import Limits


def read_order(order: dict[str, Any], limits: Limits) -> None:
    group_list.leave(Path(order["path"]), Path(order["target"]), limits, lambda rows: say(rows=rows))


if __name__ == "__main__":
    serve(read_order)
