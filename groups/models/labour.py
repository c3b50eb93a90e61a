"""Hours that people worked for groups, and what an hour costs."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.money import LedgerLine
from groups.models.people import Membership, Team, User


class HourlyRate(models.Model):
    """Yuan an hour of one person, or of everybody with a role, from one day until another. Serves all teams."""

    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="hourly_rates")
    role = models.CharField(max_length=10, choices=Membership.Role, blank=True)
    price = models.DecimalField(_("Hourly rate"), max_digits=14, decimal_places=2)
    # Half open, [first day, day after the last); without a lower bound it holds since ever.
    valid = DateRangeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a person or role has one rate on a day",
                expressions=[
                    (Coalesce(F("person"), Value(0)), RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="a rate is of a person or of a role",
                condition=Q(person__isnull=False, role="") | Q(person=None) & ~Q(role=""),
            ),
            models.CheckConstraint(name="an hourly rate is not negative", condition=Q(price__gte=0, price__lt=10**12)),
            models.CheckConstraint(name="a rate holds for a day at least", condition=Q(valid__isempty=False)),
        ]


class WorkedHours(models.Model):
    """Hours of a person for a group on a day. They stand as long as their ledger line does; see standing()."""

    class WorkedQuerySet(ScopedQuerySet):
        def standing(self):
            """Hours that were not taken back."""
            return self.filter(line__reversed_by=None)

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="worked_hours")
    person = models.ForeignKey(User, models.PROTECT, related_name="worked_hours")
    on = models.DateField(_("Date"))
    hours = models.DecimalField(_("Hours"), max_digits=5, decimal_places=2)
    line = models.OneToOneField(LedgerLine, models.PROTECT, related_name="worked")

    objects = WorkedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="hours of a day lie within the day", condition=Q(hours__gt=0, hours__lte=24)),
        ]
        indexes = [models.Index(fields=["person", "on"], name="hours_of_a_person")]  # the day's sum; capacity
