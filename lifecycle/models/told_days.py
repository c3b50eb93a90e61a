"""Days of a group that people tell of: from when to when, why, who said so, and whether it was taken back."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from groups.access import ScopedQuerySet
from groups.models import Team, User


class ToldDays(models.Model):
    """Both days included. Never edited: they are taken back, and others told. Each kind has its `group`."""

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
        abstract = True

    def __str__(self) -> str:
        return f"{self.from_day} - {self.until_day}"


def rules_of(what: str, longest: int, in_words: str) -> list[models.BaseConstraint]:
    """What the database holds of such days: `what` they are, and how many they may be, for the names of the rules."""
    return [
        models.UniqueConstraint(
            fields=["group", "from_day"],
            condition=Q(taken_back_at=None),
            name=f"{what} of a group begins once on a day",
        ),
        models.CheckConstraint(
            name=f"{what} ends, within {in_words} days",
            condition=Q(until_day__gte=F("from_day"), until_day__lt=F("from_day") + timedelta(longest)),
        ),
        models.CheckConstraint(name=f"{what} says why", condition=~Q(reason="")),
    ]
