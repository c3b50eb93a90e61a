"""Views of a list that people keep: a name for an address."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet, team_roles
from groups.models.people import Team, User

LONGEST_NAME = 40
LONGEST_QUERY = 1500


class SavedViewQuerySet(ScopedQuerySet):
    def visible_to(self, user: User):
        """One's own, and those that are shared with a team that one sees."""
        return self.filter(Q(owner=user) | Q(team_id__in=list(team_roles(user))))


class SavedView(models.Model):
    """What stood in the address of a list: filters, order, columns. `team` sees it beside its owner; null = nobody."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    page = models.CharField(max_length=30)  # name of the address of the list
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    is_default = models.BooleanField(default=False)  # of its owner: what the list opens with
    made_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="a person has a view of a name once"),
            models.UniqueConstraint(
                fields=["owner", "page"], condition=Q(is_default=True), name="a list opens with one view"
            ),
            models.CheckConstraint(name="a saved view has a name", condition=~Q(name="")),
        ]
        indexes = [models.Index(fields=["team", "page"], name="views_of_a_team")]

    def __str__(self) -> str:
        return self.name
