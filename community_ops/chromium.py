"""Finds the Chromium that browser tests drive, and installs it where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from community_ops.bootstrap import SetUpFailed, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120")
PACKAGES = ("chromium", "fonts-wqy-microhei")


def find_chromium() -> str | None:
    """The path of a Chromium: CHROMIUM_PATH, one on PATH, or one that Playwright downloaded; None without any."""
    if given := os.environ.get("CHROMIUM_PATH"):
        return given
    if named := next(filter(None, map(shutil.which, NAMES)), None):
        return named
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(downloads.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return True  # cannot be asked: nothing to install blindly
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def ensure_chromium() -> str:
    """Find Chromium and a Chinese font, else install both where apt may; returns the browser's path.

    Raises SetUpFailed with one line when there is no browser and none can be installed.
    """
    found = find_chromium()
    if found and has_chinese_font():
        return found
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say("正在安装 Chromium 和中文字体……", "Installing Chromium and a Chinese font for the browser tests ...")
        quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "capture_output": True, "check": False}
        subprocess.run([*APT, "update"], **quiet)
        subprocess.run([*APT, "install", "-y", "--no-install-recommends", *PACKAGES], **quiet)
        found = find_chromium()
    if not found:
        raise SetUpFailed(
            "浏览器测试需要 Chromium：请安装后重试，或用 CHROMIUM_PATH 指定 / Browser tests need Chromium: install it"
            " (Debian: apt-get install chromium fonts-wqy-microhei) or set CHROMIUM_PATH"
        )
    if not has_chinese_font():
        say("没有中文字体，截图中的汉字会是方框", "No Chinese font: screenshots will show boxes")
    return found
