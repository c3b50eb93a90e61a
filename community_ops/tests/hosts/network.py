"""Hosts in network namespaces, each with a cable to one bridge. Needs root and `ip` (iproute2)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

NETWORK = "10.79.{part}"
BRIDGE = "cohosts"


@dataclass(frozen=True)
class Host:
    """One namespace. `prefix` before a command runs it there; `cable` is our end of its line."""

    name: str
    address: str

    @property
    def prefix(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.name)

    @property
    def cable(self) -> str:
        return f"{self.name}-line"

    def cut_off(self) -> None:
        """Pull the cable: nothing arrives any more, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def reconnect(self) -> None:
        _ip("link", "set", self.cable, "up")


def why_not() -> str:
    """What is missing here for hosts of our own; empty when nothing is."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    if not shutil.which("ip"):
        return "there is no `ip` (iproute2)"
    made = subprocess.run(["ip", "netns", "add", "cotrial"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", "cotrial"], capture_output=True, check=False)
    return f"network namespaces are refused: {made.stderr.strip()}" if made.returncode else ""


@contextlib.contextmanager
def hosts(*names: str, part: int = 0) -> Iterator[tuple[str, list[Host]]]:
    """Our own address on the bridge, and a host for each name; all are taken away at the end."""
    ours = NETWORK.format(part=part) + ".1"
    made = [Host(f"co{name}", NETWORK.format(part=part) + f".{place}") for place, name in enumerate(names, 2)]
    _take_away(made)
    try:
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{ours}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for host in made:
            _ip("netns", "add", host.name)
            _ip("link", "add", host.cable, "type", "veth", "peer", "name", "eth0", "netns", host.name)
            _ip("link", "set", host.cable, "master", BRIDGE, "up")
            for words in (
                ("addr", "add", f"{host.address}/24", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                _ip("-n", host.name, *words)
        yield ours, made
    finally:
        _take_away(made)


def _take_away(made: list[Host]) -> None:
    # A process that lives on keeps its namespace, and with it the line.
    lines = [("link", "del", host.cable) for host in made]
    for words in (*lines, *(("netns", "del", host.name) for host in made), ("link", "del", BRIDGE)):
        subprocess.run(["ip", *words], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
