"""Keeps the demo company's books: hours by the week, refunds, recurring lines, a shared cost, closed months."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from community_ops.allocation_pages import groups_of, weights_of
from community_ops.demo.company import Company
from community_ops.demo.roster import roster
from community_ops.demo.shapes import DEAD
from groups import allocation, cost_categories, labour, ledger, months, recurring
from groups.models import Allocation, CostCategory, LedgerLine
from groups.rules.months import month_of
from lifecycle.known_members import members_on

WEEKS_LOGGED = 4
WEEK = timedelta(days=7)
MOST_A_WEEK = Decimal(38)  # hours that a person logs, however many groups wait
QUARTER = Decimal("0.25")
REFUNDS = 6
ADVERTISED = 12  # groups


def hours_since(today: date) -> date:
    """The Monday from which hours are logged by the week; before it half a month has one line."""
    return today - timedelta(days=today.weekday()) - WEEKS_LOGGED * WEEK


def set_prices(*, categories: dict[str, CostCategory], company: Company, today: date, now: datetime) -> None:
    """Two categories below another, and a rate that rises on the first of the month after next week."""
    adm = company.people["adm"]
    for name in ("短视频投放", "搜索投放"):
        if not CostCategory.objects.filter(name=name, archived_at=None).exists():
            made = cost_categories.add_category(
                root="acquisition", name=name, priced_by="amount", default_price=None,
                parent=categories["广告投放"], by=adm, now=now,
            )  # fmt: skip
            CostCategory.objects.filter(pk=made.pk).update(is_demo=True)
    staff = CostCategory.objects.filter(pk=categories["运营专员"].pk, is_demo=True).first()
    if staff:
        rises_on = month_of(month_of(today + WEEK) + timedelta(days=31))
        cost_categories.set_price(category=staff, price=Decimal("85.00"), since=rises_on, by=adm, now=now)


def keep_books(*, company: Company, categories: dict[str, CostCategory], today: date, now: datetime) -> None:
    """Everything beside the monthly lines. Members must be known already, since shares and fees go by them."""
    _log_hours(company, categories["运营专员"], today, now)
    _advertise(company, today, now)
    _give_back(company, today, now)
    _let_come_back(company, categories, today, now)
    _share(company, categories["工具软件"], today, now)
    _close(company, today, now)


def _log_hours(company: Company, category: CostCategory, today: date, now: datetime) -> None:
    """What each group needs, on a weekday of its own; nobody logs more than a week has."""
    shapes = [shape for shape in roster() if shape.life != DEAD]
    needed: dict[str, Decimal] = defaultdict(Decimal)
    for shape in shapes:
        needed[shape.owner] += shape.weekly_hours
    for place, shape in enumerate(shapes):
        group, person = company.groups[shape.key], company.people[shape.owner]
        hours = _quarters(shape.weekly_hours * min(1, MOST_A_WEEK / needed[shape.owner]))
        weeks = {week: hours_since(today) + week * WEEK + timedelta(days=place % 5) for week in range(WEEKS_LOGGED + 1)}
        days = [
            labour.Day(on, hours, _token(f"{shape.key}/hours {week}"))
            for week, on in weeks.items()
            if group.opened_on <= on < today
        ]
        labour.log_days(group=group, person=person, days=days, category=category, by=person, now=now)


def _advertise(company: Company, today: date, now: datetime) -> None:
    """What it cost to bring buyers into the selling groups, this month and the last."""
    videos = CostCategory.objects.get(name="短视频投放", archived_at=None)
    selling = [shape for shape in roster() if shape.order_value and shape.life != DEAD][:ADVERTISED]
    for back in (0, 1):
        on = month_of(today) if not back else month_of(month_of(today) - timedelta(days=1))
        for place, shape in enumerate(selling):
            group = company.groups[shape.key]
            if group.opened_on <= on:
                ledger.enter_line(
                    group=group, kind="cost", category=videos, on=on, amount=Decimal(180 + place * 35),
                    note="同城短视频引流", token=_token(f"{shape.key}/adverts {on}"), by=group.owner, now=now,
                )  # fmt: skip


def _give_back(company: Company, today: date, now: datetime) -> None:
    """Some customers got their money back this month."""
    sales = LedgerLine.objects.filter(team__in=company.teams.values(), kind="revenue", amount__gte=1000)
    for line in sales.exclude(note="合作投放 1 次").order_by("-on", "group__external_id")[:REFUNDS]:
        ledger.refund_line(
            line=line, amount=Decimal("98.00"), on=today, goods_returned=True, note="包装破损，退货退款",
            token=_token(f"refund/{line.token}"), by=line.entered_by, now=now,
        )  # fmt: skip


def _let_come_back(company: Company, categories: dict[str, CostCategory], today: date, now: datetime) -> None:
    """A tool every month, a workshop every week, a fee per member; one of a group that nobody watches waits."""
    first = month_of(today)
    promises = (
        ("tea-01", "工具软件", {"measure": "amount", "amount": Decimal("39.00")}, "monthly", "群机器人月费"),
        ("mom-01", "场地租赁", {"measure": "quantity", "quantity": Decimal(1)}, "monthly", "亲子活动室"),
        ("spon-02", "工具软件", {"measure": "members", "unit_price": Decimal("0.10")}, "weekly", "按成员收的工具费"),
    )
    silent = next(shape.key for shape in roster() if shape.life == "no_data")
    for key, name, figures, rhythm, note in (*promises, (silent, *promises[2][1:])):
        group = company.groups[key]
        recurring.add_recurring(
            group=group, kind="cost", category=categories[name], rhythm=rhythm, starts_on=first, note=note,
            token=_token(f"{key}/{note}"), by=group.owner, now=now, **figures,
        )  # fmt: skip
    recurring.enter_due(today=today, now=now, members_on=members_on)


def _share(company: Company, category: CostCategory, today: date, now: datetime) -> None:
    """The contract of the customer service system, over the groups of one team by their members."""
    team, on = company.teams["demo-east"], today - timedelta(days=1)
    groups = groups_of(team, on)
    weights = weights_of(Allocation.Basis.MEMBERS, [group.pk for group in groups], on)
    bearers = [allocation.Bearer(group.pk, weights.get(group.pk)) for group in groups]
    total = Decimal("2400.00")
    allocation.allocate(
        team=team, category=category, total=total, on=on, basis=Allocation.Basis.MEMBERS,
        parts=allocation.parts_of(total, bearers), note="客服系统本月费用",
        token=_token(f"share/{on}"), by=company.people["mgr"], now=now,
    )  # fmt: skip


def _close(company: Company, today: date, now: datetime) -> None:
    """The month before the last is done everywhere; one team had to open it again."""
    month = month_of(month_of(month_of(today) - timedelta(days=1)) - timedelta(days=1))
    mgr = company.people["mgr"]
    for team in company.teams.values():
        months.close_month(team=team, month=month, by=mgr, now=now)
    south = company.teams["demo-south"]
    months.reopen_month(team=south, month=month, reason="补记一张迟到的投放发票", by=mgr, now=now)


def _quarters(hours: Decimal) -> Decimal:
    return max((hours / QUARTER).to_integral_value() * QUARTER, QUARTER)


def _token(what: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{what}")
