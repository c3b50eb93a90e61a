#!/usr/bin/env python3
"""Runs a command of the product: `python3 manage.py serve`, `test`, `help`, ...

Works with the standard library alone: the first run makes the environment in .venv and continues inside it.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is what an older Python reads
    sys.exit("需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed, this is " + sys.version.split()[0])

from community_ops import bootstrap

if __name__ == "__main__":
    bootstrap.enter(sys.argv)

    from community_ops import command_line

    command_line.main(sys.argv)
