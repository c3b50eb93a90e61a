"""Writes the hours that people worked for groups, as a labour cost line at the rate of that day, and the rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from groups import audit, ledger
from groups.dated_prices import ALWAYS, let_take_over
from groups.models import CostCategory, Group, HourlyRate, LedgerLine, Membership, User, WorkedHours
from groups.models.money import CostRoot

HOURS_OF_A_DAY = Decimal(24)


class NotByTheHour(ValueError):
    """Hours are entered under a labour category that is priced by the hour."""


class MoreThanADay(ValueError):
    """A person worked no more than 24 hours on a day; `left` are the hours that are left of it."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(str(left))
        self.left = left


class RateInThePast(ValueError):
    """A rate takes over today or later: hours of past days keep the rate that they were entered with."""


def categories_by_the_hour():
    """The categories that hours are entered under."""
    by_hour = CostCategory.PricedBy.HOUR
    return CostCategory.objects.offered().filter(root=CostRoot.LABOUR, priced_by=by_hour).order_by("name")


@dataclass(frozen=True, slots=True)
class Day:
    """Hours worked on a day, with the token that lets them be entered once."""

    on: date
    hours: Decimal
    token: UUID


@transaction.atomic
def log_hours(
    *,
    group: Group,
    person: User,
    on: date,
    hours: Decimal,
    category: CostCategory,
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> WorkedHours:
    """Enter hours of a person for a group on a day, once per token. To correct them take their line back.

    The cost is hours x the rate of the person on that day, else of their role in the team, else the default price of
    the category. Raises NotByTheHour, MoreThanADay, ledger.PriceUnknown, months.MonthClosed.
    """
    _check(category)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    stands = WorkedHours.objects.filter(line__token=token, group=group).first()
    if stands:
        return stands
    _check_left(hours_on(person, on), hours)
    line = ledger.enter_line(
        group=group,
        kind=LedgerLine.Kind.COST,
        on=on,
        category=category,
        quantity=hours,
        unit_price=rate_on(person, group.team_id, on),
        note=note,
        token=token,
        by=by,
        now=now,
    )
    return WorkedHours.objects.create(team_id=group.team_id, group=group, person=person, on=on, hours=hours, line=line)


@transaction.atomic
def log_days(
    *,
    group: Group,
    person: User,
    days: Sequence[Day],
    category: CostCategory,
    by: User | None,
    now: datetime,
) -> list[WorkedHours]:
    """Enter hours of a person for a group on many days, all or none, in a handful of statements.

    Returns those that were not there yet. Costs what `log_hours` says, and raises what it raises.
    """
    _check(category)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    there = set(LedgerLine.objects.filter(group=group, token__in=[day.token for day in days]).values_list("token"))
    fresh = [day for day in days if (day.token,) not in there]
    worked = Counter(dict(_hours_by_day(person, {day.on for day in fresh})))
    for day in fresh:
        _check_left(worked[day.on], day.hours)
        worked[day.on] += day.hours
    rates = rates_on(person, group.team_id, {day.on for day in fresh})
    lines = [
        {
            "kind": LedgerLine.Kind.COST,
            "on": day.on,
            "category": category,
            "quantity": day.hours,
            "unit_price": rates.get(day.on),
            "token": day.token,
        }
        for day in fresh
    ]
    entered = ledger.enter_lines(group=group, lines=lines, by=by, now=now)
    return WorkedHours.objects.bulk_create(
        WorkedHours(team_id=group.team_id, group=group, person=person, on=line.on, hours=line.quantity, line=line)
        for line in entered
    )


def _check(category: CostCategory) -> None:
    if category.root != CostRoot.LABOUR or category.priced_by != CostCategory.PricedBy.HOUR:
        raise NotByTheHour(str(category))


def _check_left(worked: Decimal, hours: Decimal) -> None:
    if hours > HOURS_OF_A_DAY - worked:
        raise MoreThanADay(HOURS_OF_A_DAY - worked)


def hours_on(person: User, day: date) -> Decimal:
    """The hours of a person on a day in all teams, without those taken back."""
    return dict(_hours_by_day(person, {day})).get(day, Decimal(0))


def _hours_by_day(person: User, days: Set[date]) -> Iterable[tuple[date, Decimal]]:
    rows = WorkedHours.objects.standing().filter(person=person, on__in=days).values("on")
    return rows.annotate(total=Sum("hours")).values_list("on", "total")


def rate_on(person: User, team_id: int, day: date) -> Decimal | None:
    """The rate of the person on a day, else of their role in the team; None where neither has one."""
    return rates_on(person, team_id, {day}).get(day)


def rates_on(person: User, team_id: int, days: Set[date]) -> dict[date, Decimal]:
    """`rate_on` for each of some days; a day without a rate is not in the answer."""
    roles = Membership.objects.filter(user=person, team=team_id).values("role")
    rates = HourlyRate.objects.filter(Q(person=person) | Q(role__in=roles))
    found = {}
    for rate in sorted(rates, key=lambda each: each.person_id is not None):  # one's own overrules that of the role
        found |= {day: rate.price for day in days if day in rate.valid}
    return found


@transaction.atomic
def set_rate(
    *, person: User | None, role: str, price: Decimal | None, since: date, by: User | None, now: datetime
) -> bool:
    """Let another rate of a person or a role take over from a day, yuan an hour; None = none from then on.

    The first rate of a person or role holds for every day before too. False if that rate holds then already. Raises
    RateInThePast for a day before today.
    """
    if since < timezone.localdate(now):
        raise RateInThePast(since.isoformat())
    with connection.cursor() as cursor:  # a role without a rate has no row to lock
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hourly rates'))")
    rates = HourlyRate.objects.filter(person=person, role=role)
    before = rates.filter(valid__contains=since).values_list("price", flat=True).first()
    if price == before:
        return False
    fresh = HourlyRate(person=person, role=role, set_at=now, set_by=by)
    if price is not None and not rates.exists():
        fresh.price, fresh.valid = price, ALWAYS
        fresh.save()
    else:
        let_take_over(rates, fresh, price=price, since=since)
    audit.record(
        verb="hourly rate set",
        thing=person or fresh,
        by=by,
        now=now,
        before={"role": role, "rate": None if before is None else str(before)},
        after={"role": role, "rate": None if price is None else str(price), "since": since.isoformat()},
    )
    return True


def hours_by_group(group_ids: Iterable[int], first: date, last: date) -> dict[int, Decimal]:
    """Hours worked for each group in a span; a group without any is not in the answer."""
    rows = WorkedHours.objects.standing().filter(group_id__in=list(group_ids), on__range=(first, last))
    return dict(rows.values("group_id").annotate(total=Sum("hours")).values_list("group_id", "total"))
