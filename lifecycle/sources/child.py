"""`python -m lifecycle.sources.child`: reads one untrusted file under hard limits and leaves a spool, or says why not.

Standard input: one JSON object {"path", "folder", "zone", "last_day", "limits": {...}, "member_key": hex, "orders":
whether the file holds orders instead of activity}. Standard output: lines of JSON, {"rows": n} now and then and
{"done": true} or {"refused": code, "figures": {...}} at the end.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Any

from lifecycle.sources import order_sheet, spool
from lifecycle.sources.limits import Limits
from lifecycle.sources.reading import Terms, read
from lifecycle.sources.refusal import FileRefused


def main() -> None:
    order = json.loads(sys.stdin.read())
    limits = Limits(**order["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(order["folder"])
    terms = Terms(zone=order["zone"], last_day=date.fromisoformat(order["last_day"]), limits=limits)
    try:
        path, member_key = Path(order["path"]), bytes.fromhex(order["member_key"])
        if order.get("orders"):
            order_sheet.save(order_sheet.read(path, folder, terms, member_key), folder)
        else:
            spool.save(read(path, folder, terms, member_key, tell=lambda rows: say(rows=rows)), folder)
    except FileRefused as refused:
        say(refused=refused.code, figures=refused.figures)
    except MemoryError:
        say(refused="too_heavy", figures={})
    except Exception as error:  # a reader's own fault: told by its kind and place, never by what the file holds
        at = traceback.extract_tb(error.__traceback__)[-1]
        say(
            refused="unreadable", figures={"fault": type(error).__name__, "at": f"{Path(at.filename).name}:{at.lineno}"}
        )
    else:
        say(done=True)


def say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
