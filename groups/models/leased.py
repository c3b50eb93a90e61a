"""Columns of a row that stands for work of a worker."""

from django.db import models


class Leased(models.Model):
    """Work that one worker at a time holds, for as long as it says that it lives; see groups.leases."""

    attempts = models.PositiveSmallIntegerField(default=0)  # at the stage that it is in
    claim = models.UUIDField(null=True, editable=False)  # of the worker that is at it
    lease_until = models.DateTimeField(null=True)  # by the clock of the database
    asked_at = models.DateTimeField(null=True)  # when a worker was last asked to look
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True
