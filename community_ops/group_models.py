"""How a group earns, for its page: the models that hold, what they warn of, and the ones before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise

from groups import sponsorships
from groups.model_words import LIVES, Warned, input_rows, judged_by, promise_rows, warned
from groups.models import Group, LedgerLine, Plan, RevenueModel
from groups.rules.monetization.inputs import Inputs, ModelFacts
from groups.rules.monetization.kinds import inputs_of
from groups.rules.monetization.new_customer import NewCustomer
from lifecycle.models import DailyActivity

COST_DAYS = 30


@dataclass(frozen=True)
class ShownModel:
    """A model that holds or is to come: what it promises, what judges it, and what to act on."""

    row: RevenueModel
    is_coming: bool
    life: str | Promise
    judged: str
    inputs: list[tuple[str | Promise, str]]
    promises: list[tuple[str | Promise, str]]
    warnings: list[Warned]


@dataclass(frozen=True)
class ModelsOfGroup:
    """`current`: those that hold or come, the main one first; `past`: those that ended, the latest first."""

    current: list[ShownModel]
    past: list[RevenueModel]


def models_of(group: Group, plan: Plan | None, members: int | None, today: date) -> ModelsOfGroup:
    """Two to four queries, whatever the number of models. A closed group is warned of nothing."""
    rows = list(RevenueModel.objects.live().filter(group=group).order_by("-is_main", "-from_on", "-pk"))
    current = [row for row in rows if row.until_on is None or row.until_on > today]
    past = sorted((row for row in rows if row not in current), key=lambda row: row.from_on, reverse=True)
    typed = [(row, inputs_of(row.kind, row.inputs)) for row in current]
    facts = Facts(group, plan, members, today)
    return ModelsOfGroup([_shown(row, inputs, facts) for row, inputs in typed], past)


def _shown(row: RevenueModel, inputs: Inputs, facts: Facts) -> ShownModel:
    is_coming = row.from_on > facts.today
    silent = is_coming or facts.group.closed_on is not None
    return ShownModel(
        row=row,
        is_coming=is_coming,
        life=LIVES[inputs.LIFE],
        judged=judged_by(inputs),
        inputs=input_rows(inputs),
        promises=promise_rows(inputs, facts.members),
        warnings=[] if silent else [warned(notice) for notice in inputs.notices(facts.of(row, inputs))],
    )


@dataclass(frozen=True)
class Facts:
    """Asks the tables for what the rules of a model want to know; each question only for the kind that asks it."""

    group: Group
    plan: Plan | None
    members: int | None
    today: date

    def of(self, row: RevenueModel, inputs: Inputs) -> ModelFacts:
        orders, adverts, first_sold_on = self._sold_early(row.from_on, inputs)
        costs, revenue = self._money() if row.kind == "none" else (None, None)
        return ModelFacts(
            today=self.today,
            from_on=row.from_on,
            until_on=row.until_on,
            ends_on=self.plan.ends_on if self.plan else None,
            renewal_on=self.plan.renewal_on if self.plan else None,
            members=self.members,
            orders_early=orders,
            adverts_early=adverts,
            first_sold_on=first_sold_on,
            costs_30=costs,
            revenue_30=revenue,
            placements=sponsorships.placements_in_month(self.group, self.today) if row.kind == "sponsorship" else 0,
            placements_cap=self.plan.placements_per_month if self.plan else None,
        )

    def _sold_early(self, from_on: date, inputs: Inputs) -> tuple[int | None, int | None, date | None]:
        """(orders, adverts, first day with any of them) of the content days; None where nobody looked."""
        if not isinstance(inputs, NewCustomer) or not inputs.content_days:
            return None, None, None
        days = DailyActivity.objects.filter(
            group_id=self.group.pk, day__gte=from_on, day__lt=from_on + timedelta(days=inputs.content_days)
        ).only("day", "known", "orders", "ads")
        seen = [(row.day, row.count("orders"), row.count("ads")) for row in days.order_by("day")]
        orders = [count for _day, count, _adverts in seen if count is not None]
        adverts = [count for _day, _orders, count in seen if count is not None]
        sold = [day for day, orders_of_day, adverts_of_day in seen if orders_of_day or adverts_of_day]
        return sum(orders) if orders else None, sum(adverts) if adverts else None, sold[0] if sold else None

    def _money(self) -> tuple[Decimal | None, Decimal | None]:
        """(costs, revenue) of 30 days, yuan; None without any line."""
        lines = LedgerLine.objects.filter(
            group=self.group, on__gt=self.today - timedelta(days=COST_DAYS), on__lte=self.today
        ).aggregate(
            costs=Sum("amount", filter=Q(kind="cost")), revenue=Sum("amount", filter=Q(kind="revenue")), n=Count("id")
        )
        return lines["costs"], lines["revenue"]
