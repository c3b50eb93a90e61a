"""Plain functions that make tokens for tests, and send requests with them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from groups import tokens
from groups.models import Right, Team
from groups.tests.making import make_user


def make_token(*teams: Team, rights: list[str] | None = None, days: int = 90, **fields: Any) -> str:
    """The text of a new token for the teams, with all rights unless some are named."""
    now: datetime = fields.pop("now", timezone.now())
    made = {"name": "Night sync", "person": fields.pop("person", None) or make_user(teams[0])} | fields
    _token, text = tokens.make_token(
        rights=rights or Right.values,
        teams=teams,
        days=days,
        form_token=uuid4(),
        by=make_user(is_administrator=True),
        now=now,
        **made,
    )
    return text


def send(token: str, method: str, address: str, body: Any = None, **headers: str) -> Any:
    """The answer to a request below /api/v1/; a body that is no text is sent as JSON."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    called = {"headers": {"Authorization": f"Bearer {token}", "Accept-Language": "en"} | names}
    if method != "GET":
        called |= {"data": content, "content_type": "application/json"}
    return Client(raise_request_exception=False).generic(method, f"/api/v1/{address}", **called)
