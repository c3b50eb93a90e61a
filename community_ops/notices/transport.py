"""The way out: a robot of a staff chat over HTTPS to an address that was checked, or a mail.

The name of the service is resolved here, every address must be public, and the connection goes to that address, so that
a name server that changes its mind in between leads nowhere. No redirects, 5 seconds, at most 64 kB of answer.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import certifi
import urllib3
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import HTTPError

from community_ops.notices.robot_services import SERVICES, AddressRefused, Service, path_of, shortened
from groups.models import Robot
from groups.sealing import unseal

HTTPS_PORT = 443
SECONDS = 5
LONGEST_ANSWER_BYTES = 64 * 1024


class NotDelivered(Exception):
    """`code` is a key of robot_services.PROBLEMS; `lasting` says that trying again does not help."""

    def __init__(self, code: str, *, lasting: bool = False) -> None:
        super().__init__(code)
        self.code, self.lasting = code, lasting


def public_address(host: str) -> str:
    """An address of the host; NotDelivered unless all of its addresses are public."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)}
    except OSError as unknown:
        raise NotDelivered("unreachable") from unknown
    if not all(ipaddress.ip_address(each).is_global for each in found):
        raise NotDelivered("not_public")
    return sorted(found, key=lambda each: (":" in each, each))[0]


def connection_to(host: str) -> urllib3.HTTPConnectionPool:
    """To the checked address; the certificate must be that of the host, by the authorities that certifi lists."""
    return urllib3.HTTPSConnectionPool(
        public_address(host),
        HTTPS_PORT,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        retries=False,
        timeout=SECONDS,
    )


def tell_robot(robot: Robot, text: str) -> None:
    """Post a text; NotDelivered if the service did not say that it took it."""
    service = SERVICES[Robot.Service(robot.service)]
    _demand_taken(_post(robot, service, service.payload(shortened(text))), service)


def show_robot(robot: Robot, picture: bytes) -> None:
    """Post a PNG to a robot of a service that takes some; NotDelivered if it did not say that it took it."""
    service = SERVICES[Robot.Service(robot.service)]
    if service.picture is None:
        raise NotDelivered("picture_refused", lasting=True)
    _demand_taken(_post(robot, service, service.picture(picture)), service, otherwise="picture_refused")


def _post(robot: Robot, service: Service, payload: dict[str, Any]) -> bytes:
    """The answer of the service to the payload."""
    try:
        path = path_of(robot.service, unseal(bytes(robot.sealed_address)).decode())
    except (InvalidToken, AddressRefused) as unreadable:
        raise NotDelivered("address_unreadable", lasting=True) from unreadable
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"Host": service.host, "Content-Type": "application/json; charset=utf-8"}
    pool = connection_to(service.host)
    try:
        answer = pool.urlopen("POST", path, body=body, headers=headers, redirect=False, preload_content=False)
        raw = answer.read(LONGEST_ANSWER_BYTES)
        answer.release_conn()
    except (HTTPError, OSError) as broken:
        raise NotDelivered("unreachable") from broken
    finally:
        pool.close()
    if answer.status == 429:
        raise NotDelivered("busy")
    if answer.status != 200:
        raise NotDelivered("refused")
    return raw


def _demand_taken(raw: bytes, service: Service, *, otherwise: str = "refused") -> None:
    try:
        code = json.loads(raw)[service.code]
    except (ValueError, KeyError, TypeError, RecursionError) as unreadable:
        raise NotDelivered("refused") from unreadable
    if code == 0:
        return
    if code in service.gone:
        raise NotDelivered("gone", lasting=True)
    raise NotDelivered("busy" if code in service.busy else otherwise)


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)


def mail_connection() -> BaseEmailBackend:
    return get_connection(timeout=SECONDS)


def send_mail(to: str, subject: str, body: str, *, number: str) -> None:
    """Send a mail, or raise NotDelivered. Mail programs know a second copy by its message id, which is its number."""
    if not to:
        raise NotDelivered("no_address", lasting=True)
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], connection=mail_connection())
    message.extra_headers["Message-ID"] = f"<{number.lower()}@{urlsplit(settings.SITE_URL).hostname}>"
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except (SMTPException, OSError) as broken:
        raise NotDelivered("mail_refused") from broken
