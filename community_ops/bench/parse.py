"""Reading chat exports against the fastest way to read the same messages that counts them at all.

Floors: for Telegram msgspec decoding the whole file at once, for WhatsApp and WeChat csv.reader over the same messages;
each counts messages and speakers by day. Measured is the product's own reader up to its rows. Half a million messages
of 4,000 people over 180 days, made here; nobody's texts. `rss_mb` is here the peak of a process that does nothing but
read: that of the measured one would be the bench's own, from which it was forked.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from community_ops.bench.chat_reader import read
from community_ops.bench.measuring import Bench, Size
from lifecycle.sources.days import DayClock

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS, PEOPLE, MESSAGES = 180, 4000, 600_000
TEXT = "a text as people write them, with, commas and now and then more than one of them, and not too short "
MOST_MB = 100
READER = Path(__file__).resolve().with_name("chat_reader.py")
HOME = Path(__file__).resolve().parent.parent.parent


@dataclass
class State:
    folder: Path
    file: Path
    plain: Path  # the same messages as CSV, for the floor
    counted: tuple[int, int]  # messages, speakers of all days


def said() -> Iterator[tuple[datetime, int, str]]:
    """The messages in order of time: moment, person, text."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    for number in range(MESSAGES):
        moment = FIRST + timedelta(seconds=number * DAYS * 86_400 // MESSAGES)
        yield moment, chance.randrange(PEOPLE), TEXT[: chance.randrange(10, len(TEXT))]


def _made(name: str, write: Callable[[Path], None]) -> Callable[[Size], State]:
    def prepare(size: Size) -> State:
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        state = State(folder, folder / name, folder / "plain.csv", (0, 0))
        write(state.file)
        with state.plain.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["Time", "Sender", "Content"])
            rows.writerows(
                [moment.strftime("%Y-%m-%d %H:%M:%S"), f"person {who}", text] for moment, who, text in said()
            )
        state.counted = _with_csv(state)
        return state

    return prepare


def _write_telegram(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('{\n "name": "Bench",\n "type": "private_supergroup",\n "id": 1,\n "messages": [\n')
        for number, (moment, who, text) in enumerate(said()):
            message = {
                "id": number, "type": "message", "date": moment.strftime("%Y-%m-%dT%H:%M:%S"),
                "date_unixtime": str(int(moment.timestamp())), "from": f"person {who}", "from_id": f"user{who}",
                "text": text, "text_entities": [{"type": "plain", "text": text}],
            }  # fmt: skip
            lines = json.dumps(message, indent=1, ensure_ascii=False).replace("\n", "\n  ")
            file.write(("" if number == 0 else ",\n") + "  " + lines)
        file.write("\n ]\n}")


def _write_whatsapp(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for moment, who, text in said():
            file.write(f"{moment:%d/%m/%y, %H:%M} - person {who}: {text}\n")


def _write_wechat(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"])
        for moment, who, text in said():
            shown = moment.strftime("%Y-%m-%d %H:%M:%S")
            rows.writerow([shown, f"person {who}", f"wxid_{who}", "Bench", "1@chatroom", text])


class Message(msgspec.Struct):
    date_unixtime: str
    from_id: str


class Export(msgspec.Struct):
    messages: list[Message]


def _whole_file(state: State) -> tuple[int, int]:
    clock, days = DayClock("UTC"), {}
    for message in msgspec.json.decode(state.file.read_bytes(), type=Export).messages:
        day = days.setdefault(clock.day_of(int(message.date_unixtime)), [0, set()])
        day[0] += 1
        day[1].add(message.from_id)
    return _summed(days)


def _with_csv(state: State) -> tuple[int, int]:
    days: dict[Any, Any] = {}
    is_csv = state.file.suffix == ".csv"
    with (state.file if is_csv else state.plain).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            moment, who = row[0], row[2 if is_csv else 1]
            day = days.setdefault(moment[:10], [0, set()])
            day[0] += 1
            day[1].add(who)
    return _summed(days)


def _summed(days: dict[Any, Any]) -> tuple[int, int]:
    return sum(day[0] for day in days.values()), sum(len(day[1]) for day in days.values())


def outcome(state: State) -> dict[str, Any]:
    """Both count the same; and what the reader takes in a process that holds nothing else."""
    told = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, str(READER), str(state.file)],
        cwd=HOME,
        env=os.environ | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=True,
    )
    peak, *counted = map(int, told.stdout.split())
    size = state.file.stat().st_size / 2**20
    shutil.rmtree(state.folder)
    figures = {"file_mb": round(size), "messages": counted[0], "speakers": counted[1], "rss_mb": peak}
    if tuple(counted) != state.counted:
        return figures | {"broken": f"counted {counted}, and the floor {state.counted}"}
    return figures | ({"broken": f"the reader takes more than {MOST_MB} MB"} if peak > MOST_MB else {})


CSV_FLOOR = "csv.reader over the same messages, counted"
BENCHES = (
    Bench(
        "parse.telegram", 1.5, "msgspec decoding the whole file at once, counted",
        _made("result.json", _write_telegram), _whole_file, lambda state: read(state.file), outcome=outcome,
    ),
    Bench(
        "parse.whatsapp", 1.43, CSV_FLOOR,
        _made("chat.txt", _write_whatsapp), _with_csv, lambda state: read(state.file), outcome=outcome,
    ),
    Bench(
        "parse.wechat", 1.0, CSV_FLOOR,
        _made("chat.csv", _write_wechat), _with_csv, lambda state: read(state.file), outcome=outcome,
    ),
)  # fmt: skip
