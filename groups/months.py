"""Closes and reopens the months of a team's ledger. Each is a row that stays; the ledger refuses lines of closed ones.

Who enters a line holds the month's lock shared until the line is committed, who closes it holds it alone: a line is
either in the month before it closes, or refused. The lock and the refusal are in the database too (migration 0033).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from groups import audit
from groups.models import LedgerLine, MonthTurn, Team, User
from groups.money_of_spans import net_of_lines
from groups.rules.months import is_over, last_day_of, month_of

ENTER = "SELECT pg_advisory_xact_lock_shared(hashtext('month of a team'), month_key(%s, %s))"
CLOSE = "SELECT pg_advisory_xact_lock(hashtext('month of a team'), month_key(%s, %s))"


class MonthClosed(ValueError):
    """The month takes no more lines; `month` is its first day."""

    def __init__(self, month: date) -> None:
        super().__init__(f"{month:%Y-%m} is closed")
        self.month = month


class MonthNotOver(ValueError):
    """A month is closed after its last day."""


class ReasonMissing(ValueError):
    """A month is reopened for a reason."""


def hold_open(team_id: int, day: date) -> None:
    """Keep the month of this day from closing until the transaction ends; MonthClosed if it is closed already."""
    month = month_of(day)
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [team_id, month])
    if is_closed(team_id, month):
        raise MonthClosed(month)


def is_closed(team_id: int, day: date) -> bool:
    """Whether the month of this day is closed."""
    return _turn(team_id, month_of(day)) % 2 == 1


@transaction.atomic
def close_month(*, team: Team, month: date, by: User | None, now: datetime) -> bool:
    """Take no more lines in the month; what it comes to is on record. False if it was closed already."""
    month = month_of(month)
    if not is_over(month, timezone.localdate(now)):
        raise MonthNotOver(f"{month:%Y-%m}")
    turn = _own(team, month)
    if turn % 2 == 1:
        return False
    lines = LedgerLine.objects.filter(team=team, on__range=(month, last_day_of(month)))
    sums = lines.aggregate(net=net_of_lines(), entered=Count("id"))
    MonthTurn.objects.create(
        team=team,
        month=month,
        turn=turn + 1,
        kind=MonthTurn.Kind.CLOSED,
        net=sums["net"],
        lines=sums["entered"],
        at=now,
        by=by,
    )
    after = {"month": f"{month:%Y-%m}", "net": str(sums["net"]), "lines": sums["entered"]}
    audit.record(verb="month closed", thing=team, by=by, now=now, after=after)
    return True


@transaction.atomic
def reopen_month(*, team: Team, month: date, reason: str, by: User | None, now: datetime) -> bool:
    """Take lines in the month again. False if it was open already; ReasonMissing without a reason."""
    month, reason = month_of(month), reason.strip()
    if not reason:
        raise ReasonMissing
    turn = _own(team, month)
    if turn % 2 == 0:
        return False
    MonthTurn.objects.create(
        team=team, month=month, turn=turn + 1, kind=MonthTurn.Kind.REOPENED, reason=reason, at=now, by=by
    )
    after = {"month": f"{month:%Y-%m}"}
    audit.record(verb="month reopened", thing=team, by=by, now=now, after=after, reason=reason)
    return True


def _own(team: Team, month: date) -> int:
    """Wait for everybody who is entering a line of the month; the number of its last turn."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [team.pk, month])
    return _turn(team.pk, month)


def _turn(team_id: int, month: date) -> int:
    found = MonthTurn.objects.filter(team_id=team_id, month=month).aggregate(last=Max("turn"))
    return found["last"] or 0
