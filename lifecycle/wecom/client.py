"""Asks the API of WeCom: one host, short time limits, few retries, and never a secret in a log or an error.

httpx logs whole addresses at INFO, and the token is part of the address: settings.LOGGING quiets it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lifecycle.wecom.troubles import TOKEN_IS_OVER, TryLater, trouble_of

OFFICIAL_HOST = "qyapi.weixin.qq.com"
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_BYTES = 8 * 1024 * 1024
PAUSES = (0.5, 1.5)  # seconds before the second and the third try of a call that failed on the way


def base_address() -> str:
    """Where the API is. ImproperlyConfigured for anything but the official host, unless the settings allow it."""
    address = settings.WECOM_API
    parts = urlsplit(address)
    official = parts.scheme == "https" and parts.netloc == OFFICIAL_HOST
    if not official and not settings.WECOM_API_ANYWHERE:
        raise ImproperlyConfigured(f"WECOM_API must be on https://{OFFICIAL_HOST}")
    return address.rstrip("/") + "/"


class Client:
    """Calls with an access token. `token` gives it; told of one that is over, it gives another."""

    def __init__(self, token: Callable[[Client, str], str], *, pauses: tuple[float, ...] = PAUSES) -> None:
        self._token = token
        self._pauses = pauses
        self._http = httpx.Client(
            base_url=base_address(), timeout=TIMEOUT, follow_redirects=False, trust_env=False, headers={"Accept": "*/*"}
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def ask(self, path: str, **asked: Any) -> dict[str, Any]:
        """POST to `externalcontact/...`; the answer, whose errcode is 0. WecomTrouble otherwise.

        A token that is over is renewed once; a second refusal of it is the answer.
        """
        return self._ask("POST", path, asked)

    def look_up(self, path: str) -> dict[str, Any]:
        """The same by GET, for what takes no arguments."""
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, asked: Mapping[str, Any] | None) -> dict[str, Any]:
        token = self._token(self, "")
        answer = self._answer(method, path, {"access_token": token}, asked)
        if answer["errcode"] in TOKEN_IS_OVER:
            token = self._token(self, token)
            answer = self._answer(method, path, {"access_token": token}, asked)
            if answer["errcode"] in TOKEN_IS_OVER:
                raise TryLater("busy", answer["errcode"])
        return _fine(answer)

    def ask_for_token(self, corp_id: str, secret: str) -> tuple[str, int]:
        """A new access token and for how many seconds it holds."""
        answer = _fine(self._answer("GET", "gettoken", {"corpid": corp_id, "corpsecret": secret}, None))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise TryLater("unreadable")
        return token, seconds

    def _answer(
        self, method: str, path: str, query: Mapping[str, str], asked: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """What WeCom answers, tried again after a short pause when the call fails on the way or WeCom is busy."""
        for pause in (*self._pauses, None):
            try:
                answer = self._once(method, path, query, asked)
            except TryLater:
                if pause is None:
                    raise
            else:
                if answer["errcode"] != -1 or pause is None:
                    return answer
            time.sleep(pause)
        raise AssertionError("the last try answers or raises")

    def _once(
        self, method: str, path: str, query: Mapping[str, str], asked: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        try:
            with self._http.stream(method, path, params=query, json=asked) as response:
                if response.status_code != 200:
                    raise TryLater("unreachable", response.status_code)
                content = bytearray()
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > MOST_BYTES:
                        raise TryLater("unreadable")
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL):
            raise TryLater("unreachable") from None  # what they say holds the address, and with it the token
        return _read(bytes(content))


def _read(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise TryLater("unreadable") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode", 0), int):
        raise TryLater("unreadable")
    return {"errcode": 0} | answer


def _fine(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["errcode"]:
        raise trouble_of(answer["errcode"])
    return answer
