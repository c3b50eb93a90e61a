"""Cost categories under three fixed roots, and the ledger of what groups cost and earn."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.people import Team, User


class CostRoot(models.TextChoices):
    ACQUISITION = "acquisition", _("Acquisition cost")
    LABOUR = "labour", _("Labour cost")
    OPERATIONS = "operations", _("Running cost")


class CostCategory(models.Model):
    """A category that administrators make below one of the three roots; archived, never deleted. Serves all teams."""

    class PricedBy(models.TextChoices):
        AMOUNT = "amount", _("By amount")
        PERSON = "person", _("Per person")
        HOUR = "hour", _("Per hour")
        OCCASION = "occasion", _("Per occasion")

    root = models.CharField(_("Root"), max_length=11, choices=CostRoot)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("Category"), max_length=60)
    priced_by = models.CharField(_("Priced"), max_length=8, choices=PricedBy, default=PricedBy.AMOUNT)
    default_price = models.DecimalField(_("Default price"), max_digits=14, decimal_places=2, null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root", "name"],
                condition=Q(archived_at=None),
                name="a live category name is used once per root",
            ),
            models.CheckConstraint(
                name="a default price is not negative",
                condition=Q(default_price=None) | Q(default_price__gte=0, default_price__lt=10**12),
            ),
        ]
        ordering = ["root", "name"]

    def __str__(self) -> str:
        return self.name


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
    amount = models.DecimalField(_("Amount (CNY)"), max_digits=14, decimal_places=2)
    # Goods cost behind a revenue line, yuan; null = unknown, and then net contribution says so.
    goods_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    note = models.CharField(_("Note"), max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
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
                name="only a reversal is negative", condition=Q(amount__gte=0) | Q(reverses__isnull=False)
            ),
            models.CheckConstraint(name="the currency is known", condition=Q(currency__in=["CNY"])),
            models.CheckConstraint(
                name="goods cost stands behind revenue, negative in a reversal",
                condition=Q(goods_cost=None) | Q(kind="revenue") & (Q(goods_cost__gte=0) | Q(reverses__isnull=False)),
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
            models.Index(fields=["on"], name="ledger_of_a_span"),  # economics.losing_groups
        ]
