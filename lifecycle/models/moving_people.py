"""Where the people of a migrating case are asked to, who was asked, and the code that lets them in."""

from django.db import models
from django.db.models import Q

from groups.access import ScopedQuerySet
from groups.models import Group, Team, User
from lifecycle.models.cases import Case


class Migration(models.Model):
    """The way of one plan to migrate. Without a target group its people go to a new theme (`Case.moves_to`).

    Who is asked is kept as the small number of `MemberNumber`, never as an identifier of the platform.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="migrations")
    plan = models.PositiveSmallIntegerField()
    began_on = models.DateField()  # the day of the decision; who came to the target before it did not come by it
    target = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    # The picture with the code of the target, drawn anew and encrypted; both or neither.
    sealed_code = models.BinaryField(null=True)
    code_until = models.DateField(null=True)  # the last day on which the code lets people in

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "plan"], name="a plan moves people one way"),
            models.CheckConstraint(
                name="a code of a group has its last day",
                condition=Q(sealed_code=None, code_until=None) | Q(sealed_code__isnull=False, code_until__isnull=False),
            ),
        ]


class AskedMember(models.Model):
    """A member who was asked to come along; goes when the people of the old group are forgotten."""

    migration = models.ForeignKey(Migration, models.CASCADE, related_name="asked")
    number = models.IntegerField()
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["migration", "number"], name="a member is asked once a migration"),
        ]
