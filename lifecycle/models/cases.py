"""The case of a dying group: what people decided and did about it, and how it ended."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User
from lifecycle.models.health import Cause, Flag


class Remedy(models.TextChoices):
    """What was decided. `keep` says that the signal was a false alarm."""

    REVIVE = "revive", _("Revive")
    MIGRATE = "migrate", _("Migrate")
    DISSOLVE = "dissolve", _("Dissolve")
    FAREWELL = "farewell", _("Farewell")
    KEEP = "keep", _("False alarm")


def put_aside(day: date) -> Q:
    """Cases that nobody wants to see before a later day, or until the group is worse."""
    return Q(snoozed_until__gt=day) | Q(snoozed_until_worse_than__isnull=False)


def at_work(prefix: str = "") -> Q:
    """Cases whose steps are worked now: a plan holds, and no member stopped its end. `prefix` leads to the case."""
    busy = ("planned", "running", "closing", "soft_closed")
    return Q(**{f"{prefix}state__in": busy}) | Q(
        **{f"{prefix}state": "evaluating", f"{prefix}remedy__in": (Remedy.REVIVE, Remedy.MIGRATE)}
    )


class CaseQuerySet(ScopedQuerySet):
    def to_triage(self, day: date) -> CaseQuerySet:
        """Those that wait for a decision now."""
        return self.filter(state=Case.State.OPEN).exclude(put_aside(day))

    def to_settle(self) -> CaseQuerySet:
        """Those that only a manager takes on: the people have moved, or members stopped the end of their group."""
        return self.filter(state=Case.State.EVALUATING).exclude(remedy=Remedy.REVIVE)


class Case(models.Model):
    """One open case per group. The case never changes the observed state of the group."""

    class State(models.TextChoices):
        OPEN = "open", _("To triage")
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        EVALUATING = "evaluating", _("Evaluating")
        RECOVERED = "recovered", _("Recovered")
        MIGRATED = "migrated", _("Migrated")
        CLOSING = "closing", _("Closing")
        SOFT_CLOSED = "soft_closed", _("Soft-closed")
        DISSOLVED = "dissolved", _("Dissolved")
        KEPT = "kept", _("Kept")
        EXPIRED = "expired", _("Expired")

    ONGOING = (State.OPEN, State.PLANNED, State.RUNNING, State.EVALUATING, State.CLOSING, State.SOFT_CLOSED)
    ENDED = (State.RECOVERED, State.MIGRATED, State.DISSOLVED, State.KEPT, State.EXPIRED)

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="cases")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=11, choices=State, default=State.OPEN)
    cause = models.CharField(max_length=16, choices=Cause)
    remedy = models.CharField(max_length=8, choices=Remedy, blank=True)
    recommended = models.CharField(max_length=8, choices=Remedy, blank=True)
    recommendation = models.JSONField(default=dict)  # reasons with figures, rule version
    playbook = models.CharField(max_length=24, blank=True)  # key in lifecycle.rules.playbooks
    playbook_version = models.PositiveSmallIntegerField(default=0)
    # The version of the team that the case began with; null = the shipped one, or none at all.
    playbook_row = models.ForeignKey("lifecycle.PlaybookVersion", models.PROTECT, null=True, related_name="+")
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # yuan
    moves_to = models.CharField(max_length=120, blank=True)  # the group or theme that members are invited to
    plans = models.PositiveSmallIntegerField(default=0)  # how many plans were made; the last one is at work
    attempts = models.PositiveSmallIntegerField(default=0)  # how many revivals were begun
    attempt_began_on = models.DateField(null=True)
    relapse_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    relapsed_on = models.DateField(null=True)  # soon after an earlier case, or worse while it was snoozed
    opened_on = models.DateField()
    state_since = models.DateField()
    due_on = models.DateField(null=True)  # the day on which the state should be left; moves on, never nearer
    days_counted = models.PositiveSmallIntegerField(default=0, db_default=0)  # of this state, as of the last night
    days_without_data = models.PositiveSmallIntegerField(default=0, db_default=0)  # of this state, not counted
    snoozed_until = models.DateField(null=True)
    snoozed_until_worse_than = models.SmallIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decision_reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True)
    outcome = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(state__in=["open", "planned", "running", "evaluating", "closing", "soft_closed"]),
                name="one open case per group",
            ),
            models.CheckConstraint(
                name="a decided case has a remedy and a decider",
                condition=Q(decided_at=None) | (~Q(remedy="") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="only an ended case has a last day",
                condition=Q(ended_on=None) ^ Q(state__in=["recovered", "migrated", "dissolved", "kept", "expired"]),
            ),
            models.CheckConstraint(name="a budget is not negative", condition=Q(budget=None) | Q(budget__gte=0)),
        ]
        indexes = [models.Index(fields=["team", "state", "opened_on"], name="case_board")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call the case by."""
        return f"C-{self.pk:04d}"

    @property
    def is_ongoing(self) -> bool:
        return self.state in self.ONGOING


class CaseEvent(models.Model):
    """What happened in a case, in order: signals, decisions, notes, approvals. Append-only."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    flag = models.ForeignKey(Flag, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    content = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "flag"], condition=Q(kind="signal"), name="a flag is evidence in a case once"
            )
        ]


class CaseTask(models.Model):
    """A step that a person does: with a text to copy, a due day, and evidence once done."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    plan = models.PositiveSmallIntegerField(default=1)  # the plan of the case that it belongs to, from 1
    place = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)  # key of the step in lifecycle.rules.playbooks
    due_on = models.DateField()
    text = models.TextField(blank=True)  # people's own words for the members; empty = the text of the playbook
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(null=True)  # what the step asked to be counted
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # yuan beside the hours; null = not told

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "plan", "step"], name="a step stands once in a plan"),
            models.CheckConstraint(
                name="a done step says who did it", condition=Q(done_at=None) ^ Q(done_by__isnull=False)
            ),
            models.CheckConstraint(name="a step costs nothing or more", condition=Q(spent=None) | Q(spent__gte=0)),
        ]
        indexes = [
            models.Index(fields=["team", "due_on"], condition=Q(done_at=None), name="steps_to_do"),  # a person's day
        ]
