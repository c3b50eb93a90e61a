"""Walks a dissolution and a migration to their ends in a running demo, as its operator, manager and administrator.

    .venv/bin/python -m community_ops.tests.walk_of_a_case http://127.0.0.1:8000 PASSWORD [FOLDER]

The server is that of `manage.py serve` in this folder, with the demo as `manage.py demo load` makes it; days go by with
`manage.py demo advance`. The operator works on a phone, the others on a desktop. Writes a table in Markdown: the day,
who acts, what they did, and what the case then says comes next. With FOLDER, a picture of each page is kept there.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from community_ops.chromium import find_chromium
from community_ops.screens.browsing import FLAGS, SCREENS

WHY = "两个月没人说话，好好告别再散"  # Chinese is data
SEEN = "群里已发，截图存在团队网盘"
NEXT = ".next-panel"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Walk:
    """The three people, each with a browser, and the day of the demo."""

    base: str
    password: str
    browser: Browser
    folder: Path | None
    pages: dict[str, Page] = field(default_factory=dict)
    day: int = 0

    def open(self, who: str, path: str) -> Page:
        """The page as this person sees it; they sign in anew where days ended their session."""
        page = self.pages.get(who) or self._arrive(who)
        page.goto(path)
        if "/login/" in page.url:
            page.fill("[name=username]", who)
            page.fill("[name=password]", self.password)
            self._send(page, page.locator("form:has([name=password])"))
            page.goto(path)
        return page

    def act(self, who: str, case: int, action: str, **fields: str) -> Page:
        """Send the form of one action on a case."""
        page = self.open(who, f"/cases/{case}/{action}/")
        for name, value in fields.items():
            control = page.locator(f"main [name={name}]").first
            match control.get_attribute("type"):
                case "radio":
                    page.locator(f"main [name={name}][value='{value}']").check()
                case "file":
                    control.set_input_files(value)
                case _:
                    control.fill(value)
        self._send(page, page.locator("main form[method=post]").first)
        self._tell(who, page, action)
        return page

    def tick(self, who: str, case: int, place: int, count: int | None = None) -> None:
        """Mark the step at this place of the plan as done."""
        page = self.open(who, f"/cases/{case}/")
        step = page.locator(f".case-steps > li:nth-child({place})")
        step.locator("summary").click()
        step.locator("[name=evidence]").fill(SEEN)
        if count is not None:
            step.locator("[name=count]").fill(str(count))
        self._send(page, step.locator("form"))
        self._tell(who, page, f"step {place}")

    def wait(self, days: int) -> None:
        """Let so many days go by."""
        subprocess.run(
            [sys.executable, "manage.py", "demo", "advance", str(days), "--verbosity", "0"],
            check=True,
            capture_output=True,
        )
        self.day += days

    def _tell(self, who: str, page: Page, did: str) -> None:
        said = page.locator(NEXT).inner_text().split("\n") if page.locator(NEXT).count() else []
        lines = [line for line in said[1:] if line.strip()]
        alert = page.locator(".alert-danger, .error-summary")
        if alert.count():
            raise SystemExit(f"{did} by {who} was refused: {alert.first.inner_text()}")
        say(f"| {self.day} | {who} | {did} | {'; '.join(lines[:-1] or lines)} |")
        if self.folder:
            name = f"{self.day:02d}-{who}-{re.sub(r'[^a-z0-9]+', '-', did)}-{page.url.split('/')[-2]}"
            page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    def _arrive(self, who: str) -> Page:
        width, height = SCREENS["phone" if who == "op" else "desktop"]
        context = self.browser.new_context(
            base_url=self.base, viewport={"width": width, "height": height}, has_touch=who == "op", locale="zh-CN"
        )
        self.pages[who] = context.new_page()
        return self.pages[who]

    @staticmethod
    def _send(page: Page, form: object) -> None:
        with page.expect_navigation():
            form.locator("button").last.click()  # type: ignore[attr-defined]


def picture(path: Path) -> Path:
    """A small grey PNG, as a proof and as a code."""
    rows = b"".join(b"\x00" + b"\x80" * 64 for _ in range(64))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


def cases_of_operator(walk: Walk, column: str) -> list[int]:
    """The cases of the operator in a column of the board, the most urgent first."""
    owner = re.search(r"\?owner=(\d+)", walk.open("op", "/").content())
    page = walk.open("op", f"/lifecycle/?column={column}" + (f"&owner={owner[1]}" if owner else ""))
    return [int(each) for each in re.findall(r'href="/cases/(\d+)/"', page.locator("main").inner_html())]


def one_that_can_end(walk: Walk) -> int:
    """A case of the operator that its page suggests to dissolve; its people were asked to move before."""
    for case in cases_of_operator(walk, "migrating"):
        page = walk.open("op", f"/cases/{case}/propose/")
        if page.locator("[name=remedy][value=dissolve]").is_checked():
            return case
    raise SystemExit("no case of the operator is suggested to be dissolved: manage.py demo load")


def walk_both(walk: Walk, file: Path) -> tuple[int, int]:
    """Twenty-five days; returns the dissolved and the migrated case."""
    ending, moving = one_that_can_end(walk), cases_of_operator(walk, "triage")[0]
    walk.act("op", ending, "propose", remedy="dissolve", reason=WHY)
    walk.act("mgr", ending, "dissolve", reason=WHY, moves_to="家常菜交流群")
    walk.tick("op", ending, 1)
    walk.act("op", ending, "confirm")
    walk.act("mgr", moving, "migrate", reason="还有人下单，换个新主题", moves_to="新品尝鲜群")
    for place, count in ((1, None), (2, None), (3, 3)):
        walk.tick("op", moving, place, count)
    keep_code(walk, moving, file)
    walk.wait(1)
    walk.tick("op", ending, 2)
    walk.wait(5)
    for place in (3, 4, 5):
        walk.tick("op", ending, place)
    walk.tick("op", moving, 4)
    walk.wait(1)
    walk.act("op", ending, "soft_close")
    walk.tick("op", ending, 6)
    walk.wait(3)
    walk.tick("op", moving, 5, 2)
    walk.wait(11)
    walk.act("mgr", ending, "prove", proof="成员列表为空", people="forget", lesson="活动一结束就告别", file=str(file))
    walk.wait(3)
    walk.tick("op", moving, 6, 2)
    walk.wait(1)
    walk.act("mgr", moving, "end_migrated", reason="愿意来的都来了，老群留着")
    walk.act("adm", ending, "restore", reason="家长们要再开一期，名单还在")
    return ending, moving


def keep_code(walk: Walk, case: int, file: Path) -> None:
    """On the page of the move: the code of the new group, and the first three who still show life as invited."""
    page = walk.open("op", f"/cases/{case}/moving/")
    today = re.search(r"\d{4}-\d\d-\d\d", page.locator("#people").inner_text())
    page.set_input_files("#code [name=picture]", file)
    first = date.fromisoformat(today[0]) if today else date.today()
    page.locator("#code [name=until]").fill((first + timedelta(days=7)).isoformat())
    walk._send(page, page.locator("#code form").last)
    for box in page.locator("#people [name=number]").all()[:3]:
        box.check()
    walk._send(page, page.locator("#people form"))
    walk._tell("op", page, "moving")


@contextmanager
def walking(base: str, password: str, folder: Path | None) -> Iterator[Walk]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(find_chromium()), chromium_sandbox=False, args=list(FLAGS))
        yield Walk(base, password, browser, folder)
        browser.close()


if __name__ == "__main__":
    base, password, *more = sys.argv[1:]
    folder = Path(more[0]) if more else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    file = picture(Path(".local") / "walk-of-a-case.png")
    say("| day | who | did | what the case says comes next |\n|---:|---|---|---|")
    with walking(base, password, folder) as walk:
        ended = walk_both(walk, file)
        walk.wait(4)
        for case in ended:
            page = walk.open("mgr", f"/cases/{case}/")
            say(f"\n{page.title()}\n" + "\n".join(page.locator(".panel").nth(0).inner_text().split("\n")[:12]))
    file.unlink()
