"""What we know of the robots of staff chats: their only host, what their address looks like, what they take and answer.

Own code in place of a library of notification services: those take HTTP 200 for delivered, while WeCom, DingTalk and
Feishu say in the body of a 200 that the robot is gone or that the limit is reached (docs/decisions/notices.md).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from groups.models import Robot

LONGEST_TEXT_BYTES = 2000  # WeCom takes 2048
LARGEST_PICTURE_BYTES = 2 * 1024 * 1024  # of WeCom, before the picture is written as text


class AddressRefused(ValueError):
    """The address is not that of a robot of this service."""


@dataclass(frozen=True)
class Service:
    """`path`: what path and query of an address must match; `code`: the field of the answer that is 0 if taken.

    `picture` is None where the robots of a service take no picture that lies nowhere on the internet.
    """

    host: str
    path: re.Pattern[str]
    code: str
    payload: Callable[[str], dict[str, Any]]
    gone: frozenset[int]  # answers that trying again does not change: the robot was removed, or wants a keyword
    busy: frozenset[int]  # answers that ask for patience
    picture: Callable[[bytes], dict[str, Any]] | None = None


def _wecom_picture(picture: bytes) -> dict[str, Any]:
    """WeCom asks for the MD5 of the bytes beside them, and compares; nothing rests on it."""
    digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(picture).decode(), "md5": digest}}


SERVICES = {
    Robot.Service.WECOM: Service(
        "qyapi.weixin.qq.com",
        re.compile(r"/cgi-bin/webhook/send\?key=[0-9A-Za-z-]{8,64}"),
        "errcode",
        lambda text: {"msgtype": "text", "text": {"content": text}},
        frozenset({93000, 93008, 93017}),
        frozenset({-1, 45009}),
        _wecom_picture,
    ),
    Robot.Service.DINGTALK: Service(
        "oapi.dingtalk.com",
        re.compile(r"/robot/send\?access_token=[0-9A-Za-z]{16,128}"),
        "errcode",
        lambda text: {"msgtype": "text", "text": {"content": text}},
        frozenset({300001, 300005, 310000, 400013, 400101}),
        frozenset({-1, 130101, 130102, 410100}),
    ),
    Robot.Service.FEISHU: Service(
        "open.feishu.cn",
        re.compile(r"/open-apis/bot/v2/hook/[0-9A-Za-z-]{8,64}"),
        "code",
        lambda text: {"msg_type": "text", "content": {"text": text}},
        frozenset({19001, 19021, 19022, 19024}),
        frozenset({9499, 11232, 11233}),
    ),
}
PROBLEMS = {
    "gone": _("The service says that this robot does not exist, or does not take our messages. Make the robot anew"),
    "busy": _("The service asks to send less. We try again in a minute"),
    "refused": _("The service did not take the message. We try again"),
    "picture_refused": _("The service did not take the picture. The text with its link is a message of its own"),
    "picture_not_made": _("The picture could not be made. The text with its link is a message of its own"),
    "unreachable": _("The service cannot be reached from here. We try again"),
    "not_public": _("The name of the service leads to an address inside a network. Ask whoever runs the name server"),
    "no_answer_for_a_day": _("For a day no message could be delivered. Look at the robot, then resume it"),
    "address_unreadable": _("Its address cannot be read with the keys of this installation. Make the robot anew"),
    "no_address": _("The account has no e-mail address. Add one"),
    "account_closed": _("The account is closed. Nothing is sent to it"),
    "mail_refused": _("The mail server did not take the message. We try again"),
}


def path_of(service: str, address: str) -> str:
    """The path and query of an address that belongs to this service; AddressRefused for every other."""
    known = SERVICES[Robot.Service(service)]
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as unreadable:
        raise AddressRefused(address) from unreadable
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    plain = parts.scheme == "https" and parts.netloc in (known.host, f"{known.host}:443") and port in (None, 443)
    if not plain or parts.fragment or not known.path.fullmatch(path):
        raise AddressRefused(address)
    return path


def takes_pictures(service: str) -> bool:
    return SERVICES[Robot.Service(service)].picture is not None


def shortened(text: str) -> str:
    """At most as many bytes as every service takes; whole characters."""
    raw = text.encode()
    if len(raw) <= LONGEST_TEXT_BYTES:
        return text
    return raw[: LONGEST_TEXT_BYTES - 3].decode(errors="ignore") + "…"
