"""What pages cost: their processor time against the least that a page can be, their statements against `SELECT 1`.

`web.list`, `web.dashboard` and `web.search` are measured with the groups of `--groups`, judged through a night;
`web.pages` with the demo, every page of it.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation

from community_ops.bench import sweep
from community_ops.bench.asking import MINIMAL, Asker, cost_of_pages, make_ready, milliseconds, p95, statements_noted
from community_ops.bench.measuring import Bench, Size
from community_ops.demo.loading import load_demo
from community_ops.screens.routes import ROUTES
from community_ops.screens.taking import session_of, visits_of
from groups.models import Group, Membership, Team, User
from groups.models.group import Layer, Lifespan, Monetization
from groups.rules.search_keys import grams_of, initials_of, sort_key_of

TIMES = 50  # requests or statements of a measured process
REPEATS = 20  # of each statement, in a round
FLOOR = "the minimal view behind the same middleware"
# What counts or adds up all groups that somebody sees, as they stand now: the fleet's day is of the last night, of no
# person's groups, and still counts what was closed today. May take this many milliseconds.
ROLLUPS = (
    "community_ops.insights.fleet.fleet_of",
    "community_ops.insights.fleet.states_now",
    "community_ops.insights.fleet.newly_at_risk",
    "community_ops.insights.fleet.states_by_day",
    "community_ops.insights.fleet.states_looked_after",
    "community_ops.insights.fleet.moves_of_week",
    "community_ops.insights.fleet.by_cause",
    "community_ops.group_list.counts_by_state",
    "groups.economics",
)
ROLLUP_MS = 100.0


@dataclass
class State:
    """Who asks, for which addresses."""

    asker: Asker
    addresses: list[str]
    rounds: int
    people: dict[str, Asker] = field(default_factory=dict)


def chinese_words() -> list[str]:
    """Words that names of groups are made of."""
    with translation.override("zh-hans"):
        words = [str(label) for kind in (Layer, Monetization, Lifespan) for label in kind.labels]
    return [word for word in words if not word.isascii() and " " not in word]


def prepare_fleet(size: Size) -> State:
    """Groups with Chinese names, judged through a night, and the administrator of their team who asks."""
    make_ready()
    fleet = sweep.prepare(size)
    sweep.night(fleet)
    user = User.objects.get(username="bench")
    User.objects.filter(pk=user.pk).update(is_administrator=True)
    Membership.objects.create(team=Team.objects.get(slug="bench"), user=user, role=Membership.Role.MANAGER)
    named, words = [], chinese_words()
    for n, group in enumerate(Group.objects.only("pk").order_by("pk")):
        group.name = f"{words[n % len(words)]}{words[n // 7 % len(words)]} {n}"
        group.grams, group.sort_key = grams_of(group.name), sort_key_of(group.name)
        group.initials = initials_of(group.name)
        named.append(group)
    Group.objects.bulk_update(named, ["name", "grams", "sort_key", "initials"], batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return State(Asker(session_of(user)), [reverse("group-list")], size.rounds)


def prepare_dashboards(size: Size) -> State:
    state = prepare_fleet(size)
    some = Group.objects.aggregate(last=Max("pk"))["last"]
    state.addresses = [
        reverse("home"),
        reverse("health-dashboard"),
        reverse("pnl-dashboard"),
        reverse("group-list"),
        reverse("case-board"),
        reverse("group-page", args=[some]),
    ]
    return state


def prepare_search(size: Size) -> State:
    state = prepare_fleet(size)
    state.addresses = [f"{reverse('search')}?{urlencode({'q': chinese_words()[0][:2]})}"]
    return state


def prepare_demo(size: Size) -> State:
    """Every page of the demo, each with the person who opens it there."""
    make_ready()
    load_demo(password=secrets.token_urlsafe(), now=timezone.now(), today=timezone.localdate())
    visits, _missing = visits_of([route for route in ROUTES if route.person])
    names = {visit.person for visit in visits}
    people = {name: Asker(session_of(User.objects.get(username=name))) for name in names}
    state = State(people["mgr"], [f"{visit.person} {visit.address}" for visit in visits], size.rounds, people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return state


def ask_minimal(state: State) -> None:
    for _ in range(TIMES):
        state.asker.get(MINIMAL)


def ask_pages(state: State) -> None:
    for n in range(TIMES):
        state.asker.get(state.addresses[n % len(state.addresses)])


def ask_demo(state: State) -> None:
    for each in state.addresses:
        person, _, address = each.partition(" ")
        state.people[person].get(address)


def select_one(state: State) -> None:
    with connection.cursor() as cursor:
        for _ in range(TIMES):
            cursor.execute("SELECT 1")


def cost_of_list(state: State) -> dict[str, Any]:
    """The list against the minimal view, by processor time of the web's process alone."""
    times = cost_of_pages(state.asker, state.addresses, TIMES * state.rounds)
    return {"ratio": times[state.addresses[0]]}


def cost_of_demo(state: State) -> dict[str, Any]:
    """The dearest page of the demo; `pages` has all, dearest first."""
    found: dict[str, float] = {}
    for person, asker in state.people.items():
        mine = [each.partition(" ")[2] for each in state.addresses if each.startswith(f"{person} ")]
        costs = cost_of_pages(asker, mine, 3 * state.rounds)
        found |= {f"{person} {address}": ratio for address, ratio in costs.items()}
    pages = dict(sorted(found.items(), key=lambda item: -item[1]))
    return {"ratio": max(pages.values()), "pages": pages}


def cost_of_statements(state: State) -> dict[str, Any]:
    """Each statement of the pages again and again, in turns with `SELECT 1`: p95 of both; ratio is that of the worst.

    Roll-ups of the whole fleet are told apart: they have a limit in milliseconds.
    """
    noted: dict[str, tuple[str, Any]] = {}
    for address in state.addresses:
        state.asker.get(address)
        of_page: dict[str, tuple[str, Any]] = {}
        with statements_noted(of_page):
            state.asker.get(address)
        noted |= {f"{address} {who}": statement for who, statement in of_page.items()}
    one: list[float] = []
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(REPEATS * state.rounds):
        for who, (sql, params) in noted.items():
            one.append(milliseconds("SELECT 1"))
            taken[who].append(milliseconds(sql, params))
    least = p95(one)
    tails = {who: p95(times) for who, times in taken.items()}
    rollups = {who: tail for who, tail in tails.items() if who.partition(" ")[2].startswith(ROLLUPS)}
    others = {who: tail for who, tail in tails.items() if who not in rollups}
    told: dict[str, Any] = {
        "ratio": round(max(others.values()) / least, 1),
        "select_1_p95_ms": round(least, 3),
        "statements": len(noted),
        "rollups_ms": _worst_of(rollups),
        "others_ms": _worst_of(others),
    }
    slow = [who for who, tail in rollups.items() if tail > ROLLUP_MS]
    return told | ({"broken": f"roll-ups above {ROLLUP_MS:.0f} ms: {', '.join(slow)}"} if slow else {})


def _worst_of(tails: dict[str, float], number: int = 15) -> dict[str, float]:
    worst = sorted(tails.items(), key=lambda item: -item[1])[:number]
    return {who: round(tail, 2) for who, tail in worst}


BENCHES = (
    Bench("web.list", 12.0, FLOOR, prepare_fleet, ask_minimal, ask_pages, outcome=cost_of_list),
    Bench("web.pages", 12.0, FLOOR, prepare_demo, ask_minimal, ask_demo, outcome=cost_of_demo),
    Bench(
        "web.dashboard", 5.0, "p95 of select 1", prepare_dashboards, select_one, ask_pages, outcome=cost_of_statements
    ),
    Bench("web.search", 5.0, "p95 of select 1", prepare_search, select_one, ask_pages, outcome=cost_of_statements),
)
