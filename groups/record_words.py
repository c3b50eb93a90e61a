"""Tells an audit row of a group in words: which fact went from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.audit_words import words_for
from groups.forms import AmendForm, GroupForm
from groups.models import AuditEntry, Group, User
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Platform, Signal
from groups.range_words import in_a_row

LABELS: dict[str, str | Promise] = {
    **{name: field.label for name, field in AmendForm.base_fields.items() if field.label},
    **{name: field.label for name, field in GroupForm.base_fields.items() if field.label},
    "owner_id": GroupForm.base_fields["owner"].label or "",
    "upstream_id": gettext_lazy("Members come from"),
    "closed_on": gettext_lazy("Closed on"),
    "goal_met_on": gettext_lazy("Goal met on"),
    "rests_from": gettext_lazy("First quiet day"),
    "rests_until": gettext_lazy("Last quiet day"),
    "member_cap": gettext_lazy("Member cap"),
    "weekly_hours": gettext_lazy("Weekly hours"),
    "planned_net": gettext_lazy("Planned net contribution a month"),
    "file": gettext_lazy("File"),
}
CHOICES: dict[str, Any] = {
    "platform": Platform,
    "layer": Layer,
    "monetization": Monetization,
    "activity_kind": ActivityKind,
    "lifespan": Lifespan,
    "signal": Signal,
}
# Facts that a registration begins with; the others of it are told by the group itself.
OF_A_BEGINNING = ("owner_id", "platform", "layer", "opened_on", "monetization", "activity_kind", "lifespan", "ends_on")


@dataclass(frozen=True)
class Happening:
    """One row of the record in words; `facts` are (what, before, after), an empty text where nothing stood."""

    entry: AuditEntry
    title: str
    facts: list[tuple[str, str, str]]


def told(entries: Iterable[AuditEntry]) -> list[Happening]:
    """The rows in words, with the names behind their ids: three queries for any number at most."""
    entries = list(entries)
    sides = [side for entry in entries for side in (entry.before, entry.after) if isinstance(side, dict)]
    people = _names(User, "owner_id", sides)
    agreeing = _names(User, "dissolution_approver_id", sides)
    groups = _names(Group, "upstream_id", sides)
    return [
        _told(entry, {"owner_id": people, "upstream_id": groups, "dissolution_approver_id": agreeing})
        for entry in entries
    ]


def _told(entry: AuditEntry, names: Mapping[str, Mapping[Any, str]]) -> Happening:
    before, after = entry.before or {}, entry.after or {}
    keys = [key for key in dict.fromkeys([*before, *after]) if key in LABELS]
    if entry.verb == "registered":
        keys = [key for key in OF_A_BEGINNING if after.get(key) not in (None, "", "none")]
    facts = [
        (str(LABELS[key]), _worded(key, before.get(key), names), _worded(key, after.get(key), names)) for key in keys
    ]
    return Happening(entry, _title(entry, before, after), facts)


def _title(entry: AuditEntry, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """An edit of one fact is called by it."""
    changed = set(before) | set(after)
    if entry.verb == "edited" and changed == {"owner_id"}:
        return _("Owner changed")
    if entry.verb == "edited" and changed == {"layer"}:
        return _("Layer changed")
    return words_for(entry.verb)


def _worded(key: str, value: Any, names: Mapping[str, Mapping[Any, str]]) -> str:
    if value in (None, "", []):
        return ""
    if key in names:
        return names[key].get(value, str(value))
    if key in CHOICES:
        return str(dict(CHOICES[key].choices).get(value, value))
    return in_a_row(value) if isinstance(value, list) else str(value)


def _names(model: Any, key: str, sides: Iterable[Mapping[str, Any]]) -> dict[Any, str]:
    ids = {side[key] for side in sides if isinstance(side.get(key), int)}
    return {each.pk: str(each) for each in model.objects.filter(pk__in=ids)} if ids else {}
