"""Exemptions: days on which no case opens for a group, whatever the signal; its health is judged and shown as ever."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User

LONGEST_DAYS = 180


class Exemption(models.Model):
    """One of a group, both days included. Never edited: it is taken back, and another one made."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="exemptions")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    from_day = models.DateField()
    until_day = models.DateField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: somebody of the demo
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "from_day"],
                condition=Q(taken_back_at=None),
                name="an exemption of a group begins once on a day",
            ),
            models.CheckConstraint(
                name="an exemption ends, within one hundred and eighty days",
                condition=Q(until_day__gte=F("from_day"), until_day__lt=F("from_day") + timedelta(LONGEST_DAYS)),
            ),
            models.CheckConstraint(name="an exemption says why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.from_day} - {self.until_day}"
