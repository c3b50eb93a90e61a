"""The partners of the demo and their placements, walked through the product's own writers."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from community_ops.demo.company import Company
from community_ops.demo.placement_days import placement_days
from community_ops.demo.roster import roster
from community_ops.demo.shapes import Shape
from groups import sponsorships
from groups.models import Partner, Placement

# team: name and whom they want to reach
PARTNERS = {
    "demo-south": (
        ("山屿露营", "带孩子周末出行的家庭"),
        ("豆芽绘本", "3 到 8 岁孩子的父母"),
        ("鲸落咖啡", "城市里爱探店的年轻人"),
        ("阿橘家清", "家庭日用采购的人"),
    ),
    "demo-content": (("墨方键盘", "做演示和写作的人"), ("一页纸文具", "手账和学习爱好者"), ("拾光云盘", "自由职业者")),
}
PAID_WITHIN = 12  # days; of what is younger, some is not paid yet
PRICES = (Decimal("1500.00"), Decimal("1800.00"), Decimal("2200.00"))


def place_sponsors(*, company: Company, now: datetime, today: date) -> int:
    """Partners and placements of five months and the weeks to come; returns how many placements."""
    partners = {
        slug: [
            sponsorships.add_partner(
                team=company.teams[slug], name=name, audience=audience, by=company.people["mgr"], now=now
            )
            for name, audience in rows
        ]
        for slug, rows in PARTNERS.items()
    }
    made = 0
    for shape in roster():
        for place, on in enumerate(placement_days(shape, today)):
            _place(company, shape, partners[shape.team], place, on, today, now)
            made += 1
    return made


def _place(
    company: Company, shape: Shape, partners: list[Partner], place: int, on: date, today: date, now: datetime
) -> None:
    number = shape.members // 18 + place
    per_result = number % 5 == 4
    owner = company.groups[shape.key].owner
    placement = sponsorships.plan_placement(
        group=company.groups[shape.key],
        partner=partners[number % len(partners)],
        on=on,
        paid_by="result" if per_result else "placement",
        price=Decimal("12.00") if per_result else PRICES[number % 3],
        over_cap_reason="新品首发档期改不了，群主已同意",
        token=uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{shape.key}/{on}"),
        by=owner,
        now=min(_noon(on - timedelta(days=10)), now),
    )
    if on >= today:
        return
    who = {"by": owner, "now": _noon(on)}
    if number % 11 == 7:
        sponsorships.cancel(placement=placement, reason="合作方缺货", **who)
        return
    placement = sponsorships.mark_done(placement=placement, results=90 + number * 7 % 60, **who)
    if (today - on).days > PAID_WITHIN or number % 3 == 0:
        _pay(placement, company, on)


def _pay(placement: Placement, company: Company, on: date) -> None:
    sponsorships.mark_paid(placement=placement, by=company.people["mgr"], now=_noon(on + timedelta(days=1)))


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=timezone.get_default_timezone())
