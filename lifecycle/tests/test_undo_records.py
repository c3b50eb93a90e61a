"""What an import replaced is packed narrowly, and comes back as it was."""

from __future__ import annotations

import io
import zlib

import numpy as np

from lifecycle.undo_records import WAS, _packed, _unpacked


def test_rows_come_back_as_they_were_whatever_they_hold():
    rows = np.zeros(3, dtype=WAS)
    for name, (least, most) in {
        "group_id": (1, 2**31 - 1), "day": (738_000, 740_000), "known": (0, 2**14), "messages": (0, 255),
        "members": (0, 256), "revenue_cents": (-5, 10**13), "batch_id": (-(2**31), 7),
    }.items():  # fmt: skip
        rows[name] = least, most, least
    back = _unpacked(_packed([rows[:1], rows[1:]], WAS), WAS)
    assert back.dtype == WAS and (back == rows).all()
    assert len(_unpacked(_packed([], WAS), WAS)) == 0
    assert (_unpacked(_packed([np.zeros(2, dtype=WAS)], WAS), WAS) == np.zeros(2, dtype=WAS)).all()


def test_rows_that_were_packed_before_come_back_too():
    rows = np.zeros(2, dtype=WAS)
    rows["messages"] = 4, 9
    content = io.BytesIO()
    np.save(content, rows, allow_pickle=False)
    assert (_unpacked(zlib.compress(content.getvalue()), WAS) == rows).all()
