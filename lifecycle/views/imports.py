"""Import pages: the list, the upload, and one import from waiting to result."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lifecycle.import_forms import UploadForm
from lifecycle.import_words import cell_problem, file_problem, kind_name
from lifecycle.imports import receive
from lifecycle.models import Import

PAGE = 50


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


@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes, or became, of one file; a poll of htmx gets only the part that changes."""
    upload = Import.objects.select_related("team", "uploaded_by", "repeats__uploaded_by").one_visible_to(
        request.user, pk
    )
    context = {
        "upload": upload,
        "kind_name": kind_name(upload.kind),
        "waiting": upload.state in (Import.State.UPLOADED, Import.State.QUEUED, Import.State.RUNNING),
        "problem": file_problem(upload.refusal_code, upload.refusal_figures) if upload.refusal_code else "",
        "refusals": [refusal | dict(zip(("what", "fix"), cell_problem(refusal["problem"]), strict=True))
                     for refusal in upload.refusals],
    }  # fmt: skip
    whole = not request.htmx or request.htmx.boosted or request.htmx.history_restore_request
    return render(request, "lifecycle/imports/page.html" if whole else "lifecycle/imports/progress.html", context)
