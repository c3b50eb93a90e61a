"""Case 31 from the other side: every address with every mixture of ids of the own and of another team, and the API too.

The matrix asks strangers for what is ours. Here our people ask for what is theirs, also where only one of several
ids in an address is: a line of another group below the own group, a step of another case below the own case.
"""

from __future__ import annotations

from itertools import product

import pytest
from django.urls import reverse

from community_ops.api.routes import OPERATIONS, PREFIX
from community_ops.tests.digest import changed_tables, digest_of_tables
from community_ops.tests.making_tokens import make_token, send
from community_ops.tests.matrix.entries import ENTRIES
from community_ops.tests.matrix.test_matrix import COUNTERS

pytestmark = pytest.mark.django_db

CLOSED = {403, 404, 405}
# Whoever has the link of an invitation comes in by it, and is told apart by its secret alone; any secret of no report
# answers alike.
OF_ANYBODY = {"join", "join-link"}
STRANGER_OF = {"operator": "stranger", "manager": "strange_manager"}
ADDRESSES = [
    pytest.param(name, entry, id=f"{name}-{place}")
    for name, entries in ENTRIES.items()
    for place, entry in enumerate(entries)
    if entry.of.__name__ != "nothing" and name not in OF_ANYBODY
]


def mixtures(own: list, foreign: list) -> list[list]:
    """Every choice of own and foreign ids with at least one that is foreign."""
    return [list(each) for each in dict.fromkeys(product(*zip(own, foreign, strict=True))) if list(each) != own]


@pytest.mark.parametrize(("name", "entry"), ADDRESSES)
def test_nothing_of_another_team_is_reached(world, browser_of, name, entry):
    own, foreign = entry.of(world.own), entry.of(world.foreign)
    before = digest_of_tables()
    for ids in mixtures(own, foreign):
        for person, stranger in STRANGER_OF.items():
            for method in ("get", "post"):
                found = getattr(browser_of(person), method)(reverse(name, args=ids)).status_code
                told = {getattr(entry, method)[stranger]} if ids == foreign else CLOSED
                assert found in told, (person, method, ids)
    assert changed_tables(before, digest_of_tables()) <= COUNTERS


@pytest.mark.parametrize("route", OPERATIONS, ids=lambda route: route.name)
def test_a_token_reaches_nothing_of_another_team(world, route):
    """Of a foreign id and of one that never was, the answer is the same."""
    token = make_token(world.own.team)
    path = str(route.pattern)
    if "<int:pk>" in path:
        codes = [
            send(token, "GET", path.replace("<int:pk>", str(pk))).status_code
            for pk in (world.own.group.pk, world.foreign.group.pk, 10**9)
        ]
        assert codes == [200, 404, 404]
    elif route.name == "api-groups":
        own, foreign, none = (
            send(token, "GET", f"groups?team={slug}") for slug in (world.own.team.slug, world.foreign.team.slug, "none")
        )
        assert "Own group" in own.text and "Foreign" not in own.text
        assert (foreign.status_code, foreign.content.replace(world.foreign.team.slug.encode(), b"none")) == (
            none.status_code,
            none.content,
        )
    else:
        method = "POST" if route.name == "api-member-events" else "PUT"
        before = digest_of_tables()
        answer = send(token, method, path, {"team": world.foreign.team.slug, "rows": [{}]})
        assert answer.status_code in (404, 422), PREFIX + path
        assert changed_tables(before, digest_of_tables()) <= COUNTERS | {"groups_apitoken"}
