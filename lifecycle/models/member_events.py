"""Joins and leaves as a connected system told them, one row each, so that telling them again counts nothing twice."""

from django.db import models

from groups.models import Group


class MemberEvent(models.Model):
    """A member came or went at a moment. The member is the small number of `MemberNumber`, never an identifier."""

    class Kind(models.IntegerChoices):
        JOIN = 1
        LEAVE = 2

    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    kind = models.SmallIntegerField(choices=Kind)
    at = models.DateTimeField()
    day = models.DateField()  # of `at`, business time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "number", "kind", "at"], name="a member comes or goes once a moment"
            )
        ]
        indexes = [models.Index(fields=["group", "day"], name="member_events_of_a_day")]  # member_events.COUNT_DAYS
