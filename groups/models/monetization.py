"""How a group earns, with the days on which it does: several at once, exactly one of them the main one."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group, Monetization
from groups.models.people import Team, User

# Ranges have an index of their own kind in every PostgreSQL; equality of plain columns would need an extension.
KIND_PLACE = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(Monetization.values)),
    default=Value(7),
    output_field=models.IntegerField(),
)
SLOTS = 8
DAYS = Func(F("from_on"), F("until_on"), function="daterange", output_field=models.Field())


def _point(number):
    return Func(number, number, Value("[]"), function="int8range", output_field=models.Field())


class RevenueModelQuerySet(ScopedQuerySet):
    def live(self):
        """Models that stand on record and were not put aside by a change on the same day."""
        return self.filter(withdrawn_at=None)

    def on(self, day):
        """Models that hold on a day."""
        return self.live().filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)


class RevenueModel(models.Model):
    """One way in which a group earns, from a day until the day before `until_on`. Inputs never change: a change from
    a date ends one row and begins another."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="revenue_models")
    kind = models.CharField(_("Revenue model"), max_length=12, choices=Monetization)
    is_main = models.BooleanField(default=False)
    from_on = models.DateField(_("Holds from"))
    until_on = models.DateField(_("Until"), null=True, blank=True)
    # Written by groups.rules.monetization.inputs.stored, read by kinds.inputs_of.
    inputs = models.JSONField(default=dict)
    reason = models.CharField(_("Why it changes"), max_length=200, blank=True)
    token = models.UUIDField(null=True, unique=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = RevenueModelQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a group has one main model a day",
                expressions=[(_point(F("group_id")), RangeOperators.OVERLAPS), (DAYS, RangeOperators.OVERLAPS)],
                condition=Q(is_main=True, withdrawn_at=None),
            ),
            ExclusionConstraint(
                name="a model of a kind does not overlap itself",
                expressions=[
                    (_point(F("group_id") * SLOTS + KIND_PLACE), RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="a model ends after it begins", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            models.CheckConstraint(name="a model is of a known kind", condition=Q(kind__in=Monetization.values)),
        ]
        indexes = [models.Index(fields=["group", "-from_on"], name="models_of_a_group")]
