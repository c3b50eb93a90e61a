from __future__ import annotations

from django.utils.functional import Promise

from community_ops.both_languages import in_both


class BackupFailed(Exception):
    """A backup or a restore cannot go on; the text says in both languages what to do."""

    def __init__(self, said: str | Promise) -> None:
        super().__init__(in_both(said))
