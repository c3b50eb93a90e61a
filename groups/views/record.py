"""The record of a group, with the notes and files beside it."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groups import papers, record_words
from groups.models import AuditEntry, Group, GroupFile, GroupFileContent, GroupNote
from groups.paper_forms import FILE_PROBLEMS, FileForm, NoteForm
from groups.rules.file_kinds import CONTENT_TYPES, FileNotTaken

PAGE = 20
# What happens in a group every day, and what lies beside it: shown with `?all=1` only.
EVERYDAY = (
    "figures entered",
    "file added",
    "file removed",
    "file taken out",
    "line entered",
    "line reversed",
    "note added",
    "receipt added",
    "receipt removed",
    "receipt taken out",
)
NOTES_SHOWN = 50


@require_http_methods(["GET", "POST"])
def group_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Newest first: `?before=` goes on from an id, `?all=1` tells the everyday too. POST adds a note or file."""
    group = Group.objects.select_related("team").one_visible_to(request.user, pk)
    too_large = getattr(request, "upload_was_too_large", False)
    part = "file" if too_large else request.POST.get("part", "")
    note = NoteForm(request.POST if part == "note" else None)
    file = FileForm(
        request.POST if part == "file" else None, request.FILES if part == "file" else None, too_large=too_large
    )
    if note.is_valid():
        papers.add_note(group=group, by=request.user, now=timezone.now(), **note.cleaned_data)
        messages.success(request, _("The note is on record"))
        return redirect("group-record", pk=group.pk)
    if file.is_valid() and _kept(request, group, file):
        return redirect("group-record", pk=group.pk)
    before, everything = request.GET.get("before", ""), "all" in request.GET
    entries = AuditEntry.objects.filter(object_type="group", object_id=group.pk).order_by("-id")
    if not everything:
        entries = entries.exclude(verb__in=EVERYDAY)
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    shown = list(entries[: PAGE + 1])
    context = {
        "group": group,
        "everything": everything,
        "record": record_words.told(shown[:PAGE]),
        "more": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "notes": GroupNote.objects.filter(group=group).select_related("written_by").order_by("-pk")[:NOTES_SHOWN],
        "files": GroupFile.objects.filter(group=group, line=None, removed_at=None)
        .select_related("added_by")
        .order_by("-pk"),
        "note_form": note,
        "file_form": file,
        "form": file if file.is_bound else note,
    }
    return render(request, "groups/record.html", context, status=422 if note.errors or file.errors else 200)


def _kept(request: HttpRequest, group: Group, form: FileForm) -> bool:
    file = form.cleaned_data["file"]
    try:
        papers.add_file(
            group=group,
            name=file.name or "",
            content=b"".join(file.chunks()),
            token=form.cleaned_data["token"],
            by=request.user,
            now=timezone.now(),
        )
    except FileNotTaken as refused:
        form.add_error("file", FILE_PROBLEMS[refused.code])
        return False
    except papers.TooManyFiles:
        form.add_error("file", FILE_PROBLEMS["too_many"])
        return False
    messages.success(request, _("The file is kept"))
    return True


@require_POST
def group_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand a file out, which is on record; with `remove` delete it."""
    file = GroupFile.objects.select_related("group").one_visible_to(request.user, pk)
    if "remove" in request.POST:
        if papers.remove_file(file=file, by=request.user, now=timezone.now()):
            messages.success(request, _("Removed: %(file)s") % {"file": file.name})
        if file.line_id:
            return redirect("line-receipts", pk=file.group_id, line=file.line_id)
        return redirect("group-record", pk=file.group_id)
    try:
        content = papers.hand_out(file=file, by=request.user, now=timezone.now())
    except GroupFileContent.DoesNotExist:
        raise Http404 from None
    answer = FileResponse(
        io.BytesIO(content), as_attachment=True, filename=file.name, content_type=CONTENT_TYPES[file.kind]
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
