"""Finds the case of an address for who may see it."""

from __future__ import annotations

from groups.models import User
from lifecycle.models import Case


def case_seen_by(user: User, pk: int) -> Case:
    """The case with its group, or Http404 for a foreign or missing one alike."""
    cases = Case.objects.select_related(
        "group__standing", "group__owner", "owner", "decided_by", "relapse_of", "playbook_row"
    )
    return cases.one_visible_to(user, pk)
