"""The access token: one for all processes, kept encrypted in the row of the connection, renewed by one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from groups.sealing import seal, unseal
from lifecycle.models import WecomConnection
from lifecycle.wecom.client import Client
from lifecycle.wecom.troubles import NeedsAPerson

HOLDS_LESS = 0.8  # of what WeCom says, so that a token is renewed before it is over
# Who waits for the row waits for the call of another process, which has three tries.
PATIENCE = "SET LOCAL lock_timeout = '45s'; SET LOCAL idle_in_transaction_session_timeout = '90s'"


def current(client: Client, spent: str) -> str:
    """The token that holds now. `spent` is one that WeCom refused: if it is still the one here, it is renewed.

    Renewed under the lock of the row: whoever comes second finds the new one. NeedsAPerson without a secret.
    """
    connected = WecomConnection.objects.get()
    if token := _holding(connected, spent, timezone.now()):
        return token
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(PATIENCE)
        connected = WecomConnection.objects.select_for_update().get()
        if token := _holding(connected, spent, timezone.now()):
            return token
        if not connected.sealed_secret:
            raise NeedsAPerson("secret")
        token, seconds = client.ask_for_token(connected.corp_id, unseal(bytes(connected.sealed_secret)).decode())
        WecomConnection.objects.update(
            sealed_token=seal(token.encode()),
            token_number=connected.token_number + 1,
            token_until=timezone.now() + timedelta(seconds=seconds * HOLDS_LESS),
        )
        return token


def _holding(connected: WecomConnection, spent: str, now: datetime) -> str:
    """The token of the row if it may be used, else ''."""
    if not connected.sealed_token or connected.token_until is None or connected.token_until <= now:
        return ""
    token = unseal(bytes(connected.sealed_token)).decode()
    return "" if token == spent else token
