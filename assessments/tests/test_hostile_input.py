"""Cases 47 and 55 for assessments: whatever stands in an address or a money field, nothing fails or is stored."""

import pytest
from django.urls import reverse

from assessments.tests.filling import EXAMPLE, page_address

pytestmark = pytest.mark.django_db
STRANGE = ("'", '"', "\0", "\x1b[0m", "pg_sleep(5)", "1; SELECT pg_sleep(5)--", "owner__password", "-1", "9" * 30, "%")


@pytest.mark.parametrize("text", STRANGE)
def test_whatever_stands_in_the_address_of_the_list(client, draft, text):
    for key in ("q", "verdict", "owner", "page"):
        assert client.get(reverse("assessment-list"), {key: text}).status_code in (200, 400), key
    assert client.get(reverse("assessment-compare"), {"ids": text}).status_code in (200, 400, 404)


def test_no_strange_amount_is_stored(client, draft):
    for typed in ("NaN", "Infinity", "1e400", "1_000", "-0.01", "1.2.3", "10000000000000000", "--", "¥"):
        costs = EXAMPLE["need/costs"] | {"cost_per_join": typed, "no_running": "on"}
        answer = client.post(page_address(draft, "need/costs"), costs)
        assert answer.status_code == 422, typed
        page = draft.pages.get()
        assert (page.answers, page.typed["cost_per_join"]) == ({}, [typed])
