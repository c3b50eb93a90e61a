"""The sample data being loaded or taken off: work of a worker that an administrator asked for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models.leased import Leased
from groups.models.people import User


class SampleWork(Leased):
    """Sample data loaded or taken off, once: who asked, how far it is, what came of it. `counts` as the demo counts."""

    class Kind(models.TextChoices):
        LOAD = "load", _("Load the sample data")
        CLEAR = "clear", _("Take the sample data off")

    class State(models.TextChoices):
        AT_WORK = "at_work", _("In work")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        REFUSED = "refused", _("Refused")
        GAVE_UP = "gave_up", _("Given up")

    kind = models.CharField(max_length=5, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.AT_WORK)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    owned = models.JSONField(default=list)  # names of groups of others that hold the sample data, where it was refused

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="at_work"),
                name="sample data are worked on once at a time",
            ),
            models.CheckConstraint(
                name="work on sample data that is over says since when",
                condition=Q(state="at_work", ended_at=None) | ~Q(state="at_work") & Q(ended_at__isnull=False),
            ),
        ]
