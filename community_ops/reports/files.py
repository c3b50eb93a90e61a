"""Sets a report as a PNG 1080 pixels wide or a PDF of A4 pages, the way verdicts are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from assessments.report.files import PIXELS_PER_INCH, typeset
from community_ops.reports.contents import printed

TEMPLATE = Path(__file__).resolve().parent / "report.typ"


def picture_of(figures: Mapping[str, Any], *, number: str = "") -> bytes:
    return typeset(TEMPLATE, printed(figures, picture=True, number=number), format="png", ppi=PIXELS_PER_INCH)


def paper_of(figures: Mapping[str, Any], *, number: str = "", address: str = "") -> bytes:
    """`address` is the page of the report, to which the foot leads."""
    return typeset(TEMPLATE, printed(figures, picture=False, number=number, address=address), format="pdf")


def as_answer(content: bytes, name: str) -> HttpResponse:
    """A file to look at or to keep, that no search engine lists."""
    kind = "application/pdf" if name.endswith(".pdf") else "image/png"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
