"""What was done to a group to save it, from when, and what came of it beside what happened to similar groups."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team
from lifecycle.models.cases import Case, Remedy
from lifecycle.models.health import Cause


class Treatment(models.Model):
    """One plan of a case that was begun: an attempt to revive, or a migration. Measured once, by a night.

    Windows are 28 days before and after the first day; effects are logarithms of ratios (`lifecycle.rules.outcomes`).
    """

    class Ended(models.TextChoices):
        RECOVERED = "recovered", _("Recovered")
        FAILED = "failed", _("Not recovered")
        MIGRATED = "migrated", _("Migrated")
        BY_HAND = "by_hand", _("Ended by hand")
        DROPPED = "dropped", _("Broken off")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="treatments")
    case = models.ForeignKey(Case, models.CASCADE, related_name="treatments")
    plan = models.PositiveSmallIntegerField()
    remedy = models.CharField(max_length=8, choices=Remedy)
    playbook = models.CharField(max_length=24)
    playbook_version = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=16, choices=Cause)
    activity_kind = models.CharField(max_length=12)  # of the plan of the group on the first day
    began_on = models.DateField()
    ended = models.CharField(max_length=9, choices=Ended, blank=True)

    measured_on = models.DateField(null=True)
    rule_version = models.PositiveSmallIntegerField(default=0)
    finding = models.CharField(max_length=13, blank=True)
    acts_before = models.PositiveIntegerField(null=True)
    days_before = models.PositiveSmallIntegerField(null=True)  # observed ones
    acts_after = models.PositiveIntegerField(null=True)
    days_after = models.PositiveSmallIntegerField(null=True)
    similar_groups = models.PositiveSmallIntegerField(null=True)
    effect = models.FloatField(null=True)
    effect_low = models.FloatField(null=True)
    effect_high = models.FloatField(null=True)
    expected_acts = models.FloatField(null=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # yuan of the 28 days after
    inputs = models.JSONField(default=dict)  # the similar groups with their windows, the margin and the goal

    checked_days = models.PositiveSmallIntegerField(default=0)  # 7, 30 or 90: how far the members were followed
    members_before = models.PositiveIntegerField(null=True)  # who acted in the 28 days before; null = not told
    kept_7 = models.PositiveIntegerField(null=True)  # how many of them acted since, in the last 28 days up to that one
    kept_30 = models.PositiveIntegerField(null=True)
    kept_90 = models.PositiveIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "plan"], name="a plan is one treatment"),
            models.CheckConstraint(
                name="a measured treatment says what was found",
                condition=Q(measured_on=None, finding="") | (Q(measured_on__isnull=False) & ~Q(finding="")),
            ),
        ]
        indexes = [
            models.Index(fields=["began_on"], condition=Q(measured_on=None), name="treatments_to_measure"),
            models.Index(fields=["team", "began_on"], name="treatments_of_a_team"),  # the table of remedies
        ]
