"""Files that go out beside an imported list: its refused rows, ready to be mended, and an empty list to fill in."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.exporting import TYPES, Column, as_download, spooled
from groups.list_templates import template
from groups.list_words import ListedRows
from groups.models import RegistryImport
from groups.registry_preview import refused_rows
from groups.rules.safe_cells import Value


@require_safe
def list_errors(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The refused rows as they stood in the file, with the wrong column, the problem and its remedy beside them."""
    upload = RegistryImport.objects.one_visible_to(request.user, pk)
    if upload.sealed is None:
        messages.warning(request, _("The rows of this list were deleted"))
        return redirect("registry-import", upload.pk)
    width, words = len(upload.headers), ListedRows(upload)
    columns = [
        *(Column(header) for header in upload.headers),
        Column(_("Wrong column")),
        Column(_("Problem"), width=30),
        Column(_("Fix"), width=40),
    ]
    rows = ((*_as_wide(row["cells"], width), *_told(words.wrong(row))) for row in refused_rows(upload))
    file_type = "xlsx" if upload.encoding == "xlsx" else "csv"
    file, _count = spooled(columns, rows, file_type)
    return as_download(file, _("Rows to mend %(n)s") % {"n": upload.pk}, file_type)


@require_safe
def list_template(request: HttpRequest, file_type: str) -> FileResponse:
    """An empty list with the headers that are understood."""
    if file_type not in TYPES:
        raise Http404
    return as_download(io.BytesIO(template(file_type)), _("List of groups"), file_type)


def _told(wrong: list[dict[str, Any]]) -> tuple[str, str, str]:
    return (
        "; ".join(str(each["column"]) for each in wrong),
        "; ".join(str(each["what"]) for each in wrong),
        " ".join(dict.fromkeys(str(each["fix"]) for each in wrong)),
    )


def _as_wide(cells: list[Any], width: int) -> list[Value]:
    shown = [_number(cell) if isinstance(cell, float) else cell for cell in cells[:width]]
    return [*shown, *[None] * (width - len(shown))]


def _number(cell: float) -> Value:
    return int(cell) if cell.is_integer() else Decimal(repr(cell))
