"""What became of an assessment: the verdict, its conditions, the exception to it, the groups made from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from assessments.models.drafts import Assessment
from groups.access import ScopedQuerySet
from groups.models import Group, Team, User

SHORTEST_REASON = 20


class Verdict(models.Model):
    """One decision by the rules. Never edited: another decision is another row; the database refuses changes.

    The JSON columns hold what assessments.verdicts.stored() wrote: codes and figures, never sentences.
    """

    class Outcome(models.TextChoices):
        GO = "go", _("Go")
        CONDITIONAL = "conditional", _("Conditional")
        NOT_NOW = "not_now", _("Not now")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="verdicts")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    # Made with the page that asks for the verdict: sending that page twice is one verdict.
    token = models.UUIDField(unique=True, editable=False)
    rule_version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField()
    answers = models.JSONField()
    outcome = models.CharField(max_length=11, choices=Outcome)
    checks = models.JSONField()
    findings = models.JSONField()
    figures = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a verdict is go, conditional or not now",
                condition=Q(outcome__in=["go", "conditional", "not_now"]),
            )
        ]
        indexes = [models.Index(fields=["assessment", "-id"], name="verdicts_of_an_assessment")]

    def __str__(self) -> str:
        return f"{self.assessment} v{self.rule_version}"


class ConditionQuerySet(ScopedQuerySet):
    def to_meet(self) -> ConditionQuerySet:
        """Those that are not met, of verdicts that still hold: a later verdict on the plan sets its own."""
        later = Verdict.objects.filter(assessment=OuterRef("verdict__assessment"), pk__gt=OuterRef("verdict"))
        return self.filter(~Exists(later)).exclude(state=Condition.State.DONE)


class Condition(models.Model):
    """A condition of a verdict as somebody's task."""

    class State(models.TextChoices):
        OPEN = "open", _("Not started")
        DOING = "doing", _("In progress")
        DONE = "done", _("Done")

    verdict = models.ForeignKey(Verdict, models.CASCADE, related_name="conditions")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=3)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="conditions")
    due_on = models.DateField(_("Due"))
    state = models.CharField(_("State"), max_length=5, choices=State, default=State.OPEN)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "code"], name="a verdict sets each condition once"),
            models.CheckConstraint(
                name="a condition that is done says when and by whom",
                condition=Q(state="done", done_at__isnull=False, done_by__isnull=False)
                | (~Q(state="done") & Q(done_at=None, done_by=None)),
            ),
        ]
        indexes = [
            # Home: what is due for me.
            models.Index(fields=["owner", "due_on"], condition=~Q(state="done"), name="open_conditions_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.verdict}"


class Override(models.Model):
    """An exception to "not now": asked for with a reason, granted or declined by a manager of the team."""

    verdict = models.ForeignKey(Verdict, models.CASCADE, related_name="overrides")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    reason = models.TextField(_("Reason"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an exception has a reason", condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON)
            ),
            models.CheckConstraint(
                name="a decided exception says when and by whom",
                condition=Q(granted=None, decided_at=None, decided_by=None)
                | Q(granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["verdict"],
                condition=Q(granted=None) | Q(granted=True),
                name="a verdict has one exception asked for or granted",
            ),
        ]

    def __str__(self) -> str:
        return str(self.verdict)


class Registration(models.Model):
    """A group that was registered from a verdict; its plan is a copy of what was decided."""

    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="registrations")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.OneToOneField(Group, models.CASCADE, related_name="registration")
    token = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["verdict", "id"], name="groups_of_a_verdict")]

    def __str__(self) -> str:
        return str(self.group)
