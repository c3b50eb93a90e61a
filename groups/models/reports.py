"""The weekly report: on which weekday a person is told of it, and the links by which it was shared."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from groups.access import ScopedQuerySet
from groups.models.people import Team, User


class Weekday(models.IntegerChoices):
    """As date.weekday counts them."""

    MONDAY = 0, pgettext_lazy("weekday", "Monday")
    TUESDAY = 1, pgettext_lazy("weekday", "Tuesday")
    WEDNESDAY = 2, pgettext_lazy("weekday", "Wednesday")
    THURSDAY = 3, pgettext_lazy("weekday", "Thursday")
    FRIDAY = 4, pgettext_lazy("weekday", "Friday")
    SATURDAY = 5, pgettext_lazy("weekday", "Saturday")
    SUNDAY = 6, pgettext_lazy("weekday", "Sunday")


class ReportDay(models.Model):
    """The weekday from which on a person is told of last week's report. Without a row it is Monday."""

    user = models.OneToOneField(User, models.CASCADE, related_name="report_day", primary_key=True)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)

    class Meta:
        constraints = [models.CheckConstraint(name="a report comes on a weekday", condition=Q(weekday__lte=6))]


class SharedReportQuerySet(ScopedQuerySet):
    def open_at(self, now: datetime):
        return self.filter(revoked_at=None, expires_at__gt=now)


class SharedReport(models.Model):
    """A link by which anybody reads one report until a day. What it shows was put down when it was made.

    The secret of the link is kept nowhere; a password only as its hash. `team` is null where all teams were in it.
    """

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    week = models.DateField()  # its Monday
    contents = models.JSONField()  # what community_ops.weekly.figures gave, names of people masked
    link_digest = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, blank=True)  # empty = none is asked for
    token = models.UUIDField(unique=True, editable=False)  # of the form: sending it twice makes one link
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SharedReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a shared report ends", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="a revoked report says by whom", condition=Q(revoked_at=None) ^ Q(revoked_by__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["made_by", "-id"], name="reports_shared_by_a_person")]

    def __str__(self) -> str:
        return number_of(self.week, self.pk)


def number_of(week: date, pk: int) -> str:
    """What a shared report is called: R-2026W47-0031."""
    year, number, _day = week.isocalendar()
    return f"R-{year}W{number:02d}-{pk:04d}"
