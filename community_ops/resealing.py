"""Puts everything that is sealed under the newest key, so that an old key can be taken out of FILE_KEYS."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import BinaryField, Model

from groups.sealing import sealed_anew


@dataclass
class Resealed:
    """How many rows were put under the newest key, were under it already, and are opened by no key."""

    anew: int = 0
    already: int = 0
    unreadable: int = 0


def sealed_models() -> list[type[Model]]:
    """Every model with a column `sealed`."""
    return [
        model
        for model in apps.get_models()
        if any(field.name == "sealed" and isinstance(field, BinaryField) for field in model._meta.local_fields)
    ]


def reseal() -> Resealed:
    """Row by row, each for itself: it may be stopped and started again, and twice at once does no harm."""
    done = Resealed()
    for model in sealed_models():
        rows = model._default_manager.exclude(sealed=None).order_by("pk")
        last = 0
        while batch := list(rows.filter(pk__gt=last).values_list("pk", "sealed")[:20]):  # contents of up to 20 MB
            for pk, sealed in batch:
                _reseal(model, pk, bytes(sealed), done)
            last = batch[-1][0]
    return done


def _reseal(model: type[Model], pk: int, sealed: bytes, done: Resealed) -> None:
    try:
        anew = sealed_anew(sealed)
    except InvalidToken:
        done.unreadable += 1
        return
    if anew is None:
        done.already += 1
    else:
        done.anew += model._default_manager.filter(pk=pk, sealed=sealed).update(sealed=anew)
