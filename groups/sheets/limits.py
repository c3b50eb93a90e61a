"""How much one file may take: an upload from a page, or a file named on the command line."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, counts and seconds. `unpacked_bytes` holds for gzip and chat archives, `workbook_bytes` for workbooks."""

    file_bytes: int
    unpacked_bytes: int
    workbook_bytes: int
    entries: int
    ratio: int
    rows: int
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int


UPLOAD = Limits(
    file_bytes=20 * MB,
    unpacked_bytes=200 * MB,
    workbook_bytes=50 * MB,
    entries=50_000,
    ratio=100,
    rows=200_000,
    memory_bytes=768 * MB,
    cpu_seconds=30,
    wall_seconds=90,
)
COMMAND = Limits(
    file_bytes=2048 * MB,
    unpacked_bytes=4096 * MB,
    workbook_bytes=200 * MB,
    entries=500_000,
    ratio=100,
    rows=2_000_000,
    memory_bytes=4096 * MB,
    cpu_seconds=900,
    wall_seconds=1800,
)
WORKBOOK_ENTRIES = 200
