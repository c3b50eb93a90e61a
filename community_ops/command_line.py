"""Runs one command inside the environment: gives it its servers, and turns failures of the machine into one line."""

from __future__ import annotations

import errno
import os
import sys
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from community_ops import embedded, supervisor
from community_ops.bootstrap import LOCAL, ROOT, SetUpFailed, explain
from community_ops.chromium import ensure_chromium

# Commands that ask neither the database nor the broker.
WITHOUT_SERVERS = {
    "help", "version", "--version", "check", "catalogues", "figures", "collectstatic", "findstatic", "diffsettings",
}  # fmt: skip
# Commands that work on the tables: in a database of our own these are made, or brought up to date, first.
WITH_TABLES = {"bench", "demo", "evaluate_lifecycle", "import_activity", "run_night", "shell"}
# Commands that open our own pages on this machine.
OVER_PLAIN_HTTP = {"screenshots"}
OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def main(argv: list[str]) -> None:
    """Run the command line; exits with the command's status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_ops.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if command in OVER_PLAIN_HTTP:
        os.environ.setdefault("SECURE_COOKIES", "false")
    try:
        check_addresses()
        if command == "test":
            run_tests(argv[2:])
        elif command == "serve" and len(argv) == 2:
            sys.exit(supervisor.serve())
        elif command in WITHOUT_SERVERS or {"--help", "-h"} & set(argv):
            execute_from_command_line(argv)
        else:
            if command == "doctor":
                supervisor.follow_serve()
            has_own_database = not os.environ.get("DATABASE_URL")
            with embedded.servers(LOCAL, command):
                if has_own_database and command in WITH_TABLES:
                    execute_from_command_line([argv[0], "migrate", "--no-input", "--verbosity", "0"])
                execute_from_command_line(argv)
    except SetUpFailed as failure:
        sys.exit(str(failure))
    except OperationalError as error:
        if "No space left" in str(error):
            sys.exit(explain(OSError(errno.ENOSPC, "")))
        if "connection to server" not in str(error) and "could not translate host name" not in str(error):
            raise
        sys.exit(no_database(error))
    except ImproperlyConfigured as error:
        sys.exit(f"配置有误 / The configuration is wrong:\n{error}")
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        sys.exit(explain(error))


def check_addresses() -> None:
    """Raises SetUpFailed when a given address is not of a kind that we can use."""
    kinds = {"DATABASE_URL": ("postgres", "postgresql"), "BROKER_URL": ("redis", "rediss")}
    for name, schemes in kinds.items():
        address = os.environ.get(name)
        if address and urlsplit(address).scheme not in schemes:
            raise SetUpFailed(f"{name} 应以 {schemes[0]}:// 开头 / {name} must begin with {schemes[0]}://")


def run_tests(arguments: list[str]) -> None:
    """Replace this process by pytest. Without arguments: everything, by three workers, since each also waits."""
    os.environ["CHROMIUM_PATH"] = ensure_chromium()
    os.chdir(ROOT)
    everything = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "40"]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *(arguments or everything)])


def no_database(error: OperationalError) -> str:
    """One line without the password that DATABASE_URL may hold."""
    address = urlsplit(os.environ.get("DATABASE_URL", ""))
    where = f"{address.hostname}:{address.port or 5432}{address.path}"
    return f"数据库不可用（{where}）/ The database does not answer ({where}), see DATABASE_URL: {first_line(error)}"


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
