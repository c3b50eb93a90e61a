"""Sets a verdict as a file: a PDF of A4 pages, or a PNG 1080 pixels wide. The contents go in as data, never as code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from assessments.models import Verdict
from assessments.report.contents import contents_of

HERE = Path(__file__).resolve().parent
PIXELS_PER_INCH = 144  # 540 points are 1080 pixels


def pdf_of(verdict: Verdict, *, address: str = "") -> bytes:
    """`address` is the page of the verdict, to which the foot leads."""
    return _set(contents_of(verdict, picture=False, address=address), format="pdf")


def png_of(verdict: Verdict) -> bytes:
    return _set(contents_of(verdict, picture=True), format="png", ppi=PIXELS_PER_INCH)


def _set(contents: dict[str, Any], **how: object) -> bytes:
    return typst.compile(
        HERE / "verdict.typ",
        root=HERE,
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"verdict": json.dumps(contents)},
        **how,
    )
