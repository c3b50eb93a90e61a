"""Writes the connection: its secrets, which are shown to nobody again, and whether it rests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from groups import audit
from groups.models import User
from groups.sealing import seal
from lifecycle.models import WecomConnection, WecomGroup
from lifecycle.wecom.client import Client
from lifecycle.wecom.tokens import current


class CorpIsFixed(ValueError):
    """Groups of one company are known; another company's would be mixed with them. Nothing was written."""


@transaction.atomic
def connect(
    *, corp_id: str, secret: str = "", callback_token: str = "", callback_key: str = "", by: User, now: datetime
) -> WecomConnection:
    """Make the connection or change it. An empty secret keeps the one that is there.

    Whatever was wrong before is forgotten, so that the next call is made at once.
    """
    connected = WecomConnection.objects.select_for_update().first()
    before = connected.corp_id if connected else None
    if connected and corp_id != connected.corp_id and WecomGroup.objects.exists():
        raise CorpIsFixed(corp_id)
    connected = connected or WecomConnection(connected_at=now, connected_by=by)
    connected.corp_id = corp_id
    changed = [name for name, given in (("secret", secret), ("callback", callback_token or callback_key)) if given]
    if secret:
        connected.sealed_secret = seal(secret.encode())
    if callback_token:
        connected.sealed_callback_token = seal(callback_token.encode())
    if callback_key:
        connected.sealed_callback_key = seal(callback_key.encode())
    if secret or before != corp_id:
        connected.sealed_token, connected.token_until = b"", None
    connected.trouble, connected.trouble_code, connected.trouble_at, connected.wait_until = "", None, None, None
    connected.save()
    after: dict[str, Any] = {"corp_id": corp_id, "changed": changed}
    verb = "WeCom connected" if before is None else "WeCom connection changed"
    audit.record(
        verb=verb, thing=connected, by=by, now=now, before={"corp_id": before} if before else None, after=after
    )
    return connected


@transaction.atomic
def pause(*, by: User, now: datetime) -> bool:
    """Ask nothing until somebody resumes; callbacks are still kept. False if it rests already."""
    if not WecomConnection.objects.filter(paused_at=None).update(paused_at=now):
        return False
    audit.record(verb="WeCom connection paused", thing=WecomConnection.objects.get(), by=by, now=now)
    return True


@transaction.atomic
def resume(*, by: User, now: datetime) -> bool:
    """Go on. False if it did not rest."""
    if not WecomConnection.objects.filter(paused_at__isnull=False).update(paused_at=None, wait_until=None):
        return False
    audit.record(verb="WeCom connection resumed", thing=WecomConnection.objects.get(), by=by, now=now)
    return True


@transaction.atomic
def set_counting(*, counting: str, by: User, now: datetime) -> bool:
    """Set how the platform's figures are to be read. False if they are read so already."""
    connected = WecomConnection.objects.select_for_update().get()
    if connected.counting == counting:
        return False
    WecomConnection.objects.update(counting=counting)
    told = {"before": {"counting": connected.counting}, "after": {"counting": counting}}
    audit.record(verb="WeCom figures read otherwise", thing=connected, by=by, now=now, **told)
    return True


@transaction.atomic
def forget_secrets(*, by: User, now: datetime) -> None:
    """End the connection: all secrets are deleted; groups and figures stay."""
    WecomConnection.objects.update(
        sealed_secret=b"", sealed_callback_token=b"", sealed_callback_key=b"", sealed_token=b"", token_until=None
    )
    audit.record(verb="WeCom disconnected", thing=WecomConnection.objects.get(), by=by, now=now)


def try_out() -> None:
    """Ask for one group, here and now, without trying again. WecomTrouble tells what is wrong."""
    with Client(current, pauses=()) as client:
        client.ask("externalcontact/groupchat/list", status_filter=0, limit=1)
