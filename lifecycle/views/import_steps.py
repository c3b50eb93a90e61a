"""What a person does with a file that was looked at: its columns, its refused rows, and taking it back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.exporting import Column, as_download, spooled
from groups.rules.safe_cells import Value
from lifecycle import undoing
from lifecycle.import_choice_forms import ColumnsForm
from lifecycle.import_decisions import choose_columns, peek_of, refused_rows_of
from lifecycle.import_words import cell_problem
from lifecycle.models import Import

NUMBER = re.compile(r"-\d{1,15}(\.\d+)?", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of a table, or say of which kind it is; then it is looked at again."""
    upload = Import.objects.select_related("team").one_visible_to(request.user, pk)
    open_states = (Import.State.READY, Import.State.REFUSED)
    seen = peek_of(upload) if upload.is_table and upload.state in open_states else None
    if seen is None:
        return redirect("import-page", upload.pk)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        upload=upload,
        headers=seen["headers"],
        fields=seen["fields"],
    )
    if form.is_valid():
        choose_columns(
            upload=upload,
            headers=seen["headers"],
            columns=form.chosen(),
            remembered=form.cleaned_data["remembered"],
            by=request.user,
            now=timezone.now(),
        )
        return redirect("import-page", upload.pk)
    examples = [[cells[at] for cells in seen["examples"] if at < len(cells)] for at in range(len(seen["headers"]))]
    context = {
        "upload": upload,
        "form": form,
        "encoding": encoding_name(seen["encoding"]),
        "columns": [
            (field, [text for text in texts if text]) for field, texts in zip(form.columns(), examples, strict=True)
        ],
        "matched": sum(1 for field in seen["fields"] if field),
    }
    return render(request, "lifecycle/imports/columns.html", context, status=422 if form.errors else 200)


@require_safe
def import_errors(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The refused rows as they stand in the file, with what is wrong in two more columns; they can come back mended."""
    upload = Import.objects.one_visible_to(request.user, pk)
    found = refused_rows_of(upload)
    if found is None:
        messages.warning(request, _("There are no refused rows to download; files are deleted after 30 days"))
        return redirect("import-page", upload.pk)
    width = len(found["headers"])
    added = [Column(_("Wrong column")), Column(_("What is wrong"), width=40)]
    columns = [Column(header) for header in found["headers"]] + added
    rows = ((*_as_wide(cells, width), *_wrong(problems)) for _line, cells, problems in found["rows"])
    file_type = "xlsx" if upload.encoding == "xlsx" else "csv"
    file, _count = spooled(columns, rows, file_type)
    return as_download(file, _("Rows to mend %(n)s") % {"n": upload.pk}, file_type)


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, then takes the import back."""
    upload = Import.objects.select_related("team", "source").one_visible_to(request.user, pk)
    now = timezone.now()
    if request.method == "POST":
        if undoing.undo(upload=upload, by=request.user, now=now) is None:
            messages.info(request, _("This import cannot be undone any more; nothing changed"))
        return redirect("import-page", upload.pk)
    if not undoing.may_undo(upload, now):
        return redirect("import-page", upload.pk)
    return render(request, "lifecycle/imports/undo.html", {"upload": upload})


def encoding_name(encoding: str) -> str:
    """As people know it; nothing for workbooks and chats."""
    return "" if encoding in ("", "xlsx") else encoding.removesuffix("-sig").upper()


def _as_wide(cells: list[Any], width: int) -> list[Value]:
    shown = [_number(cell) for cell in cells[:width]]
    return [*shown, *[None] * (width - len(shown))]


def _number(cell: Any) -> Value:
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else Decimal(repr(cell))
    # A negative number is no formula, though it begins like one.
    return Decimal(cell) if isinstance(cell, str) and NUMBER.fullmatch(cell) else cell


def _wrong(problems: list[list[str]]) -> tuple[str, str]:
    columns = [column for column, _code in problems if column]
    told = [": ".join(str(word) for word in cell_problem(code) if word) for _column, code in problems]
    return "; ".join(dict.fromkeys(columns)), "; ".join(dict.fromkeys(told))
