"""What became of plans: what groups taught (made anew each night), and how a verdict's predictions came out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.outcome import Verdict
from groups.access import ScopedQuerySet
from groups.models import Group, Team


class Experience(models.Model):
    """What one group shows so far, for those who plan one like it. Null = not known, never zero."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="experience")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    monetization = models.CharField(max_length=12)
    layer = models.CharField(max_length=6)
    as_of = models.DateField()
    conversion = models.DecimalField(max_digits=7, decimal_places=4, null=True)  # fraction of the members a month
    weekly_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    cost_per_join = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # yuan
    life_days = models.PositiveIntegerField()
    has_ended = models.BooleanField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "monetization", "layer"], name="experience_of_a_kind")]  # the wizard

    def __str__(self) -> str:
        return str(self.group)


class Score(models.Model):
    """What a verdict predicted against what was seen, once after 90 days and once at the end. Append-only (trigger)."""

    class Moment(models.TextChoices):
        DAY_90 = "day_90", _("After 90 days")
        END = "end", _("At the end")

    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="scores")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=6, choices=Moment)
    scored_on = models.DateField()
    groups = models.PositiveSmallIntegerField()
    predicted = models.JSONField()
    actual = models.JSONField()
    # The chance that a month earns, as the verdict gave it; null where it gave none.
    chance = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    earned = models.BooleanField(null=True)  # null: the ledger does not tell
    made_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verdict", "moment"], name="a verdict is scored once at each moment"),
            models.CheckConstraint(
                name="a chance lies between zero and one", condition=Q(chance=None) | Q(chance__range=(0, 1))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.moment}"
