"""Whatever bytes come in: rows or a refusal that has a sentence, never another error."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.sheets.refusal import FileRefused
from lifecycle.import_words import CELLS, FILES
from lifecycle.sources.canonical import Canonical
from lifecycle.tests.files import csv_text, reading, slack_export

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
HEADERS = ["group_id", "date", "messages", "member", "revenue", "platform", "observed_until", "群名称", "日期", "x"]
CELL = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.sampled_from(["a", "2026-09-01", "46266", "1,234", "", '"', "=1+1", "1e5", "２", "\x00", "\u202e"]),
)
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
JSON = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "service", "x"]) | SCALAR,
        "subtype": st.sampled_from(["channel_join", "file_share"]) | SCALAR,
        "ts": st.sampled_from(["1788235200.1", "1e400", "nan", "-1"]) | SCALAR,
        "date": st.sampled_from(["2026-09-01T10:00:00", "2026"]) | SCALAR,
        "date_unixtime": st.sampled_from(["1788235200", "9" * 30, "-5"]) | SCALAR,
        "user": SCALAR,
        "from_id": SCALAR,
        "action": st.sampled_from(["join_group_by_link", "invite_members", "remove_members"]) | SCALAR,
        "members": st.lists(SCALAR, max_size=3) | SCALAR,
        "comment": JSON,
        "text": JSON,
        "media_type": SCALAR,
    },
)


def outcome(content: bytes) -> Canonical | None:
    """What was read; any error but a refusal with a sentence fails the test."""
    try:
        found = reading(content)
    except FileRefused as refused:
        assert refused.code in FILES
        return None
    assert all(refusal.problem in CELLS for refusal in found.refusals)
    assert (found.rows["messages"] >= 0).all()
    shown = "".join([group.key + group.name for group in found.groups] + [refusal.value for refusal in found.refusals])
    assert shown.isprintable() or not shown
    shown.encode()
    return found


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes(content):
    outcome(content)


@FUZZ
@given(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=8), st.lists(st.lists(CELL, max_size=8), max_size=6))
def test_any_sheet(header, lines):
    outcome(csv_text(header, lines).encode("utf-8", "replace"))


@FUZZ
@given(st.lists(CELL, min_size=4, max_size=4), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_any_row_beside_a_good_one_leaves_the_good_one(cells, encoding):
    """Case 42: its name comes out as it was written, or the file is refused; it never becomes something else."""
    header = ["group_id", "date", "messages", "revenue"]
    text = csv_text(header, [["龘靐读书群", "2026-09-01", 7, 1]]) + ",".join(json.dumps(str(cell)) for cell in cells)
    found = outcome(text.encode(encoding, "replace"))
    assert found is None or "龘靐读书群" in [group.key for group in found.groups]


@FUZZ
@given(st.lists(MESSAGE, max_size=5), JSON)
def test_any_chat(messages, other):
    outcome(json.dumps({"id": 1, "type": "private_group", "messages": messages, "other": other}).encode())
    outcome(json.dumps({"chats": {"list": [{"id": other, "messages": messages}]}}).encode())
    outcome(slack_export({"2026-09-01": messages}))
