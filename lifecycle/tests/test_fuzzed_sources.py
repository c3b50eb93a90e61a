"""Every reader of a source, fed with good files of its format in which something was changed."""

from __future__ import annotations

import contextlib
import io
import pkgutil
import zipfile
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.sheets.limits import UPLOAD
from groups.sheets.refusal import FileRefused
from lifecycle import sources
from lifecycle.sources import coverage_sheet, order_sheet
from lifecycle.sources.reading import Terms
from lifecycle.tests.files import LAST_DAY, csv_text, reading
from lifecycle.tests.test_fuzzed_chats import FUZZ, TEXTS, outcome
from lifecycle.tests.test_worth_of_messages import FORMATS

CHOOSERS = {"reading", "chats", "child"}  # they only say which one reads
READERS = {
    "daily_sheet": [(csv_text().encode(), "")],
    "member_days": [(csv_text(["group", "date", "member", "messages"], [["a", "2026-09-01", "m", 3]]).encode(), "")],
    "whatsapp_export": [(TEXTS["whatsapp"][0].encode() * 3, "WhatsApp Chat with Us.txt")],
} | {
    module: [(FORMATS[name][0](), FORMATS[name][1]) for name in names]
    for module, names in {
        "telegram_export": ["telegram, in one line", "telegram, indented"],
        "slack_export": ["slack"],
        "slack_history": ["slack history, newest first"],
        "discord_export": ["discord json", "discord csv"],
        "gitter_export": ["gitter"],
        "zulip_export": ["zulip"],
        "zulip_topics": ["zulip topics"],
        "wechat_export": ["chatlog csv", "chatlog json", "wechatmsg"],
        "qq_export": ["qq"],
    }.items()
}
TERMS = Terms(zone="Asia/Shanghai", last_day=LAST_DAY, limits=UPLOAD)
SHEETS_OF_THEIR_OWN = {
    "order_sheet": (
        csv_text(["订单号", "买家付款时间", "订单实付金额"], [["E20260901", "2026-09-01 10:00:00", "12.50"]]).encode(),
        lambda path, folder: order_sheet.read(path, folder, TERMS, b"key"),
    ),
    "coverage_sheet": (
        csv_text(["group_id", "first_message", "observed_until"], [["a", "2026-09-01", "2026-09-30"]]).encode(),
        lambda path, folder: coverage_sheet.read(path, UPLOAD),
    ),
}
PIECES = [b"", b"\x00", b"\n", b'"', b",", b"{", b"]", b"null", b"[]", b"-1", b"9" * 30, b"1e400", b"\xff\xfe"]


def readers() -> set[str]:
    """Modules that read a file by themselves."""
    modules = {
        name: import_module(f"lifecycle.sources.{name}") for _, name, _ in pkgutil.iter_modules(sources.__path__)
    }
    return {name for name, module in modules.items() if hasattr(module, "read")}


def test_every_reader_has_good_files_that_are_changed_here():
    assert readers() - CHOOSERS == {*READERS, *SHEETS_OF_THEIR_OWN}


@pytest.mark.parametrize("name", READERS)
def test_the_good_files_are_read_by_that_reader(name):
    kind = import_module(f"lifecycle.sources.{name}").KIND
    assert {reading(content, file_name=file_name).kind for content, file_name in READERS[name]} == {kind}


@pytest.mark.parametrize("name", READERS)
@settings(parent=FUZZ, max_examples=30)
@given(data=st.data())
def test_a_good_file_with_something_changed_gives_counts_or_a_refusal(name, data):
    content, file_name = data.draw(st.sampled_from(READERS[name]))
    outcome(changed(content, data), file_name or "群.txt")


@pytest.mark.parametrize("name", SHEETS_OF_THEIR_OWN)
@settings(parent=FUZZ, max_examples=60)
@given(data=st.data())
def test_a_sheet_that_tells_no_days_of_groups_gives_what_it_says_or_a_refusal(name, data, tmp_path):
    content, read_it = SHEETS_OF_THEIR_OWN[name]
    path = tmp_path / "upload"
    path.write_bytes(changed(content, data))
    with contextlib.suppress(FileRefused):
        read_it(path, tmp_path)


def changed(content: bytes, data: st.DataObject) -> bytes:
    """Up to three pieces of a file, or of one entry of an archive, are replaced."""
    if not content.startswith(b"PK"):
        for _ in range(data.draw(st.integers(1, 3))):
            begin = data.draw(st.integers(0, len(content)))
            end = min(len(content), begin + data.draw(st.integers(0, 12)))
            piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=4))
            content = content[:begin] + piece + content[end:]
        return content
    told = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(told, "w") as after:
        chosen = data.draw(st.sampled_from(before.namelist()))
        for entry in before.namelist():
            held = before.read(entry)
            after.writestr(entry, changed(held, data) if entry == chosen else held)
    return told.getvalue()
