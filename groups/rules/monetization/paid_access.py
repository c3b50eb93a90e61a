"""Paid access: members pay to enter, and again to stay."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from groups.rules.monetization.inputs import (
    ExpectedLine,
    Inputs,
    Measure,
    ModelFacts,
    Notice,
    measured,
    money,
    percent,
)
from groups.rules.profit_and_loss import priced

RENEWAL_NOTICE_DAYS = 14  # before the day, people are asked to renew
RENEWAL_LATE_DAYS = 7  # so long after it the notice stays


@dataclass(frozen=True, kw_only=True)
class PaidAccess(Inputs):
    """`months` is how long one payment lasts; `payers` the paying members expected at a time."""

    KIND: ClassVar[str] = "paid_access"
    KPIS: ClassVar[tuple[str, ...]] = ("paying_members", "renewal_rate", "refund_rate", "promises_kept")
    LIFE: ClassVar[str] = "bounded_or_long"

    price: Decimal | None = money()
    months: int | None = measured(Measure.WHOLE, least=1, most=60)
    payers: int | None = measured(Measure.WHOLE, most=10_000_000)
    renewal: Decimal | None = percent()
    refund: Decimal | None = percent()

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """Entry fees a month after refunds: payers x price / months x (1 - refunds)."""
        month = None
        if self.price is not None and self.months is not None and self.payers is not None:
            kept = 1 - (self.refund or Decimal(0)) / 100
            month = priced(self.payers * kept / self.months, self.price)
        return (ExpectedLine("entry_fees", month), ExpectedLine("renewals", None))

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """Renewal is due from 14 days before the day that payments run out until a week after it."""
        due_on = self.renewal_near(facts)
        if due_on is None:
            return []
        return [Notice("renewal_due", {"due_on": due_on, "days": (due_on - facts.today).days})]

    def renewal_near(self, facts: ModelFacts) -> date | None:
        """The day on which payments run out, if it is near; without `months` that of the plan."""
        days = [facts.renewal_on] if facts.renewal_on and self.months is None else []
        if self.months is not None:
            passed = (facts.today.year - facts.from_on.year) * 12 + facts.today.month - facts.from_on.month
            terms = max(passed // self.months, 0)
            days = [months_after(facts.from_on, self.months * n) for n in (terms, terms + 1) if n > 0]
        near = [day for day in days if -RENEWAL_LATE_DAYS <= (day - facts.today).days <= RENEWAL_NOTICE_DAYS]
        return near[0] if near else None


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
