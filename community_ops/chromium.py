"""Finds the Chromium that browser tests drive, and installs it where that is allowed.

The headless shell is the same engine without the rest of a browser: the same pages for half the processor.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from community_ops.bootstrap import SetUpFailed, say

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADS = ("chromium_headless_shell-*/chrome-*/*headless*shell", "chromium-*/chrome-linux*/chrome")
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120")
FONT = "fonts-wqy-microhei"


def find_chromium() -> str | None:
    """The path of a Chromium: CHROMIUM_PATH, one on PATH, or one that Playwright downloaded; None without any."""
    if given := os.environ.get("CHROMIUM_PATH"):
        return given
    if named := next(filter(None, map(shutil.which, NAMES)), None):
        return named
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(sorted(found)[-1]) for each in DOWNLOADS if (found := list(downloads.glob(each)))), None)


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return True  # cannot be asked: nothing to install blindly
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def apt(command: str, *packages: str) -> int:
    """Run apt-get quietly; its status."""
    options = ("-y", "--no-install-recommends") if packages else ()
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run([*APT, command, *options, *packages], env=quiet, capture_output=True, check=False).returncode


def ensure_chromium() -> str:
    """Find Chromium and a Chinese font, else install both where apt may; returns the browser's path.

    Raises SetUpFailed with one line when there is no browser and none can be installed.
    """
    found = find_chromium()
    lacks = [] if found and has_chinese_font() else [FONT]
    # A machine of CI is nobody's: the light one is installed beside a browser that is there.
    if not found or (os.environ.get("CI") and not os.environ.get("CHROMIUM_PATH") and "shell" not in Path(found).name):
        lacks.append(SHELL)
    if lacks and os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say("正在安装 Chromium 和中文字体……", "Installing Chromium and a Chinese font for the browser tests ...")
        apt("update")
        for package in lacks:
            if apt("install", package) and package == SHELL and not found:
                apt("install", "chromium")  # a distribution without the shell
        found = find_chromium()
    if not found:
        raise SetUpFailed(
            "浏览器测试需要 Chromium：请安装后重试，或用 CHROMIUM_PATH 指定 / Browser tests need Chromium: install it"
            " (Debian: apt-get install chromium fonts-wqy-microhei) or set CHROMIUM_PATH"
        )
    if not has_chinese_font():
        say("没有中文字体，截图中的汉字会是方框", "No Chinese font: screenshots will show boxes")
    return found
