"""The rows of a chat that was exported as text with delimiters, with their line numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from groups.sheets.encodings import encoding_of
from groups.sheets.refusal import FileRefused

LONGEST_CELL = 1 << 20


def rows_of(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that holds anything; a quotation mark that is never closed refuses the file by its line."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding_of(path), errors="strict", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
        except csv.Error as error:
            raise FileRefused("broken_csv", line=reader.line_num) from error
