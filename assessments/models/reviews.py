"""What was seen when a group was reviewed at its rhythm, and what was decided. Append-only (trigger)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import pgettext_lazy

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User

SHORTEST_NOTE = 6


class Review(models.Model):
    """One review of one group. `figures` are the lines as they were shown: label code, planned, actual."""

    class Serves(models.TextChoices):
        YES = "yes", pgettext_lazy("a review", "Yes")
        PARTLY = "partly", pgettext_lazy("a review", "Partly")
        NO = "no", pgettext_lazy("a review", "No")

    class Decision(models.TextChoices):
        KEEP = "keep", pgettext_lazy("a review", "Keep as it is")
        ADJUST = "adjust", pgettext_lazy("a review", "Adjust")
        END = "end", pgettext_lazy("a review", "End the group")

    group = models.ForeignKey(Group, models.CASCADE, related_name="reviews")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    due_on = models.DateField()
    held_on = models.DateField()
    figures = models.JSONField()
    serves = models.CharField(max_length=6, choices=Serves)
    decision = models.CharField(max_length=6, choices=Decision)
    note = models.CharField(max_length=400, blank=True)
    token = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "due_on"], name="a review that fell due is held once"),
            models.CheckConstraint(
                name="a review that changes something says why",
                condition=Q(decision="keep", serves="yes") | GreaterThanOrEqual(Length("note"), SHORTEST_NOTE),
            ),
        ]
        indexes = [models.Index(fields=["group", "-held_on"], name="reviews_of_a_group")]  # the last one of each

    def __str__(self) -> str:
        return f"{self.group} {self.held_on}"
