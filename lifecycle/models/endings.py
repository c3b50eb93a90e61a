"""How the life of a group ended: kept by lifecycle.endings for the pages that look back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from lifecycle.models.health import Cause


class Fate(models.TextChoices):
    """What became of a group. Only the first two are stored: the others follow from where it stands."""

    DIED = "died", _("Died")
    COMPLETED = "completed", _("Completed")
    ALIVE = "alive", _("Alive")
    UNKNOWN = "unknown", _("Not known")


class GroupEnd(models.Model):
    """One row per group that is over. `told_on`: when it was closed, called dead, or its planned end had passed."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="ending")
    fate = models.CharField(max_length=9, choices=[(fate.value, fate.label) for fate in (Fate.DIED, Fate.COMPLETED)])
    told_on = models.DateField()
    ended_on = models.DateField()  # when it faded to a trickle, else fell silent, else told_on
    flagged_on = models.DateField(null=True)  # the first warning that still stood at the end
    cause = models.CharField(max_length=16, choices=Cause, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a group ends before it is told", condition=Q(ended_on__lte=models.F("told_on"))
            ),
            models.CheckConstraint(name="an end is a death or a success", condition=Q(fate__in=["died", "completed"])),
            models.CheckConstraint(
                name="a success has no cause of death", condition=~Q(fate="completed") | Q(cause="", flagged_on=None)
            ),
        ]
