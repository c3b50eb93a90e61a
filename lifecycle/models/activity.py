"""What happened in a group on a day: counts, and the set of members who acted.

Both tables are partitioned by month and made by SQL in the migrations: fixed-width columns, no surrogate key and no
foreign keys, since those cost more than the rows (docs/decisions). A row exists only for a day that was observed.
Which columns were observed is told by the bits of `known`; an unknown column holds 0 and its bit is clear.
"""

from django.db import models

from lifecycle.rules.counts import COUNTS, KNOWN

__all__ = ["COUNTS", "KNOWN", "ActingMembers", "DailyActivity", "MemberNumber"]


class DailyActivity(models.Model):
    pk = models.CompositePrimaryKey("group_id", "day")
    group_id = models.IntegerField()
    day = models.DateField()
    known = models.SmallIntegerField()
    members = models.IntegerField(default=0)
    joins = models.IntegerField(default=0)
    leaves = models.IntegerField(default=0)
    messages = models.IntegerField(default=0)
    speakers = models.IntegerField(default=0)
    clicks = models.IntegerField(default=0)
    orders = models.IntegerField(default=0)
    buyers = models.IntegerField(default=0)
    ads = models.IntegerField(default=0)
    revenue_cents = models.BigIntegerField(default=0)
    filler = models.IntegerField(default=0)
    incentivised = models.IntegerField(default=0)
    questions = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    batch_id = models.IntegerField(default=0)  # the import that wrote the row last

    class Meta:
        managed = False
        db_table = "lifecycle_daily"

    def count(self, name: str) -> int | None:
        """The observed count, or None where nobody looked."""
        return getattr(self, name) if self.known & KNOWN[name] else None


class ActingMembers(models.Model):
    """The members who acted in a group on a day, as small per-group numbers, with how often each."""

    pk = models.CompositePrimaryKey("group_id", "day")
    group_id = models.IntegerField()
    day = models.DateField()
    members = models.JSONField()  # int4[] in the database, ascending; read by lifecycle.series
    acts = models.JSONField()  # int4[], same order

    class Meta:
        managed = False
        db_table = "lifecycle_acting"


class MemberNumber(models.Model):
    """The small number that stands for a member of one group. The platform's identifier is kept only as keyed hash."""

    pk = models.CompositePrimaryKey("group_id", "hash")
    group_id = models.IntegerField()
    hash = models.BinaryField(max_length=16)
    number = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group_id", "number"], name="a number stands for one member")]
