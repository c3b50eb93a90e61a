"""What a page offers that depends on the team: people, groups, cost categories, the company's default prices."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessments.models import Assessment
from groups.access import team_roles, teams_above
from groups.models import CostCategory, Group, Membership, User
from groups.models.money import CostRoot


@dataclass(frozen=True)
class Choices:
    """Pairs of id and name; `archived` categories are offered no more. `defaults` are texts to start from by name.

    `approvers` may be asked to agree to an end: the people, and who manages a team above.
    """

    people: list[tuple[int, str]]
    approvers: list[tuple[int, str]]
    groups: list[tuple[int, str]]
    categories: list[tuple[int, str]]
    archived: list[tuple[int, str]]
    defaults: dict[str, str]

    def who(self, question: str) -> list[tuple[int, str]]:
        """Whom a question offers that names people."""
        return self.approvers if question == "dissolution_approver" else self.people


def people_for(assessment: Assessment, user: User) -> list[tuple[int, str]]:
    """What `choices_for` offers of people, alone."""
    return [(person.pk, str(person)) for person in _people(assessment, user)]


def _people(assessment: Assessment, user: User) -> QuerySet[User]:
    """People of the team and whoever asks; an owner who works above the team stays, one who left it does not."""
    others = [user.pk]
    if assessment.owner_id not in (None, user.pk) and assessment.team_id in team_roles(assessment.owner):
        others.append(assessment.owner_id)
    of_team = Q(memberships__team_id=assessment.team_id) | Q(pk__in=others)
    return User.objects.filter(of_team, is_active=True).distinct().order_by("sort_key", "pk")


def choices_for(assessment: Assessment, user: User) -> Choices:
    """The people, the team's running groups, categories of running cost.

    The end of a group is agreed to by the manager of the team where nobody else was chosen, else by one of the nearest
    team that has any.
    """
    people = _people(assessment, user)
    groups = Group.objects.running().filter(team_id=assessment.team_id).order_by("sort_key", "pk")
    categories = CostCategory.objects.filter(root=CostRoot.OPERATIONS).order_by("name")
    named = list(categories.values_list("pk", "name", "archived_at"))
    by_hour = (
        CostCategory.objects.priced_on(timezone.localdate())
        .filter(
            archived_at=None,
            root=CostRoot.LABOUR,
            priced_by=CostCategory.PricedBy.HOUR,
            default_price__isnull=False,
        )
        .order_by("pk")
        .first()
    )
    above = teams_above(assessment.team_id)
    managers = Membership.objects.filter(team__in=above, role=Membership.Role.MANAGER, user__is_active=True)
    leading = sorted(managers.select_related("user"), key=lambda each: (above.index(each.team_id), each.user.sort_key))
    listed = {person.pk: person for person in people} | {each.user_id: each.user for each in leading}
    approvers = sorted(listed.values(), key=lambda person: (person.sort_key, person.pk))
    return Choices(
        people=[(person.pk, str(person)) for person in people],
        approvers=[(person.pk, str(person)) for person in approvers],
        groups=list(groups.values_list("pk", "name")),
        categories=[(pk, name) for pk, name, archived_at in named if archived_at is None],
        archived=[(pk, name) for pk, name, archived_at in named if archived_at is not None],
        defaults={"me": str(user.pk)}
        | ({"hour_cost": f"{by_hour.default_price.normalize():f}"} if by_hour else {})
        | ({"manager": str(leading[0].user_id)} if leading else {}),
    )
