"""Counts one chat export with the product's readers. Run as a file of its own it tells its peak of memory too."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from groups.sheets.limits import COMMAND
from lifecycle.sources import chats, telegram_export
from lifecycle.sources.chat_file import ChatFile
from lifecycle.sources.counting import ChatCounter
from lifecycle.sources.days import DayClock
from lifecycle.sources.gathering import Gathering

LAST_DAY = date(2026, 12, 31)


def read(path: Path) -> tuple[int, int]:
    """Messages and speakers of a file, summed over the days (UTC)."""
    gathering = Gathering(kind="bench", most_rows=COMMAND.rows)
    if path.suffix == ".json":
        telegram_export.read(path, gathering, zone="UTC", last_day=LAST_DAY)
    else:
        with path.open("rb") as file:
            form = chats.format_of(file.read(4096))
        if form is None:
            raise ValueError(f"no reader knows {path.name}")
        counter = ChatCounter(gathering)
        form.read(ChatFile(path, "Bench.txt"), counter, clock=DayClock("UTC"), last=LAST_DAY.toordinal())
        counter.hand_over(form.REPORTED)
    rows = gathering.rows.array()
    return int(rows["messages"].sum()), int(rows["speakers"].sum())


def peak_mb() -> int:
    """The most memory of this process since it began; rusage would tell that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    counted = read(Path(sys.argv[1]))
    sys.stdout.write(" ".join(map(str, (peak_mb(), *counted))))
