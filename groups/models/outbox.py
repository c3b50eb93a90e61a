"""What must be told to the outside or to a worker: rows that commit with their cause and are sent by the tick."""

from django.db import models


class OutboxMessage(models.Model):
    """One message to send, at least once. `key` makes writing it twice a no-op."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)  # ids only
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=40, blank=True, default="", db_default="")  # whose log lines it belongs to

    class Meta:
        indexes = [
            models.Index(fields=["available_at"], condition=models.Q(sent_at=None), name="outbox_unsent"),
        ]
