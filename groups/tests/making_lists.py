"""Plain functions that bring lists of groups in, doing at once what a worker does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from groups import registry_import
from groups.models import RegistryImport, Team, User


def worked(upload: RegistryImport) -> RegistryImport:
    registry_import.work(upload.pk, now=timezone.now())
    return RegistryImport.objects.select_related("change").get(pk=upload.pk)


def read_list(team: Team, by: User, content: bytes, **fields: Any) -> RegistryImport:
    """An upload that was read, and waits for its columns."""
    told = {"platform": "wecom", "file_name": "list.csv", "now": timezone.now()} | fields
    return worked(registry_import.receive(team=team, content=content, by=by, **told))


def previewed(
    team: Team, by: User, content: bytes, mapping: Mapping[str, int] | None = None, **fields: Any
) -> RegistryImport:
    """An upload that was read and judged, and waits for a confirmation."""
    upload = read_list(team, by, content, **fields)
    if upload.state == RegistryImport.State.COLUMNS:
        registry_import.match(
            upload=upload, mapping=mapping or upload.mapping, remember=False, by=by, now=timezone.now()
        )
    return worked(upload)


def written(upload: RegistryImport, by: User, **how: Any) -> RegistryImport:
    """What became of a list that somebody confirmed."""
    how = {"only_good": True, "with_same_names": False} | how
    registry_import.ask(upload=upload, by=by, now=timezone.now(), **how)
    return worked(upload)
