"""Append-only record of who changed what; written in the transaction of the change."""

from django.db import models
from django.db.models import F, Q

from groups.access import ScopedQuerySet


class AuditEntry(models.Model):
    """One change. Plain ids instead of foreign keys: the record outlives what it speaks of."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    team_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=160, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_an_object"),
            models.Index(fields=["team_id", "-id"], name="audit_of_a_team"),
            models.Index(fields=["at", "id"], name="audit_by_time"),  # community_ops.audit_browser
            models.Index(fields=["actor_id", "at", "id"], name="audit_of_a_person"),
        ]


class AuditSeal(models.Model):
    """The rows first_id..last_id of the record and all seals before, as one digest (`groups/audit_chain.py`)."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3, ... without a gap
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.IntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_id"], name="a row of the record is sealed once"),
            models.CheckConstraint(name="a seal holds rows", condition=Q(rows__gte=1) & Q(last_id__gte=F("first_id"))),
        ]
