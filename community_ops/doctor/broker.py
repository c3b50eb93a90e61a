"""The broker: answers, new enough, and never throws a message away to make room."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from redis import Redis, RedisError
from redis.exceptions import NoPermissionError, ResponseError

from community_ops.doctor.findings import Finding, fault, good, note

OLDEST = (6, 2)


def look() -> list[Finding]:
    try:
        with Redis.from_url(settings.BROKER_URL, socket_timeout=5, socket_connect_timeout=5) as client:
            told = client.info("server") | client.info("memory")
            return of_broker(told, policy_of(client, told))
    except (RedisError, ValueError, OSError) as error:
        return [
            fault(
                "broker",
                format_lazy(_("It does not answer: {error}"), error=type(error).__name__),
                _("Start Redis or Valkey, and see whether BROKER_URL and its password are right"),
            )
        ]


def policy_of(client: Redis, told: dict[str, Any]) -> str | None:
    """None where the account may not ask."""
    if policy := told.get("maxmemory_policy"):
        return str(policy)
    try:
        return str(client.config_get("maxmemory-policy").get("maxmemory-policy"))
    except (NoPermissionError, ResponseError):
        return None


def of_broker(told: dict[str, Any], policy: str | None) -> list[Finding]:
    version = str(told.get("valkey_version") or told.get("redis_version") or "?")
    speaks = tuple(int(part) for part in str(told.get("redis_version", "0")).split(".")[:2])
    found = []
    if speaks < OLDEST:
        found.append(fault("broker", version, _("Upgrade the broker to Redis 6.2, or to Valkey")))
    else:
        found.append(good("broker", version))
    if policy is None:
        found.append(
            note(
                "broker memory",
                _("The account may not ask for maxmemory-policy"),
                _("See on the server that maxmemory-policy is noeviction"),
            )
        )
    elif policy != "noeviction":
        found.append(
            fault(
                "broker memory",
                f"maxmemory-policy {policy}",
                _("Set maxmemory-policy noeviction: otherwise a full broker drops messages"),
            )
        )
    else:
        found.append(good("broker memory", "maxmemory-policy noeviction"))
    return found
