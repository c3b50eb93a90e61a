"""Starts processes that die with their parent, and remembers them so that the next start can end what is left."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from community_ops.bootstrap import make_folder, replace_file

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534
LOG_LIMIT_BYTES = 10_000_000
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def enter_user_namespace() -> None:
    """Become, in a user namespace of our own, an ordinary user that is the calling user outside.

    PostgreSQL refuses to run as root; so it starts, and its files still belong to the caller. Raises OSError where
    the system does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    if _libc is None or _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {user} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {group} 1")


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    become: Callable[[], None] | None = None,
    signal_of_end: int = signal.SIGTERM,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen:
    """Start a process in a session of its own (Ctrl-C reaches only us); on Linux it gets the signal when we die.

    `become` changes who the child is before it starts; of open files it gets those numbers of `keep_open` alone.
    Raises OSError when it cannot start.
    """
    parent = os.getpid()

    def in_child() -> None:
        if become:
            become()
        if _libc is not None:  # after `become`, which would clear it
            _libc.prctl(PR_SET_PDEATHSIG, signal_of_end)
            if os.getppid() != parent:
                os._exit(1)

    make_folder(log.parent)
    turn_over(log)
    with open(log, "ab") as output:
        return subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment or os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=in_child,
            pass_fds=keep_open,
        )


def turn_over(log: Path) -> bool:
    """Keep a long log as NAME.1 and begin it anew; says whether it did. Its writers append, so they just go on."""
    if not log.exists() or log.stat().st_size <= LOG_LIMIT_BYTES:
        return False
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
    return True


def is_allowed(become: Callable[[], None]) -> bool:
    """Whether a child may change who it is in this way."""
    try:
        return subprocess.run(["true"], preexec_fn=become, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def end(pid: int, *, gently: int, wait_seconds: float) -> None:
    """Ask the process to stop; after the wait kill it. What is left of its group is killed too."""
    with contextlib.suppress(psutil.NoSuchProcess, PermissionError, psutil.AccessDenied):
        process = psutil.Process(pid)
        process.send_signal(gently)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(wait_seconds)
    kill_group(pid)


def kill_group(pid: int) -> None:
    """Kill what remains of the group that the process led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


@dataclass
class Register:
    """The processes that were started from a folder: name -> (pid, when it started, the signal that ends it)."""

    path: Path
    entries: dict[str, tuple[int, float, int]] = field(default_factory=dict)

    def add(self, name: str, pid: int, gently: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self.entries[name] = (pid, psutil.Process(pid).create_time(), gently)
            self._write()

    def remove(self, name: str) -> None:
        self.entries.pop(name, None)
        self._write()

    def _write(self) -> None:
        replace_file(self.path, json.dumps(self.entries))

    def end_stale(self, wait_seconds: float = 10) -> list[str]:
        """End what an earlier, killed parent left behind; returns the names. Pids reused by others are left alone."""
        try:
            left = json.loads(self.path.read_text())
        except (OSError, ValueError):
            left = {}
        stale = {name: entry for name, entry in left.items() if started_at(entry[0]) == entry[1]}
        for pid, _, gently in stale.values():
            with contextlib.suppress(OSError):
                os.kill(pid, gently)
        until = time.monotonic() + wait_seconds
        for pid, _, gently in reversed(stale.values()):
            end(pid, gently=gently, wait_seconds=max(0.1, until - time.monotonic()))
        self.entries.clear()
        self._write()
        return list(stale)


def started_at(pid: int) -> float | None:
    """When the running process started, or None when there is none (or only its remains)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
