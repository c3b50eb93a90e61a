"""Orders of shop systems: what was bought, which group it belongs to by which rule, and the files they came in."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from groups.access import ScopedQuerySet
from groups.models.group import Group
from groups.models.leased import Leased
from groups.models.money import LedgerLine
from groups.models.people import Team, User


class Shop(models.TextChoices):
    YOUZAN = "youzan", _("Youzan")
    WEIMOB = "weimob", _("Weimob")
    JD = "jd", _("JD.com")
    TMALL = "tmall", _("Tmall or Taobao")
    OTHER = "other", _("Another shop system")


class Days(Func):
    """The days of a rule as a range, both ends included; open where there is no end."""

    function = "daterange"
    output_field = DateRangeField()


class AttributionRule(models.Model):
    """Orders that carry exactly this word on these days belong to the group. Ended or withdrawn, never edited.

    `pattern` of a phone rule is the keyed hash of the number; `shown` is what people may see of it.
    """

    class Kind(models.TextChoices):
        GROUP_KEY = "group_key", _("Mini-program group id")
        COUPON = "coupon", _("Coupon")
        DISTRIBUTOR = "distributor", _("Distributor")
        SHOP_POINT = "shop_point", _("Shop point")
        PHONE = "phone", _("Buyer's phone")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kind = models.CharField(_("Orders are told by"), max_length=11, choices=Kind)
    pattern = models.CharField(_("Exactly this text"), max_length=120)
    shown = models.CharField(max_length=120)
    group = models.ForeignKey(Group, models.PROTECT, related_name="attribution_rules")
    valid_from = models.DateField(_("From day"))
    valid_until = models.DateField(_("Until day"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one rule for a text of a team at a time",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("pattern", RangeOperators.EQUAL),
                    (
                        Days("valid_from", "valid_until", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="a rule ends on or after it begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="a rule has a text to look for", condition=~Q(pattern="")),
        ]


class OrderImport(Leased):
    """One file of orders: read, looked at, then brought in or dropped. The file is kept until it is read, its rows
    until they are decided on."""

    class State(models.TextChoices):
        READING = "reading", _("Reading the file")
        COLUMNS = "columns", _("Waiting for its columns")
        LOOKED_AT = "looked_at", _("Waiting for your confirmation")
        WRITING = "writing", _("Being imported")
        DONE = "done", _("Imported")
        DROPPED = "dropped", _("Dropped")
        REPEATED = "repeated", _("Already imported")
        REFUSED = "refused", _("Refused")

    AT_WORK = (State.READING, State.WRITING)

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    shop = models.CharField(_("Shop system"), max_length=6, choices=Shop)
    file_name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.READING)
    sealed = models.BinaryField(null=True)  # the file, encrypted; null once it is read
    headers = models.JSONField(default=list)  # of a file whose columns do not name themselves
    mapping = models.JSONField(default=dict)  # field -> place of its column, as somebody matched them
    rows = models.BinaryField(null=True)  # packed rows without identifiers, see order_rows; null once decided
    rows_refused = models.IntegerField(default=0)
    rows_skipped = models.IntegerField(default=0)  # unpaid orders
    refusals = models.JSONField(default=list)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_figures = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)  # the counts of orders.Outcome
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=12, blank=True)  # why it waits again: gave_up
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "shop", "content_hash"],
                condition=Q(state="done"),
                name="the same orders are imported once per team",
            ),
            models.CheckConstraint(
                name="rows of a file are kept until it is decided",
                condition=Q(state__in=["looked_at", "writing"], rows__isnull=False)
                | ~Q(state__in=["looked_at", "writing"]) & Q(rows=None),
            ),
            models.CheckConstraint(
                name="a file of orders is kept until it is read",
                condition=Q(state__in=["reading", "columns"]) | Q(sealed=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="orders_at_work", condition=Q(state__in=["reading", "writing"])
            ),  # orders.lost
        ]

    def __str__(self) -> str:
        return self.file_name


class ShopOrder(models.Model):
    """What a buyer paid (`part` 0), or got back (1, 2, ...). Buyers are known by a keyed hash alone."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)
    shop = models.CharField(max_length=6, choices=Shop)
    number = models.CharField(_("Order number"), max_length=60)
    part = models.PositiveSmallIntegerField(default=0)
    paid_on = models.DateField(_("Paid on"))  # of a refund: its own day, or that of its order where the file has none
    amount = models.DecimalField(_("Amount"), max_digits=14, decimal_places=2)
    coupon = models.CharField(max_length=120, blank=True)
    distributor = models.CharField(max_length=120, blank=True)
    shop_point = models.CharField(max_length=120, blank=True)
    group_key = models.CharField(max_length=120, blank=True)
    buyer_key = models.CharField(max_length=32, blank=True)
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="shop_orders", db_index=False)
    rule = models.ForeignKey(AttributionRule, models.PROTECT, null=True, related_name="orders", db_index=False)
    upload = models.ForeignKey(OrderImport, models.PROTECT, related_name="orders", db_index=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "shop", "number", "part"], name="an order number is used once per team and shop"
            ),
            models.CheckConstraint(
                name="a sale is not negative, a refund is",
                condition=Q(part=0, amount__gte=0, amount__lt=10**12) | Q(part__gt=0, amount__lt=0),
            ),
            models.CheckConstraint(
                name="an attributed order names its rule",
                condition=Q(group=None, rule=None) | Q(group__isnull=False, rule__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["group", "paid_on"], name="orders_of_a_group"),  # order_lines, unit_counts
            models.Index(fields=["team", "paid_on"], condition=Q(group=None), name="orders_of_no_group"),  # attribution
        ]


class OrderDay(models.Model):
    """The revenue line that stands for the orders of a group and day. When they change, another takes its place."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    line = models.OneToOneField(LedgerLine, models.PROTECT, related_name="order_day")
    orders = models.IntegerField()
    superseded_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "on"],
                condition=Q(superseded_at=None),
                name="one line stands for the orders of a group and day",
            )
        ]
