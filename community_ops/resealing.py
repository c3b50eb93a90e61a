"""Puts everything that is sealed under the newest key, so that an old key can be taken out of FILE_KEYS."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import BinaryField, Model, Q

from groups.sealing import sealed_anew

AT_ONCE = 20  # contents of up to 20 MB are held in memory


@dataclass
class Resealed:
    """How many contents were put under the newest key, were under it already, and are opened by no key."""

    anew: int = 0
    already: int = 0
    unreadable: int = 0


def sealed_columns() -> list[tuple[type[Model], str]]:
    """Every column that holds what groups.sealing sealed: a BinaryField named `sealed`, or `sealed_` and what it is."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, BinaryField) and (field.name == "sealed" or field.name.startswith("sealed_"))
    ]


def reseal() -> Resealed:
    """Row by row, each for itself: it may be stopped and started again, and twice at once does no harm."""
    done = Resealed()
    for model, column in sealed_columns():
        rows = model._default_manager.exclude(Q(**{column: None}) | Q(**{column: b""})).order_by("pk")
        last = 0
        while batch := list(rows.filter(pk__gt=last).values_list("pk", column)[:AT_ONCE]):
            for pk, sealed in batch:
                _reseal(model, column, pk, bytes(sealed), done)
            last = batch[-1][0]
    return done


def _reseal(model: type[Model], column: str, pk: int, sealed: bytes, done: Resealed) -> None:
    try:
        anew = sealed_anew(sealed)
    except InvalidToken:
        done.unreadable += 1
        return
    if anew is None:
        done.already += 1
    else:
        # Whoever wrote it meanwhile wrote with the newest key: what is not the same any more is left alone.
        done.anew += model._default_manager.filter(pk=pk, **{column: sealed}).update(**{column: anew})
