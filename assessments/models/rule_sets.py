"""The thresholds of the verdict rules as administrators set them, version by version. Append-only (trigger)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from groups.models import User


class RuleSet(models.Model):
    """One version. Version 1 is in the code (assessments.rules.thresholds) and has no row."""

    version = models.PositiveSmallIntegerField(primary_key=True)
    thresholds = models.JSONField()
    note = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a rule set comes after the first", condition=Q(version__gte=2)),
            models.CheckConstraint(name="a rule set says why", condition=~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
