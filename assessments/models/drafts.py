"""An assessment and the answers given so far, page by page. Drafts live here, never in the session."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models import Team, User


class LeftTheTeam(Http404):
    """Whoever began or owns the assessment is not in its team any more. It does not exist for anybody else."""


class AssessmentQuerySet(ScopedQuerySet):
    def one_visible_to(self, user: User, pk: int) -> Assessment:
        """The assessment, or 404; the one that the user had a hand in, before leaving its team, says so."""
        try:
            return super().one_visible_to(user, pk)
        except Http404:
            if self.filter(Q(created_by=user) | Q(owner=user), pk=pk).exists():
                raise LeftTheTeam from None
            raise


class Assessment(models.Model):
    """The three questions about one planned group or batch of groups."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DECIDED = "decided", _("Decided")

    team = models.ForeignKey(Team, models.PROTECT, related_name="assessments")
    title = models.CharField(_("Group name"), max_length=40, blank=True)
    # The person who will own the group; until that is answered, nobody.
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    collaborators = models.ManyToManyField(User, related_name="shared_assessments", blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    # Key of the known shape that it started from (assessments.shapes), empty for a blank one.
    shape = models.CharField(max_length=20, blank=True)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="assessments")
    changed_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-changed_at", "id"], name="assessments_of_a_team")]  # the list

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class AnswerPage(models.Model):
    """What was answered on one page.

    `typed` is the text of every control as it was sent, right or wrong, so that nothing typed is lost. `answers` holds
    the values of the last time that the page was right; answers to questions that are no longer asked stay in it.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="pages")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    section = models.SlugField(max_length=20)
    page = models.SlugField(max_length=20)
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)
    is_valid = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "section", "page"], name="a page is answered once"),
            models.CheckConstraint(name="an answer page is versioned from one", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.section}/{self.page}"
