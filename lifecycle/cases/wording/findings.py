"""One sentence for what a treatment did, beside what happened to similar groups anyway."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lifecycle.models import Treatment
from lifecycle.rules.outcomes import LIMITS

SENTENCES: Mapping[str, str | Promise] = {
    "helped": ngettext_lazy(
        "It helped: %(acts)s acts instead of the %(expected)s that %(similar)s similar group would lead to expect",
        "It helped: %(acts)s acts instead of the %(expected)s that %(similar)s similar groups would lead to expect",
        "similar",
    ),
    "harmed": ngettext_lazy(
        "It made things worse: %(acts)s acts instead of the %(expected)s that %(similar)s similar group would lead to"
        " expect",
        "It made things worse: %(acts)s acts instead of the %(expected)s that %(similar)s similar groups would lead to"
        " expect",
        "similar",
    ),
    "unsure": ngettext_lazy(
        "It cannot be told from chance: %(acts)s acts instead of the %(expected)s that %(similar)s similar group would"
        " lead to expect",
        "It cannot be told from chance: %(acts)s acts instead of the %(expected)s that %(similar)s similar groups would"
        " lead to expect",
        "similar",
    ),
    "no_comparison": _("Nobody can tell what it did: fewer than %(least)s similar groups were left alone then"),
    "no_data": _("Nobody can tell what it did: the group was observed on too few days"),
}


def finding_text(treatment: Treatment) -> str:
    """What was found, or from when on it can be."""
    if not treatment.finding:
        day = treatment.began_on + timedelta(days=LIMITS.window)
        return _("Measured from %(day)s on, when 28 days have passed") % {"day": day.isoformat()}
    return str(
        SENTENCES[treatment.finding]
        % {
            "acts": treatment.acts_after,
            "expected": None if treatment.expected_acts is None else round(treatment.expected_acts),
            "similar": treatment.similar_groups,
            "least": LIMITS.least_similar,
        }
    )


def times(effect: float | None) -> float | None:
    """How many times as much as expected, from its logarithm."""
    return None if effect is None else math.exp(effect)
