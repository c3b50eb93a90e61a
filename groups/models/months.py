"""Months that are closed: an append-only row for each closing and reopening of a team's month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.access import ScopedQuerySet
from groups.models.people import Team, User


class MonthTurn(models.Model):
    """One closing or reopening. Turns of a month are numbered: odd ones close it, even ones reopen it.

    A month is closed while its highest turn is odd. The ledger refuses lines of a closed month by a trigger.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("month", "Closed")
        REOPENED = "reopened", _("Reopened")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    turn = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=200, blank=True)
    # What the month came to when it was closed, yuan; null when it was reopened.
    net = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    lines = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "month", "turn"], name="a month takes one turn after the other"),
            models.CheckConstraint(name="a month is named by its first day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="a month is closed, then reopened, then closed",
                condition=Q(kind="closed") & Q(Exact(Mod("turn", 2), 1))
                | Q(kind="reopened", turn__gte=2) & Q(Exact(Mod("turn", 2), 0)),
            ),
            models.CheckConstraint(name="a month is reopened for a reason", condition=Q(kind="closed") | ~Q(reason="")),
        ]
