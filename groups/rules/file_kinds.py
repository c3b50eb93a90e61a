"""Which files may lie beside a group: told by their first bytes, which must agree with the ending of the name."""

from __future__ import annotations

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 50
MOST_RECEIPTS = 5
LONGEST_STEM = 100

ENDINGS = {
    "pdf": "pdf", "png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp", "xlsx": "xlsx", "csv": "csv", "txt": "csv",
}  # fmt: skip
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
KINDS = frozenset(CONTENT_TYPES)
RECEIPT_KINDS = KINDS - {"csv"}  # plain text proves nothing


class FileNotTaken(ValueError):
    """The file may not lie beside a group; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(name: str, content: bytes, kinds: frozenset[str] = KINDS) -> str:
    """The kind of a file, one of `kinds`.

    Raises FileNotTaken: empty, too_large, unknown_ending, or other_content when the bytes are not what the name says.
    """
    if not content:
        raise FileNotTaken("empty")
    if len(content) > MOST_BYTES:
        raise FileNotTaken("too_large")
    kind = ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None or kind not in kinds:
        raise FileNotTaken("unknown_ending")
    if kind != _kind_of_bytes(content):
        raise FileNotTaken("other_content")
    return kind


def kept_name(name: str, kind: str) -> str:
    """The name that a file is kept and handed out under: its stem, cut, with the ending of its content."""
    stem = name.rpartition(".")[0].strip(" .")[:LONGEST_STEM] or "-"
    return f"{stem}.{kind}"


def _kind_of_bytes(content: bytes) -> str:
    starts = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
    for start, kind in starts.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return "xlsx" if b"[Content_Types].xml" in content and b"xl/workbook.xml" in content else ""
    head = content[:4096]
    is_text = not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and not any(
        code in head for code in range(32) if code not in b"\t\n\r\f"
    )
    return "csv" if is_text or head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
