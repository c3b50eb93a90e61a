"""Pages of an imported list: the file, its columns, the preview and what became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from groups import bulk_changes, registry_import
from groups.exporting import Column, as_download, spooled
from groups.file_words import list_problem, row_problem
from groups.list_forms import FIELDS, ColumnsForm, ListForm
from groups.models import RegistryImport
from groups.names import shown_file_name
from groups.rules.group_lists import Row
from groups.rules.safe_cells import Value
from groups.sheets.refusal import FileRefused

PROBLEMS_SHOWN = 100
EXAMPLES = 3
RECENT = 10
PROBLEMS = {
    "not_all_good": gettext_lazy("Nothing was written: some rows are refused. Mend them, or import only the good ones"),
    "changed": gettext_lazy("The registry changed meanwhile. Look at the preview again; nothing was written"),
    "gave_up": gettext_lazy("Writing failed three times, and nothing was written. Tell your administrator"),
}


@require_http_methods(["GET", "POST"])
def list_new(request: HttpRequest) -> HttpResponse:
    """Choose a file; its rows are kept until they are imported, for 30 days at most."""
    posted = request.method == "POST"
    form = ListForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        user=request.user,
        too_large=getattr(request, "upload_was_too_large", False),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = registry_import.receive(
                team=form.cleaned_data["team"],
                platform=form.cleaned_data["platform"],
                file_name=shown_file_name(file.name or ""),
                content=b"".join(file.chunks()),
                by=request.user,
                now=timezone.now(),
            )
        except FileRefused as refused:
            form.add_error("file", list_problem(refused.code, refused.figures))
        else:
            return redirect("registry-import-columns", upload.pk)
    mine = RegistryImport.objects.visible_to(request.user).filter(uploaded_by=request.user).order_by("-pk")[:RECENT]
    context = {"form": form, "recent": mine, "fields": FIELDS.values()}
    return render(request, "groups/lists/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def list_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of the file with the fields of a group; what names itself is filled in."""
    upload = RegistryImport.objects.select_related("team").one_visible_to(request.user, pk)
    if upload.state != RegistryImport.State.OPEN or upload.sealed is None:
        return redirect("registry-import", upload.pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, upload=upload)
    if form.is_valid():
        RegistryImport.objects.filter(pk=upload.pk, state=RegistryImport.State.OPEN).update(mapping=form.mapping())
        return redirect("registry-import", upload.pk)
    rows = registry_import.rows_of(upload)[:EXAMPLES]
    examples = [[_told(cells[at]) for _line, cells in rows if at < len(cells)] for at in range(len(upload.headers))]
    columns = [(field, [text for text in texts if text]) for field, texts in zip(form, examples, strict=True)]
    context = {
        "form": form,
        "upload": upload,
        "encoding": upload.encoding.removesuffix("-sig").upper(),
        "columns": columns,
        "matched": len(upload.mapping),
    }
    return render(request, "groups/lists/columns.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def list_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, in which nothing is written yet; POST writes once; afterwards, what became of it."""
    upload = RegistryImport.objects.select_related("team", "uploaded_by", "change").one_visible_to(request.user, pk)
    if upload.state == RegistryImport.State.DONE or upload.sealed is None:
        return redirect("registry-import", upload.pk) if request.method == "POST" else _result(request, upload)
    if "name" not in upload.mapping:
        return redirect("registry-import-columns", upload.pk)
    if upload.state == RegistryImport.State.QUEUED:
        return render(request, "groups/lists/waiting.html", {"upload": upload})
    problem, status = PROBLEMS.get(upload.problem, ""), 200
    if request.method == "POST":
        write = registry_import.ask if upload.rows_read > registry_import.AT_ONCE else registry_import.write
        try:
            write(
                upload=upload,
                only_good=request.POST.get("which") != "all",
                with_same_names="same_names" in request.POST,
                by=request.user,
                now=timezone.now(),
            )
            return redirect("registry-import", upload.pk)
        except registry_import.NotAllGood:
            problem, status = PROBLEMS["not_all_good"], 422
        except IntegrityError:  # somebody registered one of the ids since the preview was made
            problem, status = PROBLEMS["changed"], 409
    preview = registry_import.preview(upload, by=request.user)
    context = {
        "upload": upload,
        "problem": problem,
        "counts": preview.counts,
        "good": len(preview.to_write(False)),
        "refused": [_refused(row, upload) for row in preview.refused[:PROBLEMS_SHOWN]],
        "refused_total": len(preview.refused),
        "same_named": preview.same_named[:PROBLEMS_SHOWN],
        "same_named_total": len(preview.same_named),
        "changes": [_changes(row) for row in preview.to_write(False) if row.group][:PROBLEMS_SHOWN],
    }
    return render(request, "groups/lists/preview.html", context, status=status)


@require_safe
def list_errors(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The refused rows as they stood in the file, with what is wrong in two more columns; ready to be mended."""
    upload = RegistryImport.objects.one_visible_to(request.user, pk)
    if upload.sealed is None:
        messages.warning(request, _("The rows of this list were deleted after 30 days"))
        return redirect("registry-import", upload.pk)
    refused = {row.line: row for row in registry_import.preview(upload, by=request.user).refused}
    width = len(upload.headers)
    columns = [Column(header) for header in upload.headers] + [
        Column(_("Wrong column")),
        Column(_("What is wrong"), width=40),
    ]
    rows = (
        (*_as_wide(cells, width), *_wrong(refused[line], upload))
        for line, cells in registry_import.rows_of(upload)
        if line in refused
    )
    file_type = "xlsx" if upload.encoding == "xlsx" else "csv"
    file, _count = spooled(columns, rows, file_type)
    return as_download(file, _("Rows to mend %(n)s") % {"n": upload.pk}, file_type)


def _result(request: HttpRequest, upload: RegistryImport) -> HttpResponse:
    change, now = upload.change, timezone.now()
    context = {
        "upload": upload,
        "may_undo": bool(change and bulk_changes.may_undo(change, request.user, now)),
        "undone": change.undone_at if change else None,
        "change": change,
    }
    return render(request, "groups/lists/result.html", context)


def _refused(row: Row, upload: RegistryImport) -> dict[str, Any]:
    """A refused row as the preview shows it."""
    problems = [
        {"column": _column(problem.field, upload), "value": problem.value, "what": what, "fix": fix}
        for problem in row.problems
        for what, fix in [row_problem(problem.code)]
    ]
    return {"line": row.line, "name": row.name, "problems": problems}


def _changes(row: Row) -> dict[str, Any]:
    names = [str(FIELDS[{"owner_id": "owner", "upstream_id": "upstream"}.get(key, key)]) for key in row.values]
    if row.upstream_line:
        names.append(str(FIELDS["upstream"]))
    return {"group": row.group, "what": ", ".join(names)}


def _column(field: str, upload: RegistryImport) -> str:
    """The header under which a field stands in the file, or the name of the field."""
    place = upload.mapping.get(field)
    return upload.headers[place] if place is not None and upload.headers[place] else str(FIELDS[field])


def _wrong(row: Row, upload: RegistryImport) -> tuple[str, str]:
    told = [(_column(problem.field, upload), *row_problem(problem.code)) for problem in row.problems]
    return "; ".join(column for column, _what, _fix in told), "; ".join(f"{what}: {fix}" for _column, what, fix in told)


def _as_wide(cells: list[Any], width: int) -> list[Value]:
    shown = [_number(cell) if isinstance(cell, float) else cell for cell in cells[:width]]
    return [*shown, *[None] * (width - len(shown))]


def _number(cell: float) -> Value:
    return int(cell) if cell.is_integer() else Decimal(repr(cell))


def _told(cell: Any) -> str:
    return "" if cell is None else str(cell)[:40]
