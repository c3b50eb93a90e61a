"""Sets a verdict as a file: a PDF of A4 pages, or a PNG 1080 pixels wide. The contents go in as data, never as code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from assessments.models import Verdict
from assessments.report.contents import contents_of

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "verdict.typ"
PIXELS_PER_INCH = 144  # 540 points are 1080 pixels


def pdf_of(verdict: Verdict, *, address: str = "") -> bytes:
    """`address` is the page of the verdict, to which the foot leads."""
    return typeset(TEMPLATE, contents_of(verdict, picture=False, address=address), format="pdf")


def png_of(verdict: Verdict) -> bytes:
    return typeset(TEMPLATE, contents_of(verdict, picture=True), format="png", ppi=PIXELS_PER_INCH)


def typeset(template: Path, contents: dict[str, Any], **how: object) -> bytes:
    """Set the contents with a template, which finds them as JSON under `it`, in the fonts that we bring along."""
    return typst.compile(
        template,
        root=template.parent,
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"it": json.dumps(contents)},
        **how,
    )
