"""A small company for tests that look at pages: groups that stand everywhere, with money, history and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from groups import ledger
from groups.models import Group, User
from groups.registration import search_keys_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.health import judge_groups
from lifecycle.models import CoverageSpan, HealthState, Source
from lifecycle.tests.cases.making import act, make_case, make_flag, make_standing

NAMES = ("Mothers east A", "Double 12 flash 3", "Reading circle VIP", "Trial camp 12", "Member day 2", "West lake 3")
STATES = (
    HealthState.DORMANT,
    HealthState.THRIVING,
    HealthState.UNKNOWN,
    HealthState.DECLINING,
    HealthState.MISSION_COMPLETE,
    HealthState.DEAD,
)


@dataclass(frozen=True)
class Scene:
    """`rich`: a group with everything on its page; `bare`: one of which nothing is known."""

    operator: User
    administrator: User
    rich: Group
    bare: Group


def make_scene() -> Scene:
    """Six groups of one team, judged yesterday, one of them by the health stage itself."""
    team = make_team(name="East")
    operator = make_user(team, display_name="Li Wei")
    administrator = make_user(display_name="Wang Fang", is_administrator=True)
    night = timezone.localdate() - timedelta(days=1)
    groups = [_group(team, operator, name, night) for name in NAMES]
    for group, state in zip(groups, STATES, strict=True):
        spark = [312, 280, -1, 190, 120, 60, 30, 12] if state != HealthState.UNKNOWN else [-1] * 8
        known = state != HealthState.UNKNOWN
        make_standing(
            group, state=state, day=night, spark=spark, members=312 if known else -1, acts_7=12 if known else -1,
            people_28=9 if known else -1, score=4000 if known else -1, evidence={"score": -1},
        )  # fmt: skip
    rich, bare = groups[0], groups[2]
    for back in range(150, -1, -1):
        if back % 29:
            members = list(range(1, 2 + back // 12)) if back > 16 else []
            act(rich, night - timedelta(days=back), members=members, messages=len(members) * 4)
    with transaction.atomic():
        judge_groups([rich.pk], night - timedelta(days=60), night, now=timezone.now())
    _money(rich, night)
    source = Source.objects.create(team=team, kind="telegram", name="Telegram")
    CoverageSpan.objects.create(
        group=rich, source=source, observed_from=night - timedelta(days=150), observed_until=night, known=8
    )
    make_flag(groups[5], cause="ad_overrun", evidence={"ad_share_14": 0.46})
    make_case(groups[5])
    return Scene(operator, administrator, rich, bare)


def _group(team, owner, name: str, night: date) -> Group:
    return make_group(
        team=team, owner=owner, name=name, theme="", opened_on=night - timedelta(days=260), tags=["east"],
        **search_keys_of(name, ""), plan_planned_net=Decimal(894), plan_planned_revenue=Decimal(3200),
        plan_weekly_hours=Decimal(5), plan_goal_people_28=20, plan_lifespan="bounded",
        plan_ends_on=night + timedelta(days=120),
    )  # fmt: skip


def _money(group: Group, night: date) -> None:
    hourly = make_category("labour", name="Community staff", priced_by="hour", default_price=Decimal(80))
    prizes = make_category("operations", name="Prizes and red packets")
    for back in (3, 33, 64):
        on = night - timedelta(days=back)
        make_line(group, "3200.00", goods_cost=Decimal(1920), on=on)
        make_line(group, None, quantity=Decimal("12.5"), category=hourly, on=on)
        make_line(group, "286.66", category=prizes, on=on, note="Thursday draw")
    make_line(group, "500.00", on=night)
    mistake = make_line(group, "5000.00", on=night, note="typed twice")
    ledger.reverse_line(line=mistake, reason="typed twice", by=None, now=timezone.now())
