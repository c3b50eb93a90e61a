"""A connection and its days, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from groups.models import Team, User
from groups.sealing import seal
from lifecycle.models import WecomConnection, WecomOwner
from lifecycle.tests.wecom.server import CHINA, CORP, SECRET, Chat
from lifecycle.wecom import runs, steps, working

NOW = datetime(2026, 11, 20, 10, 5, tzinfo=CHINA)
CALLBACK_TOKEN, CALLBACK_KEY = "callbacktoken", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def connected(**fields: Any) -> WecomConnection:
    """The connection with its secret."""
    return WecomConnection.objects.create(
        **{"corp_id": CORP, "sealed_secret": seal(SECRET.encode()), "connected_at": NOW} | fields
    )


def with_callbacks() -> WecomConnection:
    return connected(
        sealed_callback_token=seal(CALLBACK_TOKEN.encode()), sealed_callback_key=seal(CALLBACK_KEY.encode())
    )


def mapped(userid: str, team: Team, person: User, **fields: Any) -> WecomOwner:
    return WecomOwner.objects.create(
        **{"userid": userid, "team": team, "person": person, "registers": True, "first_seen_at": NOW} | fields
    )


def chat(owner: str, *others: str, joined: datetime = NOW - timedelta(days=30), **fields: Any) -> Chat:
    """A group with its owner and others, who all joined at the same time."""
    return Chat(owner, {userid: int(joined.timestamp()) for userid in (owner, *others)}, **fields)


def run_on(now: datetime) -> None:
    """The run of a day, to the end as far as it comes without waiting."""
    runs.open_due(now)
    work(now)


def work(now: datetime) -> None:
    ticks = iter(range(10_000))
    # Each reading of the clock is a little later, as it is in truth.
    clock = lambda: now + timedelta(milliseconds=next(ticks))  # noqa: E731
    for _ in range(200):
        if not working.work_for(5, clock) and not steps.waits(now + timedelta(minutes=1)):
            break
