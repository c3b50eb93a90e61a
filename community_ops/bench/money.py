"""Pages of money from the months of money against the same pages from the lines of the ledger.

Both sides run the same statements (groups.fleet_money) and differ in their source alone, so that the results must be
equal; a bench of unequal figures is not ok.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.db import connection

from community_ops.bench.measuring import Bench, Size
from groups import economics, fleet_money
from groups.fleet_money import Scope
from groups.models import CostCategory, Group, Plan, Team, User
from groups.money_of_spans import lines_of
from groups.rules.spans import Span, months_back

NOW = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
LAST_DAY = date(2025, 12, 31)
MONTHS = 24
LINES = 30  # of a group and month
TEAMS = 20
FLEET_FLOOR = "the same page from the lines of the ledger"
GROUP_FLOOR = "10 ms"
# One revenue line in three; costs under all roots. Amounts and days follow from the numbers, the same in every run.
FILL = """
    INSERT INTO groups_ledgerline
        (team_id, group_id, kind, category_id, "on", quantity, amount, goods_cost, currency, note, entered_at)
    SELECT g.team_id, g.id, CASE WHEN n %% 3 = 0 THEN 'revenue' ELSE 'cost' END,
        CASE WHEN n %% 3 = 0 THEN NULL ELSE (%(categories)s::bigint[])[1 + n %% 6] END,
        (%(month)s::date + (n %% 28)), CASE WHEN n %% 3 = 0 THEN NULL ELSE 1.5 END,
        ((g.id * 7919 + n * 104729) %% 100000) / 100.0,
        CASE WHEN n %% 6 = 0 THEN ((g.id * 31 + n * 17) %% 10000) / 100.0 END, 'CNY', '', now()
    FROM groups_group g CROSS JOIN generate_series(1, %(lines)s) n
"""

# All that the lines refer to is made here: checking millions of references would only make us wait.
WITHOUT_CHECKS = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'groups_ledgerline'::regclass AND contype = 'f'
        LOOP EXECUTE format('ALTER TABLE groups_ledgerline DROP CONSTRAINT %I', name); END LOOP;
    END $$
"""


@dataclass
class State:
    scope: Scope
    groups: list[int]
    answers: dict[str, Any] = field(default_factory=dict)


def prepare(size: Size) -> State:
    """Groups of some teams with a plan, and their lines of 24 months, a month a statement; then fresh statistics."""
    owners = User.objects.bulk_create([User(username=f"bench-{n}", display_name=f"Bench {n}") for n in range(TEAMS)])
    teams = Team.objects.bulk_create([Team(name=f"Bench {n}", slug=f"bench-{n}") for n in range(TEAMS)])
    layers, models = ("mass", "course", "vip"), ("repurchase", "paid_access", "flash_sale", "sponsorship")
    made = [
        Group(
            team=teams[n % TEAMS], owner=owners[n % TEAMS], platform="other", name=f"group-{n}", layer=layers[n % 3],
            opened_on=date(2024, 1, 1), created_at=NOW,
        )
        for n in range(size.groups)
    ]  # fmt: skip
    groups = Group.objects.bulk_create(made, batch_size=5000)
    Plan.objects.bulk_create(
        [
            Plan(
                group=group, team_id=group.team_id, monetization=models[n % 4], activity_kind="transaction",
                lifespan="lasting", starts_on=date(2024, 1, 1), made_at=NOW,
            )
            for n, group in enumerate(groups)
        ],
        batch_size=5000,
    )  # fmt: skip
    categories = [
        CostCategory.objects.create(
            root=root, name=f"{root} {n}", priced_by="hour" if root == "labour" else "amount"
        ).pk
        for root in ("acquisition", "labour", "operations")
        for n in range(2)
    ]
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_CHECKS)
        for back in range(MONTHS):
            told = {"categories": categories, "lines": LINES, "month": months_back(LAST_DAY, back)}
            cursor.execute(FILL, told)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    return State(Scope([team.pk for team in teams]), [group.pk for group in groups])


def fleet_page(state: State) -> list[Any]:
    """What the page of a month asks: this month and the one before by every dimension, the worst ten, the trend."""
    now = Span(LAST_DAY.replace(day=1), LAST_DAY)
    before = Span(months_back(LAST_DAY, 1), date(2025, 11, 30))
    return [
        fleet_money.totals_of(state.scope, now),
        fleet_money.whole_of(state.scope, before),
        fleet_money.rows_of(state.scope, now, losing=True, limit=10),
        fleet_money.months_of(state.scope, LAST_DAY, 12),
    ]


def fleet_page_from_lines(state: State) -> list[Any]:
    with (
        patch.object(fleet_money, "source_of", lines_of),
        patch.object(fleet_money, "trend_source", lambda span, ids: lines_of(span, "team_id", ids)),
    ):
        return fleet_page(state)


def fleet_outcome(state: State) -> dict[str, Any]:
    same = fleet_page(state) == fleet_page_from_lines(state)
    told = {"groups": len(state.groups), "months": MONTHS, "lines": len(state.groups) * MONTHS * LINES}
    return told | ({} if same else {"broken": "months and lines tell different figures"})


HUNDRED_GROUPS = 100


def hundred_groups(state: State) -> None:
    """A hundred pages of one group each, 24 months of it: one is too short to be measured."""
    step = max(len(state.groups) // HUNDRED_GROUPS, 1)
    for group_id in (state.groups * HUNDRED_GROUPS)[: HUNDRED_GROUPS * step : step]:
        economics.profit_and_loss([group_id], LAST_DAY, MONTHS)


def ten_milliseconds_each(state: State) -> None:
    with connection.cursor() as cursor:
        for _ in range(HUNDRED_GROUPS):
            cursor.execute("SELECT pg_sleep(0.01)")


BENCHES = (
    Bench("money.rollup", 0.02, FLEET_FLOOR, prepare, fleet_page_from_lines, fleet_page, outcome=fleet_outcome),
    Bench("money.group", 1.0, GROUP_FLOOR, prepare, ten_milliseconds_each, hundred_groups),
)
