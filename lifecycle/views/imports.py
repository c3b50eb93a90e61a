"""Import pages: the list, the upload, and one import from waiting to result."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lifecycle.count_words import LABELS
from lifecycle.import_choice_forms import GroupsForm
from lifecycle.import_decisions import choose_groups, confirm, drop, peek_of
from lifecycle.import_forms import UploadForm
from lifecycle.import_words import NOTES, cell_problem, file_problem, kind_name
from lifecycle.imports import receive
from lifecycle.models import Import, ImportFile
from lifecycle.undoing import may_undo
from lifecycle.views.import_steps import encoding_name

PAGE = 50
WAITING = (Import.State.UPLOADED, Import.State.LOOKING, Import.State.QUEUED, Import.State.RUNNING)


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Newest first; `?before=` goes on from the last id of the page before."""
    imports = Import.objects.visible_to(request.user).select_related("team", "uploaded_by").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        imports = imports.filter(pk__lt=int(before))
    shown = list(imports[: PAGE + 1])
    for upload in shown:
        upload.kind_name = kind_name(upload.kind)
    more = shown[PAGE - 1].pk if len(shown) > PAGE else None
    return render(request, "lifecycle/imports/list.html", {"imports": shown[:PAGE], "more": more, "before": before})


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Take an upload in; a worker reads it."""
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        user=request.user,
        today=timezone.localdate(),
        too_large=getattr(request, "upload_was_too_large", False),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        upload = receive(
            team=form.cleaned_data["team"],
            file_name=file.name or "",
            content=b"".join(file.chunks()),
            platform=form.cleaned_data["platform"],
            asked=form.asked(),
            by=request.user,
            now=timezone.now(),
        )
        return redirect("import-page", upload.pk)
    return render(request, "lifecycle/imports/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become, becomes or became of one file; a poll of htmx gets only the part that changes.

    POST decides: `import`, `drop`, or `look` at it again with its groups put down otherwise.
    """
    upload = Import.objects.select_related("team", "uploaded_by", "undone_by", "repeats__uploaded_by").one_visible_to(
        request.user, pk
    )
    ready = upload.state == Import.State.READY
    posted = request.method == "POST" and ready and request.POST.get("decision") != "drop"
    groups = GroupsForm(request.POST if posted else None, upload=upload) if ready else None
    if request.method == "POST" and not (groups and groups.errors):
        _decide(request, upload, groups)
        return redirect("import-page", upload.pk)
    context = {
        "upload": upload,
        "kind_name": kind_name(upload.kind),
        "waiting": upload.state in WAITING,
        "encoding": encoding_name(upload.encoding),
        "problem": file_problem(upload.refusal_code, upload.refusal_figures) if upload.refusal_code else "",
        **_explained(upload),
        "has_file": ImportFile.objects.filter(upload=upload).exists(),
        "groups": groups,
        "form": groups,
        "preview": _shown(upload.preview) if ready and upload.preview else None,
        "left_out": _left_out(upload) if ready and upload.is_table else [],
        "may_undo": may_undo(upload, timezone.now()),
        "later": Import.objects.visible_to(request.user).filter(pk__in=(upload.undo_outcome or {}).get("later", []))
        if upload.undo_outcome else (),
    }  # fmt: skip
    whole = not request.htmx or request.htmx.boosted or request.htmx.history_restore_request
    page = "lifecycle/imports/page.html" if whole else "lifecycle/imports/progress.html"
    return render(request, page, context, status=422 if groups and groups.errors else 200)


def _explained(upload: Import) -> dict[str, list[dict[str, Any]]]:
    """What to know of the file as a whole, and what is wrong where, in the order of its rows."""
    told = [
        refusal | dict(zip(("what", "fix"), cell_problem(refusal["problem"]), strict=True))
        for refusal in upload.refusals
    ]
    refused = [each for each in told if each["problem"] not in NOTES]
    return {
        "notes": [each for each in told if each["problem"] in NOTES],
        "refusals": sorted(refused, key=itemgetter("row")),
    }


def _decide(request: HttpRequest, upload: Import, groups: GroupsForm | None) -> None:
    now, decision = timezone.now(), request.POST.get("decision")
    if decision == "drop":
        if not drop(upload=upload, by=request.user, now=now):
            messages.info(request, _("This file was decided on before; nothing changed"))
        return
    if groups is None or decision not in ("import", "look"):
        return
    if decision == "look":
        choose_groups(upload=upload, choices=groups.choices(), now=now)
    else:
        confirm(upload=upload, choices=groups.choices(), by=request.user, now=now)


def _left_out(upload: Import) -> list[str]:
    """The headers of columns that hold something and go nowhere."""
    seen = peek_of(upload) or {"headers": [], "fields": [], "examples": []}
    filled = {at for cells in seen["examples"] for at, cell in enumerate(cells) if cell}
    columns = enumerate(zip(seen["headers"], seen["fields"], strict=True))
    return [header for at, (header, field) in columns if header and not field and at in filled]


def _shown(preview: dict[str, Any]) -> dict[str, Any]:
    """The preview with days as days and counts under their names."""
    days = ("first_day", "last_day", "watched_from", "watched_until")
    rows = [
        {"group": row["group"], "day": date.fromisoformat(row["day"]),
         "counts": [(name, LABELS[name], _shown_count(name, row["counts"].get(name))) for name in preview["counts"]]}
        for row in preview["rows"]
    ]  # fmt: skip
    changes = [
        {"group": row["group"], "day": date.fromisoformat(row["day"]),
         "counts": [(name, label, *(_shown_count(name, value) for value in row["counts"][name]))
                    for name, label in LABELS.items() if name in row["counts"]]}
        for row in preview.get("changes", [])
    ]  # fmt: skip
    return preview | {
        "changes": changes,
        "more_changes": len(changes) < preview["changed"],
        **{name: preview[name] and date.fromisoformat(preview[name]) for name in days},
        "labels": [LABELS[name] for name in preview["counts"]],
        "rows": rows,
        "matched": preview["groups"] - preview["unknown"],
        "to_write": preview["new"] + preview["changed"],
        "more_unknown": max(preview["unknown"] - len(preview["to_choose"]), 0),
    }


def _shown_count(name: str, value: int | None) -> int | Decimal | None:
    """Yuan for money, else the count."""
    return Decimal(value) / 100 if name == "revenue_cents" and value is not None else value
