"""`serve`: the whole product in one process group, for one machine.

Starts the servers (unless given), prepares the installation, then keeps the web, the workers and beat running: what
dies is started again, ever more slowly when it keeps dying. SIGINT and SIGTERM stop everything.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from community_ops import embedded
from community_ops.bootstrap import LOCAL, ROOT, SetUpFailed, replace_file, say
from community_ops.embedded.processes import Register, end, kill_group, spawn, started_at, turn_over

READY_SECONDS = 120
WEB_PROCESSES = 2
STOP_SECONDS = 20  # for web, workers and beat together; the servers need at most 13 more only when they hang
OF_THE_ADDRESS = ("SITE_URL", "SECURE_COOKIES", "ALLOWED_HOSTS")
FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS = 1.0, 30.0, 60.0


class StopAsked(BaseException):
    """SIGINT or SIGTERM came."""


def pause_after(failures: int) -> float:
    """Seconds before the next start after this many short lives in a row: 1, 2, 4, ... 30."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, failures - 1))


@dataclass
class Child:
    """A process that is kept running."""

    name: str
    start: Callable[[], subprocess.Popen]
    is_server: bool = False
    process: subprocess.Popen | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def keep(self, now: float) -> None:
        """Start it when it is due; when it died, note when the next start is due. `now` is monotonic seconds."""
        if self.process and self.process.poll() is not None:
            kill_group(self.process.pid)
            self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
            self.due = now + pause_after(self.failures)
            status = self.process.returncode
            say(f"{self.name} 已退出（{status}），将重启", f"{self.name} ended ({status}), starting it again")
            self.process = None
        if self.process is None and now >= self.due:
            self.process, self.started = self.start(), now


@dataclass
class Supervisor:
    host: str
    port: int
    environment: Mapping[str, str]
    register: Register
    children: list[Child] = field(default_factory=list)
    commands: list[subprocess.Popen] = field(default_factory=list)

    def add(self, name: str, *arguments: str, keep_open: Sequence[int] = ()) -> None:
        def start() -> subprocess.Popen:
            process = spawn(
                [sys.executable, *arguments],
                log=LOCAL / "log" / f"{name}.log",
                folder=ROOT,
                environment=self.environment,
                keep_open=keep_open,
            )
            self.register.add(name, process.pid, signal.SIGTERM)
            return process

        self.children.append(Child(name, start))

    def add_everything(self, listener: socket.socket) -> None:
        """The web processes, which share the listener, one worker for each kind of work, and beat."""
        cores = os.cpu_count() or 1
        place = listener.fileno()
        for number in range(1, WEB_PROCESSES + 1):
            self.add(f"web-{number}", "-m", "community_ops.patient_web", str(place), keep_open=[place])
        for name, queues, processes in (
            ("default", "default,notify", 1),
            ("sweep", "sweep", min(2, cores)),
            ("imports", "imports", 1),
        ):
            self.add(f"worker-{name}", *worker(name, queues, processes))
        self.add("beat", "-m", "celery", "-A", "community_ops", "beat", "--pidfile=", "-l", "warning")

    def keep(self) -> None:
        for child in self.children:
            child.keep(time.monotonic())

    def wait_until_ready(self) -> None:
        """Return when web, workers and beat answer. Raises SetUpFailed after a while, naming who does not."""
        until = time.monotonic() + READY_SECONDS
        asked = self.manage("workers_answer", "--wait", str(READY_SECONDS))
        while not (web_answers(self.host, self.port) and asked.poll() is not None):
            if time.monotonic() > until:
                raise SetUpFailed(f"启动超时 / The start takes too long; see {LOCAL / 'log'}")
            self.keep()
            time.sleep(0.1)
        if asked.returncode:
            raise SetUpFailed(f"后台任务没有响应 / Workers or beat do not answer; see {LOCAL / 'log'}")

    def manage(self, *command: str) -> subprocess.Popen:
        """A command of the product in a process of its own; its output is ours."""
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=dict(self.environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.commands.append(process)
        return process

    def stop(self) -> None:
        """End web, workers and beat at once, gently first; the servers end after them, by their owner."""
        running = [child.process for child in self.children if child.process and not child.is_server]
        for process in [*running, *self.commands]:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            end(process.pid, gently=0, wait_seconds=max(0.1, until - time.monotonic()))


def worker(name: str, queues: str, processes: int) -> list[str]:
    """The arguments of a Celery worker for these queues."""
    names = ["-n", f"{name}@%h", "-Q", queues, "-c", str(processes)]
    return [
        "-m",
        "celery",
        "-A",
        "community_ops",
        "worker",
        *names,
        "--without-gossip",
        "--without-mingle",
        "-l",
        "info",
    ]


def serve() -> int:
    """Run everything until SIGINT or SIGTERM; returns the exit status. Raises SetUpFailed with one line."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = port_of(os.environ.get("PORT") or "8000")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop_asked)
    try:
        with embedded.servers(LOCAL, "serve") as servers:
            listener = bound(host, port)
            environment = environment_of(host, port, has_own_database=servers.postgres is not None)
            note_environment(environment)
            supervisor = Supervisor(host, port, environment, servers.register)
            add_servers(supervisor, servers)
            try:
                prepare(supervisor)
                supervisor.add_everything(listener)
                supervisor.keep()
                supervisor.wait_until_ready()
                greet(supervisor)
                while True:
                    supervisor.keep()
                    for log in (LOCAL / "log").glob("*.log"):
                        turn_over(log)
                    time.sleep(0.5)
            finally:
                quietly()
                supervisor.children = [
                    child for child in supervisor.children if child.name not in ("postgres", "valkey")
                ]
                supervisor.stop()
    except StopAsked:
        pass
    say("已停止", "Stopped")
    return 0


def _stop_asked(number: int, frame: object) -> None:
    quietly()
    say("正在停止……", "Stopping ...")
    raise StopAsked


def quietly() -> None:
    """From here on a second Ctrl-C must not interrupt the stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def port_of(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SetUpFailed(f"PORT 应为 1–65535 的数字 / PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def bound(host: str, port: int) -> socket.socket:
    """Take the address; the web processes listen on it. Raises SetUpFailed when it is not to be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.ExitStack() as on_failure:
            listener = on_failure.enter_context(socket.socket(family))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            on_failure.pop_all()
        return listener
    except PermissionError:
        raise SetUpFailed(
            f"没有权限使用端口 {port} / No permission to use port {port}: choose one above 1023"
        ) from None
    except socket.gaierror:
        raise SetUpFailed(f"找不到地址 {host} / There is no address {host} (HOST)") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise SetUpFailed(f"本机没有地址 {host} / This machine does not have the address {host} (HOST)") from None
        raise SetUpFailed(
            f"端口 {port} 已被占用，可用 PORT={port + 1} 换一个 / Cannot listen on {host}:{port} ({error.strerror});"
            f" choose another: PORT={port + 1} python3 manage.py serve"
        ) from None


def environment_of(host: str, port: int, *, has_own_database: bool) -> dict[str, str]:
    """The environment of the children: plain http unless SECURE_COOKIES says that HTTPS is in front.

    A demo is made by itself only in the embedded database, never in a given one.
    """
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    ours = {
        "SECURE_COOKIES": "false",
        "DEBUG": "false",
        "PYTHONUNBUFFERED": "1",
        "SITE_URL": f"http://{f'[{here}]' if ':' in here else here}:{port}",
    }
    if host not in ("127.0.0.1", "localhost", "::1"):
        names = {"127.0.0.1", "localhost", "[::1]", host, socket.gethostname()}
        try:
            names.update(socket.gethostbyname_ex(socket.gethostname())[2])
        except OSError:
            say("找不到本机地址", "This machine does not know its own address; set ALLOWED_HOSTS")
        ours["ALLOWED_HOSTS"] = ",".join(sorted(names - {"0.0.0.0", "::"}))  # noqa: S104
    ours["DEMO"] = "true" if has_own_database else "false"
    return ours | dict(os.environ)


def note_environment(environment: Mapping[str, str]) -> None:
    """Keep under which address people find us, for commands that ask beside a running `serve`."""
    told = {name: environment[name] for name in OF_THE_ADDRESS if name in environment}
    replace_file(LOCAL / "run" / "serve.json", json.dumps({"pid": os.getpid(), "environment": told}))


def follow_serve() -> None:
    """Take over the address of a running `serve`, as far as none is given here."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        noted = json.loads((LOCAL / "run" / "serve.json").read_text())
        if started_at(noted["pid"]):
            for name, value in noted["environment"].items():
                os.environ.setdefault(name, value)


def add_servers(supervisor: Supervisor, servers: embedded.Servers) -> None:
    """Keep the embedded servers running too; they stay on their ports."""
    for name, server in (("postgres", servers.postgres), ("valkey", servers.valkey)):
        if server:
            child = Child(name, server.spawn, is_server=True, process=server.process, started=time.monotonic())
            supervisor.children.append(child)


def prepare(supervisor: Supervisor) -> None:
    """Bring the database, the translations and the static files up to date.

    Exits with 1 when that fails: the command has said why in its one line.
    """
    if supervisor.manage("prepare").wait():
        sys.exit(1)


def web_answers(host: str, port: int) -> bool:
    """Whether the web process answers on the address that it serves."""
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    request = urllib.request.Request(f"http://{near}:{port}/healthz", headers={"Host": "127.0.0.1"})
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def greet(supervisor: Supervisor) -> None:
    """Say where to go, who may log in and how to stop."""
    shown = f"[{supervisor.host}]" if ":" in supervisor.host else supervisor.host
    print(f"Ready: http://{shown}:{supervisor.port}", flush=True)
    supervisor.manage("demo_logins").wait()
    print("按 Ctrl-C 停止 / Press Ctrl-C to stop. 日志 / Logs:", Path(LOCAL / "log"), flush=True)
