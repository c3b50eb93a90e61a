"""Case 31: every address x method x person, on things of the team `own`. Generated: a new address or action fails until
it has an entry. Who is refused writes nothing, and looking writes nothing."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from community_ops.tests.digest import changed_tables, digest_of_tables
from community_ops.tests.matrix.entries import ENTRIES
from community_ops.tests.matrix.world import PEOPLE
from lifecycle.views.cases.actions import PAGES

pytestmark = pytest.mark.django_db  # so that a choice of these tests alone also finds its database

REFUSED = (403, 404, 405)
LISTS = (
    "home",
    "group-list",
    "assessment-list",
    "case-board",
    "import-list",
    "coverage",
    "health-dashboard",
    "order-list",
    "pnl-groups",
    "member-list",
    "placement-calendar",
    "partner-list",
    "placement-new",
)
COUNTERS = {"groups_attempts"}  # that somebody tried an address of a secret is counted, whatever it answers
CELLS = [
    pytest.param(name, entry, method, id=f"{name}-{place}-{method}")
    for name, entries in ENTRIES.items()
    for place, entry in enumerate(entries)
    for method in ("get", "post")
]


def addresses(patterns) -> set[str]:
    names = set()
    for pattern in patterns:
        names |= {pattern.name} if isinstance(pattern, URLPattern) else addresses(pattern.url_patterns)
    return names


def test_every_address_has_an_entry():
    assert set(ENTRIES) == addresses(get_resolver().url_patterns)


def test_every_action_on_a_case_has_an_entry(world):
    words = {entry.of(world.own)[1] for entry in ENTRIES["case-action"]}
    remedies = {"revive", "migrate", "dissolve", "farewell"}
    assert set(PAGES) | remedies <= words | {"decide"}


@pytest.mark.parametrize(("name", "entry", "method"), CELLS)
def test_the_matrix(world, browser_of, name, entry, method):
    address = reverse(name, args=entry.of(world.own))
    expected = getattr(entry, method)
    without_effect = [person for person in PEOPLE if method == "get" or refuses(expected[person], person)]
    found = {}
    before = digest_of_tables()
    for person in without_effect:
        found[person] = getattr(browser_of(person), method)(address).status_code
    assert changed_tables(before, digest_of_tables()) <= COUNTERS
    for person in set(PEOPLE) - set(without_effect):
        found[person] = getattr(browser_of(person), method)(address).status_code
    assert found == expected


def refuses(code: int, person: str) -> bool:
    return code in REFUSED or (code == 302 and person in ("nobody", "disabled"))


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_the_things_of_the_own_team_only(world, browser_of, name):
    for person in ("operator", "manager"):
        page = browser_of(person).get(reverse(name)).content.decode()
        assert "Foreign" not in page, person
    everything = browser_of("administrator").get(reverse(name)).content.decode()
    if name not in ("home", "health-dashboard", "pnl-groups"):
        assert "Own" in everything and "Foreign" in everything
