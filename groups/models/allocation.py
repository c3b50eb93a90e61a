"""A shared cost that was spread over groups, as lines of each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.money import CostCategory
from groups.models.people import Team, User


class Allocation(models.Model):
    """One shared cost of a team and how it was spread; its lines add up to `total`. Taken back only as a whole."""

    class Basis(models.TextChoices):
        MEMBERS = "members", _("By members")
        HOURS = "hours", _("By hours worked")
        REVENUE = "revenue", _("By revenue")
        EQUAL = "equal", _("In equal parts")

    team = models.ForeignKey(Team, models.PROTECT, related_name="allocations")
    category = models.ForeignKey(CostCategory, models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=14, decimal_places=2)
    on = models.DateField(_("Date"))  # the lines stand on this day; hours and revenue are those of its month
    basis = models.CharField(_("Spread"), max_length=7, choices=Basis)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    # [{"group": id, "weight": "312", "amount": "10.00"}]; weight null = unknown, and then the group had no part.
    parts = models.JSONField()
    token = models.UUIDField(unique=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a shared cost is positive", condition=Q(total__gt=0, total__lt=10**12)),
            models.CheckConstraint(
                name="an allocation is taken back after it was made",
                condition=Q(taken_back_at=None) | Q(taken_back_at__gte=F("made_at")),
            ),
        ]
