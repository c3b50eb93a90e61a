"""What of the machinery administrators are told of: each once a day, as long as it holds."""

from __future__ import annotations

from community_ops.watching import limits
from community_ops.watching.figures import Figures


def standing(read: Figures) -> dict[str, int]:
    """What is wrong, and how much of it. A late night has a notice of its own (community_ops/notices/gathering.py)."""
    found = {
        "outbox": read.unsent if (read.oldest_unsent or 0) > limits.UNSENT_SECONDS else 0,
        "imports": read.imports_waiting if (read.oldest_import or 0) > limits.IMPORT_SECONDS else 0,
        "ticks": int(read.since_tick > limits.TICK_SECONDS),
        "put_aside": read.put_aside,
        "sources": read.silent_sources,
    }
    return {what: count for what, count in found.items() if count}
