"""The keys: there, different from one another, and able to open what is sealed in the database."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.doctor.findings import Finding, fault, good, note
from community_ops.resealing import sealed_columns
from groups.sealing import unseal

SHORTEST = 32
TRIED = 5  # of each column the oldest and the newest so many; `reseal` reads all


def look() -> list[Finding]:
    return [*of_settings(settings.SECRET_KEY, settings.MEMBER_KEY, settings.FILE_KEYS), of_sealed(unreadable())]


def of_settings(secret: str, member: str, files: list[str]) -> list[Finding]:
    keep = _("Keep the value that keys.env holds; a new one makes what it protects unreadable")
    found = []
    if len(secret) < SHORTEST:
        found.append(fault("SECRET_KEY", _("It is short, and sessions can be forged"), _("Set 50 random characters")))
    if member == secret:
        found.append(note("MEMBER_KEY", _("It is not set; SECRET_KEY stands in for it"), keep))
    if not files:
        found.append(note("FILE_KEYS", _("It is not set; a key made from SECRET_KEY stands in for it"), keep))
    return found or [good("keys", _("SECRET_KEY, MEMBER_KEY and FILE_KEYS are set"))]


def unreadable() -> dict[str, int]:
    """How many of those tried no key opens, by column; and how many were tried under an empty name."""
    found: dict[str, int] = {"": 0}
    for model, column in sealed_columns():
        rows = model._default_manager.exclude(Q(**{column: None}) | Q(**{column: b""}))
        ends = [*rows.order_by("pk").values_list("pk", flat=True)[:TRIED]]
        ends += rows.order_by("-pk").values_list("pk", flat=True)[:TRIED]
        for pk in set(ends):
            found[""] += 1
            sealed = model._default_manager.values_list(column, flat=True).get(pk=pk)
            try:
                unseal(bytes(sealed))
            except InvalidToken:
                name = f"{model._meta.db_table}.{column}"
                found[name] = found.get(name, 0) + 1
    return found


def of_sealed(tried: dict[str, int]) -> Finding:
    closed = {name: count for name, count in tried.items() if name}
    if closed:
        where = ", ".join(f"{name}: {count}" for name, count in closed.items())
        return fault(
            "sealed files",
            format_lazy(_("No key opens some of what is sealed ({where})"), where=where),
            _("Add the key under which it was sealed to FILE_KEYS, behind the newest"),
        )
    return good("sealed files", format_lazy(_("The keys open all {count} samples"), count=tried[""]))
