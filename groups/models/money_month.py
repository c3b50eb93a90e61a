"""What the ledger adds up to by group and month, and which part of the revenue would have come without the group."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.people import Team, User


class MoneySums(models.Model):
    """Yuan: the columns of MonthResult under the same names. Whoever sums money by month has them all."""

    month = models.DateField()  # its first day
    revenue = models.DecimalField(max_digits=16, decimal_places=2)
    goods_cost = models.DecimalField(max_digits=16, decimal_places=2)
    revenue_without_goods_cost = models.DecimalField(max_digits=16, decimal_places=2)
    acquisition = models.DecimalField(max_digits=16, decimal_places=2)
    labour = models.DecimalField(max_digits=16, decimal_places=2)
    operations = models.DecimalField(max_digits=16, decimal_places=2)
    hours = models.DecimalField(max_digits=14, decimal_places=2)
    lines = models.IntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class MoneyMonth(MoneySums):
    """One group and calendar month.

    Written by triggers of the ledger alone (migration 0040), in the transaction of the line: always in step, to the
    fen. A month without a line has no row.
    """

    pk = models.CompositePrimaryKey("group_id", "month")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a month of money begins on its first day", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month", "team"], name="money_of_a_month")]  # fleet_money


class TeamMoneyMonth(MoneySums):
    """One team and calendar month, written as MoneyMonth is: trends read these few rows, not one of each group."""

    pk = models.CompositePrimaryKey("team_id", "month")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a month of a team begins on its first day", condition=Q(month__day=1)),
        ]


class ExistingBuyers(models.Model):
    """From a month on, the share of a group's revenue that existing customers would have spent without the group.

    Rows are added, never edited: of several for one month the last entered holds.
    """

    group = models.ForeignKey(Group, models.PROTECT, related_name="existing_buyers")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    from_month = models.DateField(_("From month"))
    percent = models.DecimalField(_("Share of revenue (%)"), max_digits=5, decimal_places=2)
    basis = models.CharField(_("How it was found"), max_length=240)
    token = models.UUIDField(unique=True, editable=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a share of existing buyers lies within 0 and 100", condition=Q(percent__range=(0, 100))
            ),
            models.CheckConstraint(name="a share of existing buyers says its basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="a share of existing buyers begins with a month", condition=Q(from_month__day=1)
            ),
        ]
        indexes = [models.Index(fields=["group", "from_month"], name="existing_buyers_of_a_group")]
