"""The schema of the API: what it names, and that whatever is sent to what it names is answered in words."""

from __future__ import annotations

import random
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from community_ops.tests.making_tokens import make_token, send
from groups.models import ShopOrder
from groups.tests.making import make_team
from lifecycle.models import DailyActivity, MemberEvent

pytestmark = pytest.mark.django_db

DAY = (timezone.localdate() - timedelta(days=1)).isoformat()
AT = f"{DAY}T09:30:00+08:00"


def test_the_schema_names_every_operation_with_its_right():
    schema = send("", "GET", "openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/v1/activity/daily", "/api/v1/orders", "/api/v1/members/events", "/api/v1/groups",
        "/api/v1/groups/{pk}/health",
    }  # fmt: skip
    assert all(each.get("security") for path in schema["paths"].values() for each in path.values())


ODD = [
    None,
    True,
    -1,
    0,
    7,
    1.5,
    10**30,
    "",
    "x",
    "7",
    "\0",
    "\ud800",
    "2026-02-30",
    DAY,
    AT,
    "1e5",
    "=1+1",
    "x" * 400,
    [],
    {},
    [[{}]],
]


def named(schema, at):
    """The properties of the body of an operation, and of each of its rows."""
    whole = schema["components"]["schemas"][at.rsplit("/", 1)[-1]]["properties"]
    row = schema["components"]["schemas"][whole["rows"]["items"]["$ref"].rsplit("/", 1)[-1]]
    return sorted(whole), sorted(row["properties"])


def test_every_operation_of_the_schema_refuses_odd_values_in_words(settings):
    """Case 64: drawn from the schema, so that a new operation or field is in it."""
    settings.API_REQUESTS_A_MINUTE = 10_000
    token, chance = make_token(make_team()), random.Random(64)
    schema = send("", "GET", "openapi.json").json()
    for path, operations in schema["paths"].items():
        address = path.removeprefix("/api/v1/").replace("{pk}", "999999")
        for method, told in operations.items():
            assert send("no token", method.upper(), address, {}).status_code == 401
            if "requestBody" not in told:
                names = [each["name"] for each in told.get("parameters", []) if each["in"] == "query"]
                asked = [
                    (f"{address}?{name}={quote(str(odd), errors='replace')}", None) for name in names for odd in ODD
                ]
            else:
                whole, row = named(schema, told["requestBody"]["content"]["application/json"]["schema"]["$ref"])
                bodies = [
                    {name: chance.choice(ODD) for name in chance.sample(row, min(len(row), 5))} for _ in range(25)
                ]
                asked = [(address, {"rows": [body, dict.fromkeys(row, odd)]}) for body in bodies for odd in ODD[:2]]
                asked += [(address, {name: odd}) for name in whole for odd in ODD]
            assert asked
            for where, body in asked:
                answer = send(token, method.upper(), where, body)
                assert answer.status_code in (200, 400, 404, 422), (where, body, answer.content)
                assert answer.status_code == 200 or answer.json()["error"]["code"], body
    assert not DailyActivity.objects.exists() and not ShopOrder.objects.exists() and not MemberEvent.objects.exists()
