"""Writes a line with what proves it. A receipt changes no figure: a closed month takes one, a reversal leaves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from groups import ledger, papers
from groups.models import Group, GroupFile, LedgerLine, User


@transaction.atomic
def enter_line(
    *, group: Group, receipt: UploadedFile | None, token: UUID, by: User, now: datetime, **line: Any
) -> LedgerLine:
    """Enter a line with its receipt, or neither; once per token. Raises what ledger.enter_line and add_file raise."""
    entered = ledger.enter_line(group=group, token=token, by=by, now=now, **line)
    if receipt:
        add(line=entered, receipt=receipt, token=token, by=by, now=now)
    return entered


def add(*, line: LedgerLine, receipt: UploadedFile, token: UUID, by: User, now: datetime) -> GroupFile:
    """Keep the receipt of a line that stands. Raises FileNotTaken or papers.TooManyFiles."""
    content = b"".join(receipt.chunks())
    return papers.add_file(
        group=line.group, line=line, name=receipt.name or "", content=content, token=token, by=by, now=now
    )


def count_of_a_line() -> Subquery:
    """For lines: how many receipts each has; None for none. Only the lines that are read are counted for."""
    kept = GroupFile.objects.filter(line=OuterRef("pk"), removed_at=None).order_by()
    return Subquery(kept.values("line").annotate(count=Count("pk")).values("count"))
