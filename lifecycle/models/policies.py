"""Policies of the health rules: those that were adopted, drafts, and what a draft would change."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User
from lifecycle.rules.rulings import MOST_POLICIES


class PolicyVersion(models.Model):
    """A policy that was adopted for the days from `from_day` on. Never edited (trigger). Version 0 is in the code."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    from_day = models.DateField()
    thresholds = models.JSONField()  # all of rules.policy.Policy
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: somebody of the demo

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a policy has a number in two bytes", condition=Q(number__gte=1, number__lte=MOST_POLICIES)
            ),
            models.CheckConstraint(name="a policy says why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class PolicyDraft(models.Model):
    """Thresholds that somebody tries. Never edited: other figures are another draft."""

    class State(models.TextChoices):
        TRYING = "trying"
        TRIED = "tried"
        ADOPTED = "adopted"
        DROPPED = "dropped"

    thresholds = models.JSONField()
    from_day = models.DateField()
    reason = models.CharField(max_length=200)
    based_on = models.PositiveSmallIntegerField()  # the newest version when it was drafted
    state = models.CharField(max_length=7, choices=State, default=State.TRYING)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The trial: groups in ascending order of their ids, each judged as it stood on `through`.
    through = models.DateField(null=True)
    tried_to = models.IntegerField(default=0)  # the last group id
    tried = models.IntegerField(default=0)
    groups = models.IntegerField(default=0)
    found = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # counts, see rules.policy_trial
    moved_at = models.DateTimeField()  # when the trial last went on

    class Meta:
        constraints = [
            models.CheckConstraint(name="a draft says why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="an ended draft says when",
                condition=Q(state__in=["trying", "tried"], ended_at=None)
                | Q(state__in=["adopted", "dropped"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class PolicyTurn(models.Model):
    """A group that would stand otherwise under a draft."""

    draft = models.ForeignKey(PolicyDraft, models.CASCADE, related_name="turns")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    state_before = models.SmallIntegerField()
    state_after = models.SmallIntegerField()
    causes_before = ArrayField(models.CharField(max_length=16))
    causes_after = ArrayField(models.CharField(max_length=16))
    score_before = models.SmallIntegerField()  # hundredths, -1 = not known
    score_after = models.SmallIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "group"], name="a group turns once in a trial")]


class Lesson(models.Model):
    """What own deaths taught when it was last worked out (lifecycle.lessons): one row."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    through = models.DateField()  # the last night that was finished then
    rule_version = models.SmallIntegerField()  # of the rules in the code
    deaths = models.IntegerField()
    survivors = models.IntegerField()
    false_alarms = models.IntegerField()
    recoveries = models.IntegerField()
    thresholds = models.JSONField(default=dict)  # rules.refit.LEARNED of a policy; empty = too few deaths
    intervals = models.JSONField(default=dict)  # by the names of policies.changed_thresholds
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="what is learned is one row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.through}"
