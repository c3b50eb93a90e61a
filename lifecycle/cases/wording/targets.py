"""What speaks for or against a group as the place to move to."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lifecycle.rules.move_targets import Fit

REASONS: Mapping[str, str | Promise] = {
    "thriving": _("Thriving"),
    "stable": _("Healthy"),
    "forming": _("Still forming: who comes now shapes it"),
    "declining": _("On watch: look at it first"),
    "theme_alike": _("A theme alike"),
    "same_layer": _("Same layer"),
    "no_layer": _("One of the two is in no funnel"),
    "places_unknown": _("Nobody knows how many places are left"),
    "other_platform": _("On another platform"),
    "other_team": _("Of another team"),
}


def reason_text(code: str, fit: Fit) -> str:
    """One reason as a few words. A code of another version is shown as it is."""
    if code == "places_left":
        left = fit.room.places_left or 0
        return ngettext("%(left)s place left", "%(left)s places left", left) % {"left": left}
    return str(REASONS.get(code, code))
