"""What people and machines send while everything dies: figures, orders and joins to the API, and files.

Each request is sent again, with its key, until it is taken; what was taken must be there in the end, once.
"""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Thread

ROWS = 20


@dataclass
class Taken:
    """What was acknowledged: messages by (key, day), cents by order number, joins by member."""

    messages: dict[tuple[str, str], int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    joins: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    waited: float = 0.0  # the longest until a request was taken, in seconds


class Traffic(Thread):
    """Sends one request after the other to `address`, until it is told to stop."""

    def __init__(self, address: str, token: str, keys: Sequence[str], days: Sequence[date], chance: random.Random):
        super().__init__(daemon=True)
        self.address, self.token, self.keys, self.days, self.chance = address, token, keys, days, chance
        self.taken, self.over = Taken(), Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            number = 0
            while not self.over.is_set():
                number += 1
                (self._figures, self._orders, self._joins)[number % 3](number)
                time.sleep(0.05)
        except BaseException as failure:
            self.failure = failure

    def stop(self) -> Taken:
        """Let the last request be taken. Raises what ended the thread before."""
        self.over.set()
        self.join(timeout=120)
        assert not self.is_alive(), "the last request was not taken within two minutes"
        if self.failure:
            raise self.failure
        return self.taken

    def _figures(self, number: int) -> None:
        day = self.chance.choice(self.days).isoformat()
        told = {key: self.chance.randrange(500) for key in self.chance.sample(list(self.keys), ROWS)}
        rows = [{"group": key, "date": day, "messages": messages} for key, messages in told.items()]
        self._send("PUT", "activity/daily", {"rows": rows}, f"figures-{number}")
        self.taken.messages |= {(key, day): messages for key, messages in told.items()}

    def _orders(self, number: int) -> None:
        told = {f"{number}-{place}": self.chance.randrange(1, 10**6) for place in range(ROWS)}
        day = self.chance.choice(self.days).isoformat()
        rows = [{"number": name, "paid_on": day, "amount": f"{cents / 100:.2f}"} for name, cents in told.items()]
        self._send("PUT", "orders", {"shop": "youzan", "rows": rows}, f"orders-{number}")
        self.taken.orders |= told

    def _joins(self, number: int) -> None:
        at = f"{self.chance.choice(self.days)}T09:30:00+08:00"
        told = {f"m-{number}-{place}" for place in range(ROWS)}
        rows = [{"group": self.keys[0], "kind": "join", "member": member, "at": at} for member in told]
        self._send("POST", "members/events", {"rows": rows}, f"joins-{number}")
        self.taken.joins |= told

    def _send(self, method: str, path: str, body: object, key: str) -> None:
        """Until it is taken. Raises what the API refuses for good."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        content = json.dumps(body).encode()
        began = time.monotonic()
        while True:
            request = urllib.request.Request(f"{self.address}/api/v1/{path}", content, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=15) as answer:
                    self.taken.answers[answer.status] += 1
                    self.taken.waited = max(self.taken.waited, time.monotonic() - began)
                    return
            except urllib.error.HTTPError as refused:
                self.taken.answers[refused.code] += 1
                if refused.code not in (409, 429, 500, 503):
                    raise AssertionError(f"{refused.code}: {refused.read()[:500]!r}") from refused
            except OSError:
                self.taken.answers[0] += 1
            assert time.monotonic() - began < 240, f"{key} was not taken"
            time.sleep(0.3)
