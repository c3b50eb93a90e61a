"""Cost categories under three fixed roots, and the ledger of what groups cost and earn."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.people import Team, User


def own_currency() -> str:
    """The currency of a new line: that of the installation."""
    return settings.CURRENCY


class CostRoot(models.TextChoices):
    ACQUISITION = "acquisition", _("Acquisition cost")
    LABOUR = "labour", _("Labour cost")
    OPERATIONS = "operations", _("Running cost")


UNITS: dict[str, str | Promise] = {"person": _("/ person"), "hour": _("/ hour"), "occasion": _("/ occasion")}


class CategoryQuerySet(models.QuerySet):
    def offered(self):
        """Those that new lines may be entered under."""
        return self.filter(archived_at=None)

    def priced_on(self, day: date):
        """With `default_price`: yuan a unit on this day, or None."""
        prices = CategoryPrice.objects.filter(category=OuterRef("pk"), valid__contains=day)
        return self.annotate(default_price=Subquery(prices.values("price")[:1]))

    def with_next_price(self, day: date):
        """With `next_price` and `next_price_on`: the one that takes over after this day, if one is planned."""
        later = CategoryPrice.objects.filter(category=OuterRef("pk"), valid__startswith__gt=day).order_by("valid")
        return self.annotate(
            next_price=Subquery(later.values("price")[:1]),
            next_price_on=Subquery(later.values("valid__startswith")[:1]),
        )


class CostCategory(models.Model):
    """A category that administrators make below one of the three roots, or below another category of that root.

    Archived, never deleted. Serves all teams. The database refuses a category that is below itself.
    """

    class PricedBy(models.TextChoices):
        AMOUNT = "amount", _("By amount")
        PERSON = "person", _("Per person")
        HOUR = "hour", _("Per hour")
        OCCASION = "occasion", _("Per occasion")

    root = models.CharField(_("Root"), max_length=11, choices=CostRoot)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("Category"), max_length=60)
    priced_by = models.CharField(_("Priced"), max_length=8, choices=PricedBy, default=PricedBy.AMOUNT)
    archived_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root", "name"],
                condition=Q(archived_at=None),
                name="a live category name is used once per root",
            ),
        ]
        ordering = ["root", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> str | Promise:
        """What its price is for, as written behind the price."""
        return UNITS.get(self.priced_by, "")


class CategoryPrice(models.Model):
    """What a unit of a category costs from one day until another; lines keep the price that they were entered with."""

    category = models.ForeignKey(CostCategory, models.CASCADE, related_name="prices")
    price = models.DecimalField(max_digits=14, decimal_places=2)
    # Half open, [first day, day after the last); without a lower bound it holds since ever.
    valid = DateRangeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a category has one price on a day",
                expressions=[("category", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="a default price is not negative", condition=Q(price__gte=0, price__lt=10**12)),
            models.CheckConstraint(name="a price holds for a day at least", condition=Q(valid__isempty=False)),
        ]


class LedgerLine(models.Model):
    """One amount that a group earned or cost on a day. Lines are reversed by another line, never edited."""

    class Kind(models.TextChoices):
        REVENUE = "revenue", _("Revenue")
        COST = "cost", _("Cost")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="ledger_lines")
    kind = models.CharField(max_length=7, choices=Kind)
    category = models.ForeignKey(CostCategory, models.PROTECT, null=True, blank=True, related_name="lines")
    on = models.DateField(_("Date"))
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # Signed: a reversal carries the negative amount of the line that it takes back.
    amount = models.DecimalField(_("Amount"), max_digits=14, decimal_places=2)
    # Goods cost behind a revenue line, yuan; null = unknown, and then net contribution says so.
    goods_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default=own_currency)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    # A refund is a row of its own, dated when the money went back; the line that it refunds stays.
    refunds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="refunded_by")
    recurring = models.ForeignKey("RecurringLine", models.PROTECT, null=True, related_name="lines")
    due_on = models.DateField(
        null=True
    )  # the day that the recurring line was due; `on` is later if that month is closed
    allocation = models.ForeignKey("Allocation", models.PROTECT, null=True, related_name="lines")
    token = models.UUIDField(null=True, unique=True, editable=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a cost has a category and revenue has none",
                condition=Q(kind="cost", category__isnull=False) | Q(kind="revenue", category=None),
            ),
            models.CheckConstraint(
                name="only a reversal or a refund is negative",
                condition=Q(amount__gte=0) | Q(reverses__isnull=False) | Q(refunds__isnull=False),
            ),
            models.CheckConstraint(
                name="a refund gives back revenue",
                condition=Q(refunds=None) | Q(kind="revenue", reverses=None, amount__lt=0),
            ),
            models.CheckConstraint(
                name="a recurring line has the day that it was due",
                condition=Q(recurring=None, due_on=None) | Q(recurring__isnull=False, due_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["recurring", "due_on"], name="a recurring line is entered once per due day"
            ),
            models.UniqueConstraint(
                fields=["allocation", "group"], condition=Q(reverses=None), name="an allocation gives a group one part"
            ),
            models.CheckConstraint(
                name="a currency is a code of three letters", condition=Q(currency__regex="^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="goods cost stands behind revenue, negative in a reversal",
                condition=Q(goods_cost=None)
                | Q(kind="revenue") & (Q(goods_cost__gte=0) | Q(reverses__isnull=False) | Q(refunds__isnull=False)),
            ),
            models.CheckConstraint(
                name="only a reversal takes back a quantity",
                condition=Q(quantity=None) | Q(quantity__gte=0) | Q(reverses__isnull=False),
            ),
            models.CheckConstraint(  # NaN sorts above every number, so that it passes all the others
                name="figures of a line are numbers",
                condition=Q(amount__lt=10**12)
                & (Q(quantity=None) | Q(quantity__lt=10**10))
                & (Q(unit_price=None) | Q(unit_price__lt=10**12))
                & (Q(goods_cost=None) | Q(goods_cost__lt=10**12)),
            ),
            models.CheckConstraint(
                name="a unit price is not negative", condition=Q(unit_price=None) | Q(unit_price__gte=0)
            ),
        ]
        indexes = [
            models.Index(fields=["group", "on"], name="ledger_of_a_group"),  # profit and loss of a group
            models.Index(fields=["on"], name="ledger_of_a_span"),  # money_of_spans: days at the ends of a span
            models.Index(fields=["entered_by", "-id"], name="ledger_of_a_person"),  # entry.last_line_of
        ]
