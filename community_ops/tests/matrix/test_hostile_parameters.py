"""Case 47 and half of 35: whatever stands in the query of a page, it answers and runs nothing."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from community_ops.tests.matrix.entries import ENTRIES

pytestmark = pytest.mark.django_db

PAGES = [
    pytest.param(name, entry, id=f"{name}-{place}")
    for name, entries in ENTRIES.items()
    for place, entry in enumerate(entries)
    if entry.get["administrator"] == 200 and name not in ("logout",)
]
CANARY = "<img src=x onerror=alert(1)>"
VALUES = (
    f"\"'{CANARY}{{{{7*7}}}}",
    "1'; SELECT pg_sleep(9)--",
    "\0\x1f\ud7ff\u202e",
    "-99999999999999999999",
    "owner__password",
    "٣,NaN,1e400",
    "%",
)
# What lists, charts and filters of the product go by, beside what the page itself offers.
KNOWN = (
    "q", "sort", "order", "order_by", "page", "after", "before", "team", "owner", "month", "from", "until", "view",
    "columns", "group", "day", "week", "state", "cause", "open", "add", "ids", "next", "lang", "format", "_connector",
)  # fmt: skip
NAMES = re.compile(r'\sname="([A-Za-z_][\w-]*)"|[?&;]([a-z_][\w-]*)=')


def names_of(text: str) -> set[str]:
    """Every parameter that the page itself names, in a form or a link."""
    return {one or two for one, two in NAMES.findall(text)} - {"csrfmiddlewaretoken", "viewport"}


@pytest.mark.parametrize(("name", "entry"), PAGES)
def test_a_page_answers_any_query(world, browser_of, name, entry):
    """Once with the script in every parameter, then with the other values dealt out to them in turn."""
    client = browser_of("administrator")
    address = reverse(name, args=entry.of(world.own))
    page = client.get(address)
    text = page.text if not page.streaming and "text/html" in page["Content-Type"] else ""
    names = sorted(names_of(text) | set(KNOWN))
    script, *others = VALUES
    for asked in (
        dict.fromkeys(names, script),
        {each: others[place % len(others)] for place, each in enumerate(names)},
        {each: others[(place + 3) % len(others)] for place, each in enumerate(names)},
    ):
        answer = client.get(address, asked)
        if answer.status_code >= 500:
            pytest.fail(str([each for each in names if client.get(address, {each: asked[each]}).status_code >= 500]))
        assert answer.streaming or CANARY.encode() not in answer.content
