"""Turns any Python 3.11+ into the project's environment, with the standard library alone.

`enter` returns only inside that environment. Elsewhere it makes .venv when needed (once, whoever asks at the same
time) and runs the same command line in it. Whatever goes wrong ends in one line that says what to do.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

try:
    import fcntl
except ImportError:  # Windows: no second set-up is kept out
    fcntl = None

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "community-ops.json"
LOCAL = Path(os.environ.get("LOCAL_DIR") or ROOT / ".local")
REQUIREMENTS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
NO_NETWORK = ("NewConnectionError", "Max retries", "ConnectTimeout", "name resolution", "Could not fetch URL")


class SetUpFailed(Exception):
    """Set-up cannot go on; the text is the one line for the person."""


def enter(argv: list[str]) -> None:
    """Return inside the ready environment, with the installation's keys in os.environ; else continue there.

    PYTHON_ENV=given uses this very interpreter as it is (an image that has the requirements installed).
    """
    try:
        make_folder(LOCAL)
        if os.environ.get("PYTHON_ENV") != "given":
            dev = argv[1:2] == ["test"]
            if not is_ready(dev):
                make_ready(dev)
            if not is_inside():
                run_inside(argv)
        load_keys()
    except SetUpFailed as failure:
        sys.exit(str(failure))
    except OSError as error:
        sys.exit(explain(error))
    except KeyboardInterrupt:
        sys.exit(130)


def say(chinese: str, english: str) -> None:
    """One line of progress, on stderr so that a command's own output stays clean."""
    sys.stderr.write(f"{chinese} / {english}\n")
    sys.stderr.flush()


def explain(error: OSError) -> str:
    """One line for an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不足 / The disk is full: {error.filename or LOCAL}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"没有写入权限 / No permission to write: {error.filename or LOCAL}"
    return f"系统错误 / The system says: {error}"


def make_folder(path: Path) -> None:
    """A folder that only its owner may read."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def run_inside(argv: list[str]) -> NoReturn:
    command = [str(venv_python()), str(ROOT / "manage.py"), *argv[1:]]
    sys.stdout.flush()
    if os.name == "nt":  # exec on Windows returns to the shell too early
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


# ---- the environment -------------------------------------------------------------------------------------------


def fingerprint(kind: str) -> str:
    """What the environment was made from: the requirements, and the interpreter that .venv points to."""
    digest = hashlib.sha256(os.path.realpath(venv_python()).encode())
    for name in list(REQUIREMENTS)[: list(REQUIREMENTS).index(kind) + 1]:
        digest.update((ROOT / REQUIREMENTS[name]).read_bytes())
    return digest.hexdigest()


def is_ready(dev: bool) -> bool:
    """Whether .venv holds what the requirements ask for. A linked .venv without a stamp is trusted."""
    if not venv_python().exists():
        return False
    if VENV.is_symlink() and not STAMP.exists():
        return True
    stamped = read_stamp()
    return all(stamped.get(kind) == fingerprint(kind) for kind in (["run", "dev"] if dev else ["run"]))


def read_stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def make_ready(dev: bool) -> None:
    """Make or complete .venv. Several at once: one works, the others wait for it.

    Raises SetUpFailed with the reason.
    """
    with locked(LOCAL / "setup.lock"):
        if is_ready(dev):
            return
        say("正在准备运行环境，首次约需一分钟……", "Preparing the environment; the first time takes about a minute ...")
        with open(LOCAL / "setup.log", "w") as log:
            wanted = ROOT / REQUIREMENTS["dev" if dev else "run"]
            if not (install_with_uv(wanted, log) or install_with_pip(wanted, log)):
                raise SetUpFailed(why_set_up_failed())
        STAMP.write_text(json.dumps({kind: fingerprint(kind) for kind in (["run", "dev"] if dev else ["run"])}))


def must_be_made() -> bool:
    """Whether .venv has to be made from nothing: absent, half made by us, or its interpreter is gone or changed."""
    if is_inside():
        return False
    if not venv_python().exists() or read_stamp().get("making"):
        return True
    return bool(read_stamp()) and not runs([str(venv_python()), "-c", "import sys, django"], None)


def install_with_uv(wanted: Path, log) -> bool:
    """The fast way, where uv is installed. False when it is not or does not succeed."""
    uv = shutil.which("uv")
    if not uv:
        return False
    if must_be_made():
        if not runs([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)], log):
            return False
        STAMP.write_text(json.dumps({"making": "yes"}))
    pins = ["--only-binary", ":all:", "-r", str(wanted)]
    return runs([uv, "pip", "install", "--quiet", "--python", str(venv_python()), *pins], log)


def install_with_pip(wanted: Path, log) -> bool:
    """What works everywhere. Without ensurepip (Debian without python3-venv) the outer pip fills .venv.

    Raises SetUpFailed when there is no pip at all.
    """
    inside = [str(venv_python()), "-m", "pip"]
    if must_be_made():
        make = [sys.executable, "-m", "venv", "--clear"]
        if not runs([*make, str(VENV)], log) and not runs([*make, "--without-pip", str(VENV)], log):
            return False
        STAMP.write_text(json.dumps({"making": "yes"}))
    if not runs([*inside, "--version"], log):
        if not runs([sys.executable, "-m", "pip", "--version"], log):
            raise SetUpFailed(
                "这个 Python 没有 pip，请安装 python3-venv 或 python3-pip / This Python has neither ensurepip nor pip:"
                " install python3-venv or python3-pip (or uv)"
            )
        inside = [sys.executable, "-m", "pip", "--python", str(venv_python())]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "2"]
    return runs([*inside, "install", *quiet, "--only-binary", ":all:", "-r", str(wanted)], log)


def runs(command: list[str], log) -> bool:
    """Whether the command ends well; what it says goes to the log (None: nowhere)."""
    environment = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    output = subprocess.DEVNULL if log is None else log
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    except OSError:
        return False
    return done.returncode == 0


def why_set_up_failed() -> str:
    """One line from what the installers said."""
    path = LOCAL / "setup.log"
    said = path.read_text(errors="replace")
    if "No space left" in said or "quota exceeded" in said:
        return f"磁盘空间不足 / The disk is full: {ROOT}"
    if any(words in said for words in NO_NETWORK):
        return f"连不上软件包源 / The package index cannot be reached; details: {path}"
    errors = [line for line in said.splitlines() if line.lower().startswith("error")]
    return f"安装依赖失败 / The requirements could not be installed: {(errors or ['?'])[-1]} ({path})"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the second to come says that it waits."""
    with open(path, "a") as handle:
        if fcntl:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("另一个安装正在进行，等待中……", "Another set-up is running; waiting for it ...")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# ---- keys ------------------------------------------------------------------------------------------------------

KEYS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "MEMBER_KEY": lambda: secrets.token_urlsafe(50),
    "FILE_KEYS": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "DEMO_PASSWORD": lambda: f"demo-{secrets.token_hex(5)}",
}


def load_keys() -> None:
    """Put the installation's keys into os.environ: those given there, else those of keys.env, else new ones."""
    path = LOCAL / "keys.env"
    with locked(LOCAL / "keys.lock"):
        lines = path.read_text().splitlines() if path.exists() else []
        kept = dict(line.split("=", 1) for line in lines if "=" in line)
        new = {name: make() for name, make in KEYS.items() if name not in kept and not os.environ.get(name)}
        if new:
            text = "".join(f"{name}={value}\n" for name, value in (kept | new).items())
            replace_file(path, text)
    for name, value in (kept | new).items():
        os.environ.setdefault(name, value)


def replace_file(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
