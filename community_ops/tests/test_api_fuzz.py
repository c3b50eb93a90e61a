"""Case 64: whatever the schema of the API allows or forbids is answered as the schema says, and never by a failure."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from community_ops.tests.making_tokens import make_token
from groups.tests.making import make_group, make_team
from lifecycle.tests.cases.making import make_dying_group

YESTERDAY = timezone.localdate() - timedelta(days=1)
TRUE = {
    "date": YESTERDAY.isoformat(), "paid_on": YESTERDAY.isoformat(), "at": f"{YESTERDAY}T09:30:00+08:00",
    "group": "g-1", "name": "One", "number": "A-1", "amount": "12.50", "refund": None, "member": "m-1",
}  # fmt: skip

pytestmark = pytest.mark.django_db

WANTED = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip
# What a body holds too much is refused; names of a query that nobody knows are not read.
OF_BODIES = "negative_data_rejection"


@pytest.fixture
def answers(settings):
    """The WSGI application, whose requests leave the connection of the test open."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def likely(case, known: list[int]) -> None:
    """Of what the schema allows, what is also true: a group that is there, a day that has been, a name in letters."""
    if "pk" in case.path_parameters:
        case.path_parameters["pk"] = known[case.path_parameters["pk"] % len(known)]
    if isinstance(case.body, dict):
        case.body = {name: told for name, told in case.body.items() if name in ("rows", "shop")}
        case.body["rows"] = [
            {name: TRUE[name] for name in row if name in TRUE} | {name: row[name] for name in {"kind"} & set(row)}
            for row in case.body["rows"][:1]
        ]
        if "date" in case.body["rows"][0]:
            case.body["rows"][0]["messages"] = 7


def fuzz(application, examples: int) -> Counter:
    """Send so many requests of each operation and kind; returns how often which status came back."""
    load_all_checks()
    team = make_team()
    headers = {"Authorization": f"Bearer {make_token(team)}", "Accept-Language": "en", "Accept-Encoding": "identity"}
    known = [make_dying_group(team=team).pk, make_group(team=team).pk]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    seen: Counter[tuple[str, int]] = Counter()
    for operation in (found.ok() for found in schema.get_all_operations()):
        seen += requests(operation, GenerationMode.POSITIVE, headers, examples, lambda case: None)
        seen += requests(operation, GenerationMode.POSITIVE, headers, 3, lambda case: likely(case, known))
        seen += requests(operation, GenerationMode.NEGATIVE, headers, examples, lambda case: None)
    return seen


def requests(operation, mode: GenerationMode, headers: dict[str, str], examples: int, prepare) -> Counter:
    checks = CHECKS.get_by_names([*WANTED, OF_BODIES] if list(operation.body) else WANTED)
    seen: Counter[tuple[str, int]] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        prepare(case)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=checks, headers=headers)
        seen[f"{case.method} {case.operation.path}", answer.status_code] += 1

    ask()
    return seen


OPERATIONS = {
    "PUT /api/v1/activity/daily", "PUT /api/v1/orders", "POST /api/v1/members/events", "GET /api/v1/groups",
    "GET /api/v1/groups/{pk}/health",
}  # fmt: skip


@pytest.mark.parametrize("examples", [5, pytest.param(400, marks=pytest.mark.slow)])
def test_what_the_schema_allows_and_forbids_is_answered_as_it_says(answers, examples):
    """What it draws is seldom true as well (days to come, names of control letters), so a part is made so."""
    seen = fuzz(answers, examples)
    assert {operation for operation, status in seen if status == 200} == OPERATIONS, "each is also carried out"
    assert {operation for operation, status in seen if status == 422} >= {
        each for each in OPERATIONS if "GET" not in each
    }
    assert max(status for _operation, status in seen) < 500
