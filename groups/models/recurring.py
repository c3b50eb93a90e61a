"""Lines that come back every week or month, and the due days that could not be entered yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.money import CostCategory, LedgerLine
from groups.models.people import Team, User


class RecurringLine(models.Model):
    """A promise of ledger lines. What it says is never edited: end it and begin another."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    class Measure(models.TextChoices):
        AMOUNT = "amount", _("A fixed amount")
        QUANTITY = "quantity", _("A fixed quantity at a price")
        MEMBERS = "members", _("A price per member")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="recurring_lines")
    kind = models.CharField(max_length=7, choices=LedgerLine.Kind)
    category = models.ForeignKey(CostCategory, models.PROTECT, null=True, related_name="+")
    rhythm = models.CharField(_("How often"), max_length=7, choices=Rhythm)
    measure = models.CharField(_("How much"), max_length=8, choices=Measure)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    # Null takes the default price that the category has on the due day.
    unit_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    starts_on = models.DateField(_("From"))  # the first due day; the others keep its weekday or day of the month
    ends_on = models.DateField(_("Until"), null=True)
    next_due_on = models.DateField(null=True)  # null: nothing is due any more
    note = models.CharField(_("Note"), max_length=200, blank=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    token = models.UUIDField(unique=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a recurring cost has a category and revenue has none",
                condition=Q(kind="cost", category__isnull=False) | Q(kind="revenue", category=None),
            ),
            models.CheckConstraint(
                name="a recurring line says how much",
                condition=Q(measure="amount", amount__gte=0, amount__lt=10**12, quantity=None, unit_price=None)
                | Q(measure="quantity", amount=None, quantity__gte=0, quantity__lt=10**10)
                | Q(measure="members", amount=None, quantity=None),
            ),
            models.CheckConstraint(
                name="a recurring price is not negative",
                condition=Q(unit_price=None) | Q(unit_price__gte=0, unit_price__lt=10**12),
            ),
            models.CheckConstraint(
                name="a recurring line ends after it starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]
        indexes = [
            # recurring.enter_due: which lines are due
            models.Index(fields=["next_due_on"], condition=Q(next_due_on__isnull=False), name="recurring_due"),
        ]

    def __str__(self) -> str:
        return str(self.category or self.get_kind_display())


class MissedDue(models.Model):
    """A due day whose line could not be entered, and why. It goes when the line is entered after all."""

    class Why(models.TextChoices):
        MEMBERS_UNKNOWN = "members_unknown", _("Members unknown on that day")
        PRICE_UNKNOWN = "price_unknown", _("No price on that day")
        CATEGORY_DISABLED = "category_disabled", _("The category is disabled")
        MONTH_CLOSED = "month_closed", _("The month is closed")

    recurring = models.ForeignKey(RecurringLine, models.CASCADE, related_name="missed")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    due_on = models.DateField()
    why = models.CharField(max_length=20, choices=Why)
    noticed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recurring", "due_on"], name="a due day is missed once"),
        ]
