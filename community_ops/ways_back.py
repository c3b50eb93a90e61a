"""One sentence on what would bring a group back above its line, from the rule of the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_ops import numbers
from lifecycle.rules.policy import DEFAULT_POLICY, Policy
from lifecycle.rules.way_back import Change, way_back


def way_back_sentence(evidence: Mapping[str, Any], policy: Policy = DEFAULT_POLICY) -> str:
    """Empty where the group is above its line or nothing can be said. Scores are rounded down: nothing is promised."""
    found = way_back(evidence, policy)
    if found is None:
        return ""
    words = {"people": numbers.grouped(found.people), "score": found.score // 100, "line": found.line // 100}
    if found.change == Change.PEOPLE:
        return (
            ngettext(
                "%(people)s more person taking part within 28 days would bring it to %(score)s (line: %(line)s).",
                "%(people)s more people taking part within 28 days would bring it to %(score)s (line: %(line)s).",
                found.people,
            )
            % words
        )
    if found.change == Change.LEVEL:
        return _("As many acts as usual would bring it to %(score)s (line: %(line)s).") % words
    if found.change == Change.CAP:
        return _("Once the upper limit falls away it stands at %(score)s (line: %(line)s).") % words
    if found.change == Change.BOTH:
        return (
            ngettext(
                "%(people)s more person within 28 days and as many acts as usual would bring it to %(score)s"
                " (line: %(line)s).",
                "%(people)s more people within 28 days and as many acts as usual would bring it to %(score)s"
                " (line: %(line)s).",
                found.people,
            )
            % words
        )
    return (
        _(
            "More people and as many acts as usual would bring it to %(score)s at once; up to %(line)s it takes more"
            " weeks with activity and people who come back."
        )
        % words
    )
