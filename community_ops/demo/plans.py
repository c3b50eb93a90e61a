"""Fills assessments the way people fill them, page by page through the wizard's own forms, up to every verdict."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.utils import timezone

from assessments.choices import choices_for
from assessments.drafts import save_page, start_assessment
from assessments.forms import PageForm
from assessments.models import Assessment, Verdict
from assessments.registration import register_from_verdict
from assessments.rules.path import holds, walk
from assessments.steps import QUESTIONS, SECTIONS
from assessments.verdicts import ask_exception, decide, decide_exception, update_condition
from community_ops.demo.company import Company
from groups.models import CostCategory

Typed = dict[str, str | list[str]]

SNACKS: Typed = {
    "name": "零食会员复购群",
    "group_count": "4",
    "platform": "wecom",
    "purpose": "business",
    "reasons": ["deals", "service"],
    "shared_goal": "我们一起用最划算的价格囤好吃的",
    "evidence": "asked",
    "alternative": "no",
    "earns": "selling",
    "selling_kind": "repurchase",
    "sell_members": "2000",
    "sell_buyers": "8%",
    "sell_value": "240",
    "sell_orders": "1",
    "sell_margin": "40%",
    "cost_per_join": "6.5",
    "joins_per_month": "500",
    "one_off": "1.2万",
    "weekly_hours": "20",
    "hour_cost": "80",
    "product_traits": ["none"],
    "kind": "transaction",
    "signal_transaction": "buyers_7",
    "target": "8%",
    "content_sources": ["offers", "staff"],
    "content_supply": "over_12",
    "posts_per_day": "2",
    "quiet_from": "21:00",
    "quiet_to": "09:00",
    "review": "fortnightly",
    "span": "lasting",
    "mission": "连续三个月复购率到 30%，转为会员日常运营",
    "lasting_reasons": ["benefits", "service"],
    "layer": "course",
    "exit_plan": "now",
    "at_risk_after_days": "14",
    "revive_for_days": "14",
    "dissolve_after_days": "14",
}
# Every plan says only where it differs from the snacks.
TEA: Typed = {
    "name": "茶屿门店福利群",
    "group_count": "8",
    "sell_members": "3200",
    "sell_buyers": "22%",
    "sell_value": "21.5",
    "sell_orders": "3",
    "sell_margin": "55%",
    "cost_per_join": "1.2",
    "joins_per_month": "260",
    "one_off": "3000",
    "weekly_hours": "24",
    "layer": "mass",
    "promotion": "5%",
}
COURSE: Typed = {
    "name": "片语设计 32 期课程群",
    "group_count": "1",
    "reasons": ["learn", "peers"],
    "shared_goal": "我们一起四周做出一份拿得出手的演示",
    "earns": "paid",
    "paid_price": "399",
    "paid_months": "2",
    "paid_payers": "120",
    "paid_renewal": "20%",
    "paid_refund": "4%",
    "paid_delivery": "20%",
    "cost_per_join": "35",
    "joins_per_month": "60",
    "weekly_hours": "10",
    "product_traits": ["learning", "price"],
    "kind": "conversation",
    "signal_conversation": "speakers_7",
    "target": "12%",
    "content_sources": ["staff", "experts"],
    "span": "bounded",
    "mission": "八成学员交出结课作品",
}
COPYCAT: Typed = {
    "name": "便利店优惠券群（想照搬）",
    "group_count": "6",
    "reasons": ["deals"],
    "shared_goal": "",
    "evidence": "others",
    "alternative": "yes",
    "sell_members": "1200",
    "sell_buyers": "4%",
    "sell_value": "18",
    "sell_margin": "6%",
    "weekly_hours": "6",
    "lasting_reasons": ["none"],
    "exit_plan": "not_yet",
}
WALKERS: Typed = {
    "name": "西湖晨走同好群",
    "group_count": "1",
    "platform": "wechat",
    "purpose": "passion",
    "reasons": ["peers", "events"],
    "shared_goal": "我们一起每周走完一条老线路",
    "budget_cap": "300",
    "cost_per_join": "0",
    "joins_per_month": "6",
    "one_off": "",
    "weekly_hours": "3",
    "hour_cost": "0",
    "product_traits": ["organised"],
    "kind": "conversation",
    "signal_conversation": "speakers_7",
    "target": "15%",
    "content_sources": ["members", "staff"],
    "mission": "走完一百条线路，办一次影展",
    "lasting_reasons": ["organisation"],
    "layer": "none",
}


def fill_assessments(*, company: Company, now: datetime, today: date) -> dict[str, Assessment]:
    """Four decided assessments and two drafts; returns them by name."""
    people = company.people
    starts, ends = today + timedelta(days=10), today + timedelta(days=70)
    common = running_costs() | {"starts_on": f"{starts:%Y-%m-%d}", "ends_on": f"{ends:%Y-%m-%d}"}
    plans = (
        ("demo-east", "op", SNACKS | common, 30),
        ("demo-east", "demo-wangq", SNACKS | common | TEA, 26),
        ("demo-content", "demo-suny", SNACKS | common | COURSE, 20),
        ("demo-south", "demo-liuy", SNACKS | common | COPYCAT, 12),
        ("demo-east", "demo-chenj", SNACKS | common | WALKERS, 8),
    )
    made = {}
    for team, owner, typed, days_ago in plans:
        at = now - timedelta(days=days_ago)
        answered = typed | {"owner": str(people[owner].pk), "dissolution_approver": str(people["mgr"].pk)}
        assessment = fill(company, team, owner, answered, at)
        decide(assessment=assessment, token=uuid.uuid4(), by=people[owner], now=at, today=timezone.localdate(at))
        made[str(typed["name"])] = assessment
    _half_filled(company, common, now)
    _after_the_verdicts(company, made, now)
    return made


def running_costs() -> Typed:
    """Prizes and tools, 800 yuan a month each."""
    prizes = CostCategory.objects.get(name="奖品与红包", archived_at=None).pk
    tools = CostCategory.objects.get(name="工具软件", archived_at=None).pk
    return {
        "running-0-category": str(prizes),
        "running-0-amount": "800",
        "running-1-category": str(tools),
        "running-1-amount": "800",
    }


def fill(
    company: Company,
    team: str,
    owner: str,
    typed: Mapping[str, str | list[str]],
    now: datetime,
    pages: int | None = None,
) -> Assessment:
    by = company.people[owner]
    assessment = start_assessment(team=company.teams[team], by=by, now=now)
    others: dict[str, object] = {}
    done = 0
    for section in SECTIONS:
        for page in section.pages:
            if not holds(page.when, others) or (pages is not None and done >= pages):
                continue
            form = PageForm(page, others, choices_for(assessment, by), _sent(page, typed))
            if not form.is_valid():
                raise ValueError(f"{section.slug}/{page.slug}: {form.errors.as_json()}")
            save_page(
                assessment=assessment,
                section=section.slug,
                page=page.slug,
                typed=form.typed(),
                answers=form.answers(),
                version=0,
                by=by,
                now=now,
            )
            others = walk(QUESTIONS, others | form.answers())
            done += 1
    assessment.refresh_from_db()
    return assessment


def _sent(page, typed: Mapping[str, str | list[str]]) -> QueryDict:
    sent = QueryDict(mutable=True)
    keys = {question.key for question in page.questions}
    for name, value in typed.items():
        if name in keys or name.split("-")[0] in keys:
            sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def _half_filled(company: Company, common: Typed, now: datetime) -> None:
    """Two drafts that somebody will go on with."""
    mothers = SNACKS | common | {"name": "宝妈交流群（华东二期）", "owner": str(company.people["op"].pk)}
    fill(company, "demo-east", "op", mothers, now - timedelta(hours=20), pages=5)
    sponsors = SNACKS | common | {"name": "城市探店合作群", "owner": str(company.people["demo-huangx"].pk)}
    fill(company, "demo-south", "demo-huangx", sponsors, now - timedelta(days=3), pages=2)


def _after_the_verdicts(company: Company, made: Mapping[str, Assessment], now: datetime) -> None:
    """What followed: groups registered from verdicts, a condition met, an exception asked for."""
    people = company.people
    verdicts = {name: Verdict.objects.filter(assessment=assessment).latest("pk") for name, assessment in made.items()}
    register_from_verdict(
        verdict=verdicts["零食会员复购群"],
        token=uuid.uuid4(),
        name="零食会员复购 试点群",
        owner=people["op"],
        opened_on=timezone.localdate(now - timedelta(days=3)),
        by=people["op"],
        now=now - timedelta(days=3),
    )
    condition = verdicts["零食会员复购群"].conditions.order_by("place").first()
    if condition:
        update_condition(
            condition=condition,
            owner=condition.owner,
            due_on=condition.due_on,
            state="done",
            by=people["op"],
            now=now - timedelta(days=9),
        )
    exception = ask_exception(
        verdict=verdicts["便利店优惠券群（想照搬）"],
        reason="总部要求试点两周，已约定亏损上限 2,000 元，到期就散",
        by=people["demo-liuy"],
        now=now - timedelta(days=11),
    )
    decide_exception(override=exception, granted=False, by=people["mgr"], now=now - timedelta(days=10))
