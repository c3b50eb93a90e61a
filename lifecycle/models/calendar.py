"""What people told of the calendar: whole years that were imported, and single days. Added to, never edited."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from groups.models import User


class CalendarTurn(models.Model):
    """A year with all its days (`listed`), or one day. Of several for the same the last holds, days before years."""

    class Kind(models.TextChoices):
        OFF = "off", _("Day off")
        WORK = "work", _("Working day")
        OFFICIAL = "official", _("As the schedule says")

    year = models.PositiveSmallIntegerField()
    day = models.DateField(null=True)  # null: the whole year
    kind = models.CharField(max_length=8, choices=Kind, blank=True)
    holiday = models.CharField(max_length=30, blank=True)  # rules.calendar.HolidayName
    listed = models.JSONField(null=True)  # [[day, whether it is off, holiday], ...] of a whole year
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="the calendar is told of a year or of a day that says why",
                condition=Q(day=None, listed__isnull=False, kind="")
                | Q(day__isnull=False, listed=None) & ~Q(kind="") & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="a day of the calendar lies in its year",
                condition=Q(day=None) | Q(year=ExtractYear(F("day"))),
            ),
        ]

    def __str__(self) -> str:
        return str(self.day or self.year)
