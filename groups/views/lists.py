"""Pages of an imported list: the file, its columns, how far a worker is, the preview and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from groups import registry_import, undoing
from groups.file_words import list_problem
from groups.list_forms import FIELDS, ColumnsForm, ListForm
from groups.list_words import ListedRows
from groups.models import ListPage, RegistryImport
from groups.names import shown_file_name
from groups.registry_preview import PAGE, page_of
from groups.sheets.refusal import FileRefused

RECENT = 10
PROBLEMS = {
    "not_all_good": gettext_lazy("Nothing was written: some rows are refused. Mend them, or import only the good ones"),
    "changed": gettext_lazy("The registry changed meanwhile. Look at the preview again; nothing was written"),
    "gave_up": gettext_lazy("Writing failed three times, and nothing was written. Tell your administrator"),
}
# In the order in which people should look at them.
KINDS = (Kind := ListPage.Kind).REFUSED, Kind.SAME_NAME, Kind.CHANGED, Kind.NEW, Kind.SAME
State = RegistryImport.State


@require_http_methods(["GET", "POST"])
def list_new(request: HttpRequest) -> HttpResponse:
    """Choose a file; a worker reads it. Its rows are kept until they are imported, for 30 days at most."""
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
            return redirect("registry-import", upload.pk)
    lists = RegistryImport.objects.visible_to(request.user).filter(uploaded_by=request.user)
    mine = lists.defer("sealed", "headers", "mapping").order_by("-pk")[:RECENT]
    context = {"form": form, "recent": mine, "fields": FIELDS.values()}
    return render(request, "groups/lists/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def list_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of the file with the fields of a group; what names itself is filled in."""
    upload = RegistryImport.objects.defer("sealed").select_related("team").one_visible_to(request.user, pk)
    if upload.state not in (State.COLUMNS, State.READY):
        return redirect("registry-import", upload.pk)
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, headers=upload.headers, mapping=upload.mapping)
    if form.is_valid():
        remember = form.cleaned_data["remember"]
        registry_import.match(
            upload=upload, mapping=form.mapping(), remember=remember, by=request.user, now=timezone.now()
        )
        return redirect("registry-import", upload.pk)
    context = {
        "form": form,
        "upload": upload,
        "encoding": upload.encoding.removesuffix("-sig").upper(),
        "columns": form.columns(page_of(upload, Kind.HEAD, 1)),
        "matched": len(upload.mapping),
    }
    return render(request, "groups/lists/columns.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def list_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a list is: at work, at its preview (`?show=<kind>&page=<n>`; POST has it written), or over."""
    upload = _one(request, pk)
    if upload.state == State.COLUMNS:
        return led_on(request, reverse("registry-import-columns", args=[upload.pk]))
    if request.method == "POST":
        registry_import.ask(
            upload=upload,
            only_good=request.POST.get("which") != "all",
            with_same_names="same_names" in request.POST,
            by=request.user,
            now=timezone.now(),
        )
        return redirect("registry-import", upload.pk)
    if upload.state in RegistryImport.AT_WORK:
        return render(request, "groups/lists/waiting.html", {"upload": upload})
    if upload.state == State.READY:
        return _preview(request, upload)
    return _result(request, upload)


@require_POST
def list_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a list up; whatever a worker was writing is taken back."""
    registry_import.cancel(upload=_one(request, pk), by=request.user, now=timezone.now())
    return redirect("registry-import", pk)


def _one(request: HttpRequest, pk: int) -> RegistryImport:
    lists = RegistryImport.objects.defer("sealed").select_related("team", "uploaded_by", "change")
    return lists.one_visible_to(request.user, pk)


def led_on(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole page on, also from a poll."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


def _preview(request: HttpRequest, upload: RegistryImport) -> HttpResponse:
    counts = {kind: upload.foreseen.get(kind, 0) for kind in KINDS}
    context = _rows_shown(request, upload, counts) | {
        "upload": upload,
        "problem": PROBLEMS.get(upload.problem, ""),
        "counts": counts,
        "good": counts[Kind.NEW] + counts[Kind.CHANGED],
    }
    return render(request, "groups/lists/preview.html", context)


def _rows_shown(request: HttpRequest, upload: RegistryImport, counts: dict[Kind, int]) -> dict[str, Any]:
    """One page of the rows of the kind that was asked for, or of the first that there is."""
    there = [kind for kind in KINDS if counts[kind]]
    asked = request.GET.get("show", "")
    kind = asked if asked in there else (there or [Kind.NEW])[0]
    pages = -(-counts[Kind(kind)] // PAGE)
    number = request.GET.get("page", "")
    number = min(int(number), pages) if number.isdecimal() and len(number) < 8 and int(number) else 1
    return {
        "kind": kind,
        "kinds": [(each.value, each.label, counts[each]) for each in there],
        "rows": ListedRows(upload).of(kind, page_of(upload, kind, number)),
        "number": number,
        "pages": pages,
        "of_kind": counts[Kind(kind)],
        "first": (number - 1) * PAGE + 1,
        "last": min(number * PAGE, counts[Kind(kind)]),
    }


def _result(request: HttpRequest, upload: RegistryImport) -> HttpResponse:
    change, now = upload.change, timezone.now()
    context = {
        "upload": upload,
        "problem": list_problem(upload.refusal_code, upload.refusal_figures) if upload.refusal_code else "",
        "kept": ListPage.objects.filter(upload=upload, kind=Kind.REFUSED).exists(),
        "may_undo": bool(change and undoing.may_undo(change, request.user, now)),
        "undone": change.undone_at if change else None,
        "change": change,
    }
    return render(request, "groups/lists/result.html", context)
