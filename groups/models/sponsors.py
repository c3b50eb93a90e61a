"""Partners that pay for placements in groups, and the placements: planned, done, paid, or cancelled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.money import LedgerLine
from groups.models.people import Team, User


class Partner(models.Model):
    """A company of which a team shows offers in its groups. Archived, never deleted."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="partners")
    name = models.CharField(_("Partner"), max_length=60)
    audience = models.CharField(_("Whom they want to reach"), max_length=200, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"], condition=Q(archived_at=None), name="a live partner has one name in a team"
            ),
            models.CheckConstraint(name="a partner has a name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class PlacementQuerySet(ScopedQuerySet):
    def standing(self):
        """Placements that are planned or took place."""
        return self.exclude(state=Placement.State.CANCELLED)

    def shown(self):
        """Placements that members have seen."""
        return self.filter(state__in=(Placement.State.DONE, Placement.State.PAID))


class Placement(models.Model):
    """One offer of a partner in one group on a day. A paid one stands in the ledger of the group."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done, not paid yet")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    class PaidBy(models.TextChoices):
        PLACEMENT = "placement", _("Per placement")
        RESULT = "result", _("Per result")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="placements", verbose_name=_("Partner"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="placements", verbose_name=_("Group"))
    on = models.DateField(_("Date"))
    paid_by = models.CharField(_("How it is paid"), max_length=9, choices=PaidBy)
    price = models.DecimalField(_("Agreed price"), max_digits=14, decimal_places=2)
    results = models.PositiveIntegerField(_("Results"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    # Why it goes ahead although the month is full; empty where it is not.
    over_cap_reason = models.CharField(max_length=200, blank=True)
    line = models.OneToOneField(LedgerLine, models.PROTECT, null=True, blank=True, related_name="placement")
    token = models.UUIDField(unique=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="the price of a placement is money", condition=Q(price__gte=0, price__lt=10**12)
            ),
            models.CheckConstraint(
                name="results count only where they are paid for", condition=Q(results=None) | Q(paid_by="result")
            ),
            models.CheckConstraint(
                name="what was paid per result has its results",
                condition=~Q(state__in=["done", "paid"]) | Q(paid_by="placement") | Q(results__isnull=False),
            ),
            models.CheckConstraint(
                name="a paid placement stands in the ledger",
                condition=Q(state="paid", line__isnull=False)
                | Q(state__in=["planned", "done"], line=None)
                | Q(state="cancelled"),
            ),
        ]
        indexes = [
            models.Index(fields=["team", "on"], name="placements_of_a_month"),  # the calendar
            models.Index(fields=["group", "on"], name="placements_of_a_group"),  # the cap, the price of trust
        ]
