"""The playbooks that a team wrote for itself, version by version. What is shipped stands in the code, as version 1."""

from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet
from groups.models import Team, User


class TeamPlaybook(models.Model):
    """A playbook of a team and of the teams below it: one of its own, or its way of a shipped one (the same key)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    key = models.CharField(max_length=24)
    remedy = models.CharField(max_length=8)
    current = models.PositiveSmallIntegerField()  # number of the version that new cases begin with
    latest = models.PositiveSmallIntegerField()  # the highest number that was given
    archived_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "key"], name="a team has a playbook once"),
            models.CheckConstraint(
                name="an archived playbook says by whom",
                condition=Q(archived_at=None) ^ Q(archived_by__isnull=False),
            ),
            models.CheckConstraint(
                name="the current playbook is one that there is", condition=Q(current__lte=models.F("latest"))
            ),
        ]

    def __str__(self) -> str:
        return self.key


class PlaybookVersion(models.Model):
    """What a playbook says. Append-only: another text is another version; cases keep the one that they began with."""

    playbook = models.ForeignKey(TeamPlaybook, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()  # title, about, budget, steps: lifecycle.rules.playbook_content
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="a version of a playbook is written once"),
        ]
