"""Reports: on which weekday a person is told of the weekly one, and the links by which any was shared."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.access import ScopedQuerySet
from groups.models.group import Group
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


class ReportKind(models.TextChoices):
    """What a report is of: a week or a month of teams, or one group."""

    WEEKLY = "weekly", _("Weekly report")
    MONTHLY = "monthly", _("Monthly report")
    GROUP = "group", _("Group on a page")


class SharedReportQuerySet(ScopedQuerySet):
    def open_at(self, now: datetime):
        return self.filter(revoked_at=None, expires_at__gt=now)


class SharedReport(models.Model):
    """A link by which anybody reads one report until a day. What it shows was put down when it was made.

    The secret of the link is kept nowhere; a password only as its hash. `team` is null where all teams were in it.
    """

    kind = models.CharField(max_length=10, choices=ReportKind, default=ReportKind.WEEKLY, db_default=ReportKind.WEEKLY)
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")  # of the page of one group
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    first_day = models.DateField(db_column="week")  # of the week or month; of one group the day when it was made
    contents = models.JSONField()  # what community_ops.reports gave, names of people masked
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
            models.CheckConstraint(
                name="a report of one group names it", condition=Q(kind=ReportKind.GROUP) ^ Q(group__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["made_by", "-id"], name="reports_shared_by_a_person")]

    def __str__(self) -> str:
        return number_of(self.kind, self.first_day, self.pk)


def number_of(kind: str, first_day: date, pk: int) -> str:
    """What a shared report is called: R-2026W47-0031, R-2026M10-0032, G-20261127-0033."""
    if kind == ReportKind.MONTHLY:
        return f"R-{first_day:%YM%m}-{pk:04d}"
    if kind == ReportKind.GROUP:
        return f"G-{first_day:%Y%m%d}-{pk:04d}"
    year, number, _day = first_day.isocalendar()
    return f"R-{year}W{number:02d}-{pk:04d}"
