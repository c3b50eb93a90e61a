"""Sets a report as a PNG 1080 pixels wide or a PDF of A4 pages, the way verdicts are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from django.http import HttpResponse

from assessments.report.files import PIXELS_PER_INCH, typeset
from community_ops.reports import contents, group_contents
from groups.models import ReportKind

HERE = Path(__file__).resolve().parent


def words_of(figures: Mapping[str, Any]) -> ModuleType:
    """The module with `title_of`, `described` and `printed` for a report of this kind."""
    return group_contents if figures.get("kind") == ReportKind.GROUP else contents


def template_of(figures: Mapping[str, Any]) -> Path:
    return HERE / ("group.typ" if figures.get("kind") == ReportKind.GROUP else "report.typ")


def picture_of(figures: Mapping[str, Any], *, number: str = "") -> bytes:
    shown = words_of(figures).printed(figures, picture=True, number=number)
    return typeset(template_of(figures), shown, format="png", ppi=PIXELS_PER_INCH)


def paper_of(figures: Mapping[str, Any], *, number: str = "", address: str = "") -> bytes:
    """`address` is the page of the report, to which the foot leads."""
    shown = words_of(figures).printed(figures, picture=False, number=number, address=address)
    return typeset(template_of(figures), shown, format="pdf")


def as_answer(content: bytes, name: str) -> HttpResponse:
    """A file to look at or to keep, that no search engine lists."""
    kind = "application/pdf" if name.endswith(".pdf") else "image/png"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
