"""What people of the demo changed since in how their groups earn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from community_ops.demo.company import Company
from groups import monetization
from groups.models import Group, User
from groups.rules.monetization.inputs import Inputs
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship


def change_models(*, company: Company, now: datetime, today: date) -> None:
    """What people changed since: sponsors beside the courses, dearer teas, readers who pay by the half year."""
    suny, wangq, hek = (company.people[name] for name in ("demo-suny", "demo-wangq", "demo-hek"))
    for key in ("ppt-mass-1", "ppt-mass-2"):
        monetization.put_beside(
            group=company.groups[key],
            inputs=Sponsorship(paid_by="result", price=Decimal("4.50"), cap=1, audience="roughly"),
            from_on=today - timedelta(days=96),
            reason="软件厂商赞助直播工作坊",
            by=suny,
            now=now - timedelta(days=96),
        )
    tea = company.groups["tea-02"]
    _change(tea, Repurchase(
        members=264, buyers=Decimal(20), orders=Decimal(3), order_value=Decimal("23.50"), margin=Decimal(55),
        member_day=18,
    ), "新品提价，重估复购", 41, wangq, now, today)  # fmt: skip
    readers = company.groups["read-2"]
    _change(readers, PaidAccess(
        price=Decimal("269.00"), months=6, payers=52, renewal=Decimal(40), refund=Decimal(2)
    ), "改成半年一付", 75, hek, now, today)  # fmt: skip


def _change(group: Group, inputs: Inputs, reason: str, days_ago: int, by: User, now: datetime, today: date) -> None:
    monetization.change_main(
        group=group,
        inputs=inputs,
        from_on=today - timedelta(days=days_ago),
        expects=monetization.main_of(group).pk,
        reason=reason,
        by=by,
        now=now - timedelta(days=days_ago),
    )
