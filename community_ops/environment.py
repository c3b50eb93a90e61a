"""Reads the environment as typed values, and says of everything missing or wrong at once how it must be.

Django's settings call the readers one after the other and `stop_if_wrong` at the end, so that one start tells all
faults. An empty value counts as none: that is what a file of variables has where somebody left a line open. Values that
hold secrets are never repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
DATABASES = ("postgres", "postgresql")
BROKERS = ("redis", "rediss")
MAIL = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "memorymail", "filemail", "dummymail")
WEB = ("http", "https")


@dataclass
class Environment:
    """`given` is the environment; `names` are those that were asked for; `faults` one line for each that is wrong."""

    given: Mapping[str, str]
    names: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None, *, example: str = "") -> str:
        """Any text. Without a default it must be there."""
        value = self._value(name)
        if value is None and default is None:
            self.faults.append(f"缺少 {name}，例如 {name}={example} / {name} is missing, for example {name}={example}")
        return value if value is not None else default or ""

    def flag(self, name: str, default: bool) -> bool:
        value = self._value(name)
        if value is None:
            return default
        if value.lower() not in YES + NO:
            return self._wrong(name, "true 或 false", "true or false", str(not default).lower(), default)
        return value.lower() in YES

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1_000_000_000) -> int:
        return int(self._counted(name, default, int, least, most))

    def seconds(self, name: str, default: float, *, least: float = 0.1, most: float = 86_400.0) -> float:
        return self._counted(name, default, float, least, most)

    def names_of(self, name: str, default: list[str]) -> list[str]:
        """Values parted by commas."""
        value = self._value(name)
        return default if value is None else [part.strip() for part in value.split(",") if part.strip()]

    def one_of(self, name: str, default: str, known: Collection[str]) -> str:
        value = self._value(name) or default
        if value not in known:
            choices = ", ".join(known)
            return self._wrong(name, f"以下之一：{choices}", f"one of {choices}", default, default)
        return value

    def zone(self, name: str, default: str) -> str:
        value = self._value(name) or default
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self._wrong(name, "IANA 时区名", "the IANA name of a time zone", default, default)
        return value

    def address(self, name: str, default: str, kinds: Collection[str], *, example: str) -> str:
        """An address of one of these kinds (schemes) with a host; it may hold a password and is not repeated."""
        value = self._value(name)
        if value is None:
            return default
        if fault := fault_of_address(value, kinds):
            return self._wrong(name, *fault, example, default)
        return value

    def origins(self, name: str, default: list[str]) -> list[str]:
        found = self.names_of(name, default)
        if any(fault_of_address(each, WEB) for each in found):
            example = "https://ops.example.com"
            return self._wrong(name, "以 https:// 开头的网址", "addresses that begin with https://", example, default)
        return found

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings of the mail server."""
        example = "smtp+tls://user:password@mail.example.com:587"
        value = self._value(name) or default
        kind = value.partition("://")[0]
        if kind not in MAIL or "://" not in value:
            self._wrong(name, "邮件服务器地址", "the address of a mail server", example, None)
            value = default
        elif kind.startswith("smtp") and (fault := fault_of_address(value, MAIL)):
            self._wrong(name, *fault, example, None)
            value = default
        return dict(environ.Env.email_url_config(value))

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings of the database."""
        example = "postgres://user:password@db.example.com:5432/community_ops"
        value = self._value(name) or default
        if value.partition("://")[0] not in DATABASES:
            value = self._wrong(name, *begins_with("postgres"), example, default)
        elif not urlsplit(value).path.strip("/"):  # without a host it is the socket of this machine
            value = self._wrong(name, "含数据库名的地址", "an address with the name of the database", example, default)
        return dict(environ.Env.db_url_config(value))

    def keys(self, name: str) -> list[str]:
        """Keys of Fernet, newest first."""
        found = self.names_of(name, [])
        for key in found:
            try:
                Fernet(key)
            except (ValueError, TypeError):
                command = "python3 -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
                self._wrong(
                    name,
                    f"以逗号分隔的密钥，可用 {command} 生成",
                    f"keys parted by commas, made by {command}",
                    "...=",
                    None,
                )
                break
        return found

    def refuse(self, fault: str) -> None:
        """A fault that another reader found."""
        self.faults.append(fault)

    def stop_if_wrong(self) -> None:
        """Raises ImproperlyConfigured with a line for each fault."""
        if self.faults:
            raise ImproperlyConfigured("\n".join(self.faults))

    def _value(self, name: str) -> str | None:
        self.names.append(name)
        return self.given.get(name, "").strip() or None

    def _counted(self, name: str, default: float, kind: type, least: float, most: float) -> float:
        value = self._value(name)
        if value is None:
            return default
        try:
            number = kind(value)
        except ValueError:
            number = None
        if number is None or not least <= number <= most:
            return self._wrong(
                name, f"{least}–{most} 的数字", f"a number from {least} to {most}", f"{default}", default
            )
        return number

    def _wrong(self, name: str, chinese: str, english: str, example: str, default: T) -> T:
        self.faults.append(
            f"{name} 应为{chinese}，例如 {name}={example} / {name} must be {english}, for example {name}={example}"
        )
        return default


def fault_of_address(value: str, kinds: Collection[str]) -> tuple[str, str] | None:
    """What an address of these kinds must be, in both languages, where this is none; else None."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in kinds and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    return None if good else begins_with(next(iter(kinds)))


def begins_with(kind: str) -> tuple[str, str]:
    return f"以 {kind}:// 开头的地址", f"an address that begins with {kind}://"
