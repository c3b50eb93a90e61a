"""People who moved on from one group to the next layer: counts, or member by member. Added to, never edited."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group, Layer
from groups.models.people import Team, User


class LayerMove(models.Model):
    """So many people moved on a day. A reversal carries the negative number of the move that it takes back."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    source = models.ForeignKey(Group, models.PROTECT, related_name="moves_out", verbose_name=_("From"))
    target = models.ForeignKey(Group, models.PROTECT, related_name="moves_in", verbose_name=_("To"))
    # The layers as they were on the day of recording: a group may be put into another layer later.
    from_layer = models.CharField(max_length=6, choices=Layer)
    to_layer = models.CharField(max_length=6, choices=Layer)
    on = models.DateField(_("Date"))
    people = models.IntegerField(_("People"))
    # Whether nobody knew how many members the group had, so that the number could not be checked against it.
    members_unknown = models.BooleanField(default=False)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    token = models.UUIDField(null=True, unique=True, editable=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="people move to another group", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="only a reversal takes people back",
                condition=Q(people__gt=0, reverses=None) | Q(people__lt=0, reverses__isnull=False),
            ),
            models.CheckConstraint(
                name="a move is within reason", condition=Q(people__range=(-10_000_000, 10_000_000))
            ),
        ]
        indexes = [
            models.Index(fields=["team", "on"], name="moves_of_a_span"),  # community_ops.insights.funnel
            models.Index(fields=["source", "on"], name="moves_from_a_group"),
        ]


class MovedMember(models.Model):
    """One member of a move by the keyed hash of the platform's id, which is the one that activity is stored under.

    `stands` falls with a reversal, so that the same member may be recorded again.
    """

    move = models.ForeignKey(LayerMove, models.CASCADE, related_name="members")
    source_id = models.BigIntegerField()
    target_id = models.BigIntegerField()
    hash = models.BinaryField(max_length=16)
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "target_id", "hash"],
                condition=Q(stands=True),
                name="a member moves once between two groups",
            )
        ]
