"""Sources that broke: since when, until when, and the days of groups whose zeros nobody believes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User
from lifecycle.models.imports import Source


class SourceOutage(models.Model):
    """A source told nothing, or zeros that it does not usually tell. Ended by its data, or by a person who knows."""

    class Kind(models.TextChoices):
        SILENT = "silent", _("Silent")
        ZEROS = "zeros", _("Suddenly at zero")

    source = models.ForeignKey(Source, models.CASCADE, related_name="outages")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    began_on = models.DateField()  # the first day without data that can be believed
    ended_on = models.DateField(null=True)  # the first day with data again
    groups = models.IntegerField()  # how many are touched, as last looked at
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    believed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # who knew the zeros for real

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "began_on"], name="an outage of a source begins once on a day"
            ),
            models.UniqueConstraint(
                fields=["source", "kind"], condition=Q(ended_at=None), name="one outage of a kind stands for a source"
            ),
            models.CheckConstraint(
                name="an outage ends after it began", condition=Q(ended_on=None) | Q(ended_on__gt=F("began_on"))
            ),
            models.CheckConstraint(
                name="an outage ends on a day and at a time",
                condition=Q(ended_on=None, ended_at=None, believed_by=None)
                | Q(ended_on__isnull=False, ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.source.name


class DoubtedDay(models.Model):
    """A day of a group whose zeros are those of a broken source: the nights take it for a day that nobody observed."""

    pk = models.CompositePrimaryKey("group_id", "day")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
