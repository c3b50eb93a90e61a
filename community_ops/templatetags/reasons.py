"""Why a group is flagged, as a sentence, for pages of apps that do not know community_ops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from community_ops.reasons import cause_sentence as sentence

register = template.Library()


@register.simple_tag
def cause_sentence(cause: str, evidence: Mapping[str, Any] | None, told: Mapping[str, Any] | None = None) -> str:
    """The cause with its figures; the cause alone where no figures are kept. `told`: the evidence of the flag."""
    return sentence(cause, evidence or {}, told)
