"""Who looks after a group beside its owner, and how groups went from one owner to the next."""

from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.people import Team, User


class GroupCoOwner(models.Model):
    """A person who looks after a group beside its owner."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="co_ownerships")
    user = models.ForeignKey(User, models.PROTECT, related_name="co_ownerships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="a group names a co-owner once")]


class Handover(models.Model):
    """One group went from one owner to another in our records. Append-only, see migration 0011.

    The platform is told by a person, who confirms it afterwards: `done_on_platform_at` is set once.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="handovers")
    from_owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    done_on_platform_at = models.DateTimeField(null=True)
    done_on_platform_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a group is handed over to somebody else", condition=~Q(from_owner=models.F("to_owner"))
            ),
            models.CheckConstraint(
                name="a hand-over done on the platform was confirmed by somebody",
                condition=Q(done_on_platform_at=None) ^ Q(done_on_platform_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["group", "-at"], name="handovers_of_a_group"),  # limits of the platform, group page
            models.Index(fields=["from_owner", "-at"], name="handovers_of_an_owner"),  # how many a day
        ]
