"""Exemptions: days on which no case opens for a group, whatever the signal; its health is judged and shown as ever."""

from django.db import models

from groups.models import Group
from lifecycle.models.told_days import ToldDays, rules_of

LONGEST_DAYS = 180


class Exemption(ToldDays):
    """One exemption of a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="exemptions")

    class Meta:
        constraints = rules_of("an exemption", LONGEST_DAYS, "one hundred and eighty")
