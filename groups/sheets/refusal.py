"""Why a cell, a row or a file was not taken: codes and figures; the importing app makes the sentences."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

REFUSALS_KEPT = 200
VALUE_KEPT = 60


class CellRefused(ValueError):
    """A cell that cannot be read as what its column holds; the importing app has words for the code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FileRefused(Exception):
    """Nothing of the file can be used. `figures` fill the sentence of the code."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


@dataclass(frozen=True)
class Refusal:
    """One cell of a refused row, as the person sees it in the file: row numbers start at 1 and count the header."""

    row: int
    column: str
    value: str
    problem: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
