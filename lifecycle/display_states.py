"""How the observed states of a group are shown to people: nine states in code, seven words on the screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifecycle.models.health import HealthState


class DisplayState(models.TextChoices):
    """The words that people read, best first; used in addresses (`?state=at_risk`), tags, charts and legends alike."""

    HEALTHY = "healthy", _("Healthy")
    WATCH = "watch", _("Watch")
    AT_RISK = "at_risk", _("At risk")
    DEAD = "dead", _("Dead")
    FORMING = "forming", _("Forming")
    COMPLETED = "completed", _("Completed")
    UNKNOWN = "unknown", _("Not enough data")


ICONS = {
    DisplayState.HEALTHY: "check-circle-fill",
    DisplayState.WATCH: "diamond-fill",
    DisplayState.AT_RISK: "triangle-fill",
    DisplayState.DEAD: "x-octagon-fill",
    DisplayState.FORMING: "hourglass",
    DisplayState.COMPLETED: "flag",
    DisplayState.UNKNOWN: "circle-dashed",
}

_SHOWN = {
    HealthState.THRIVING: DisplayState.HEALTHY,
    HealthState.STABLE: DisplayState.HEALTHY,
    HealthState.DECLINING: DisplayState.WATCH,
    HealthState.DORMANT: DisplayState.AT_RISK,
    HealthState.AD_OVERRUN: DisplayState.AT_RISK,
    HealthState.DEAD: DisplayState.DEAD,
    HealthState.FORMING: DisplayState.FORMING,
    HealthState.MISSION_COMPLETE: DisplayState.COMPLETED,
    HealthState.UNKNOWN: DisplayState.UNKNOWN,
}

# The states that a share of healthy groups is computed over: the group lives and was judged.
JUDGED = (DisplayState.HEALTHY, DisplayState.WATCH, DisplayState.AT_RISK, DisplayState.DEAD)
# What somebody should look at first.
TROUBLED = (DisplayState.AT_RISK, DisplayState.DEAD)


def shown_as(state: int | None) -> DisplayState:
    """The word for an observed state; a group that was never judged has no data."""
    return DisplayState.UNKNOWN if state is None else _SHOWN[HealthState(state)]


def states_behind(*shown: DisplayState | str) -> list[int]:
    """The observed states that are shown under any of these words; for filters."""
    words = {DisplayState(word) for word in shown}
    return [int(state) for state, word in _SHOWN.items() if word in words]
