"""Writes what lies beside a group: notes, which are never rewritten, and files and receipts, kept encrypted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from groups import audit
from groups.models import Group, GroupFile, GroupFileContent, GroupNote, LedgerLine, User
from groups.names import shown_file_name
from groups.rules.file_kinds import KINDS, MOST_FILES, MOST_RECEIPTS, RECEIPT_KINDS, kept_name, kind_of
from groups.sealing import seal, unseal


class TooManyFiles(Exception):
    """The group, or the line, has as many files as it may; remove one first."""


@transaction.atomic
def add_note(*, group: Group, text: str, token: UUID, by: User, now: datetime) -> GroupNote:
    """Add a remark, once per token."""
    note, is_new = GroupNote.objects.get_or_create(
        token=token,
        defaults={"group": group, "team_id": group.team_id, "text": text, "written_by": by, "written_at": now},
    )
    if is_new:
        audit.record(verb="note added", thing=group, by=by, now=now)
    return note


@transaction.atomic
def add_file(
    *, group: Group, line: LedgerLine | None = None, name: str, content: bytes, token: UUID, by: User, now: datetime
) -> GroupFile:
    """Keep a file, as the receipt of `line` if one is given, once per token. Raises FileNotTaken or TooManyFiles."""
    shown = shown_file_name(name, longest=300)
    kind = kind_of(shown, content, RECEIPT_KINDS if line else KINDS)
    Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    kept = GroupFile.objects.filter(token=token).first()
    if kept:
        return kept
    beside = GroupFile.objects.filter(group=group, line=line, removed_at=None).count()
    if beside >= (MOST_RECEIPTS if line else MOST_FILES):
        raise TooManyFiles
    file = GroupFile.objects.create(
        group=group,
        line=line,
        team_id=group.team_id,
        name=kept_name(shown, kind),
        kind=kind,
        size=len(content),
        token=token,
        added_at=now,
        added_by=by,
    )
    GroupFileContent.objects.create(file=file, sealed=seal(content))
    audit.record(verb=f"{_word(file)} added", thing=group, by=by, now=now, after=_told(file) | {"bytes": file.size})
    return file


@transaction.atomic
def hand_out(*, file: GroupFile, by: User, now: datetime) -> bytes:
    """The bytes of a file, with who took them on record. GroupFileContent.DoesNotExist once it is removed."""
    content = unseal(bytes(GroupFileContent.objects.get(file=file).sealed))
    audit.record(verb=f"{_word(file)} taken out", thing=file.group, by=by, now=now, after=_told(file))
    return content


@transaction.atomic
def remove_file(*, file: GroupFile, by: User, now: datetime) -> bool:
    """Delete the bytes; that there was a file, and who removed it, stays. False if it was gone before."""
    gone = GroupFile.objects.filter(pk=file.pk, removed_at=None).update(removed_at=now, removed_by=by)
    if not gone:
        return False
    GroupFileContent.objects.filter(file=file).delete()
    audit.record(verb=f"{_word(file)} removed", thing=file.group, by=by, now=now, before=_told(file))
    return True


def _word(file: GroupFile) -> str:
    return "receipt" if file.line_id else "file"


def _told(file: GroupFile) -> dict[str, object]:
    return {"file": file.name} | ({"line": file.line_id} if file.line_id else {})
