"""Quiet seasons: days on which a group is known to rest, told by people; silence on them says nothing about it."""

from django.db import models

from groups.models import Group
from lifecycle.models.told_days import ToldDays, rules_of

LONGEST_DAYS = 300


class Rest(ToldDays):
    """One quiet season of a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="rests")

    class Meta:
        constraints = rules_of("a quiet season", LONGEST_DAYS, "three hundred")
