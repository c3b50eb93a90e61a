"""Rows and packs of before messages were told apart: what they do not tell is not known, and takes nothing off."""

import io
import zlib
from datetime import date

import numpy as np
import pytest

from lifecycle.models import Import, ImportUndo
from lifecycle.tests.files import csv_text
from lifecycle.tests.making_imports import acting, import_bytes, stored
from lifecycle.tests.test_worth_of_messages import FIRST, chatlog_csv
from lifecycle.undo_records import WAS, read_back

NEWER = ("filler", "incentivised", "questions", "answered")


def packed(rows):
    content = io.BytesIO()
    np.save(content, rows, allow_pickle=False)
    return zlib.compress(content.getbuffer())


def test_what_an_import_of_before_replaced_is_read_back_with_newer_counts_unknown():
    older = np.dtype([(name, WAS[name]) for name in WAS.names if name not in NEWER])
    row = np.zeros(1, dtype=older)
    row["group_id"], row["day"], row["known"], row["messages"], row["batch_id"] = 7, 739_000, 8, 12, 3
    key = np.zeros(0, dtype=[("group_id", "i4"), ("day", "i4")])
    record = ImportUndo(written=packed(key), replaced=packed(row), told=None, acts=zlib.compress(b""), spans=[])
    (was,) = read_back(record).replaced
    assert (was["group_id"], was["messages"], was["batch_id"], was["known"]) == (7, 12, 3, 8)
    assert [int(was[name]) for name in NEWER] == [0, 0, 0, 0]


@pytest.mark.django_db
def test_who_only_said_filler_is_taken_out_of_a_day_that_was_counted_before():
    header = ["group_id", "date", "member", "messages", "platform"]
    import_bytes(csv_text(header, [["1@chatroom", "2026-09-01", "m", 2, "wechat"]]).encode())
    assert len(acting()) == 1
    upload = import_bytes(chatlog_csv([(FIRST, 1, "666666"), (FIRST, 2, "ok")]))
    assert upload.state == Import.State.DONE
    ((_, counts),) = stored().items()
    assert (counts["messages"], counts["filler"], counts["incentivised"], counts["questions"]) == (2, 2, 0, 0)
    assert [sets for sets in acting().values() if sets] == []
    assert date(2026, 9, 1) == FIRST.date()
