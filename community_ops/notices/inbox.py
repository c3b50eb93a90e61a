"""The notices of the person who asks, and how to hear less."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_ops.notices.wording import address_of, sentence_of
from groups.models import Notice, NoticeKind
from groups.notices import inbox, mark_read, mute, stop_kind

PAGE_SIZE = 50


@require_http_methods(["GET", "POST"])
def notice_list(request: HttpRequest) -> HttpResponse:
    """`?before=ID` shows older ones. A POST marks all as read."""
    mine = inbox(request.user)
    if request.method == "POST":
        mark_read(mine, now=timezone.now())
        return redirect("notices")
    before = request.GET.get("before", "")
    shown = mine.filter(pk__lt=int(before)) if before.isascii() and before.isdigit() and len(before) < 19 else mine
    rows = list(shown.select_related("group").order_by("-pk")[: PAGE_SIZE + 1])
    older = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None
    days = [
        (day, [(each, sentence_of(each)) for each in of_day])
        for day, of_day in groupby(rows[:PAGE_SIZE], key=lambda each: timezone.localdate(each.made_at))
    ]
    unread = mine.filter(read_at=None).count()
    return render(
        request, "notices/list.html", {"days": days, "older": older, "unread": unread, "is_first": shown is mine}
    )


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it is about. A POST, from the list, marks it read; a GET, from a mail, writes nothing."""
    found = _mine(request, pk)
    if request.method == "POST":
        mark_read(Notice.objects.filter(pk=found.pk), now=timezone.now())
    return redirect(address_of(found))


@require_POST
def notice_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear nothing more of its group (`what=group`) or of its kind (`what=kind`)."""
    found = _mine(request, pk)
    if request.POST.get("what") == "group" and found.group is not None:
        mute(request.user, found.group, now=timezone.now())
        messages.success(request, _("You hear nothing more of %(group)s") % {"group": found.group})
    else:
        kind = NoticeKind(found.kind)
        stop_kind(request.user, kind)
        messages.success(request, _("You hear nothing more of this kind: %(kind)s") % {"kind": kind.label})
    return redirect("notices")


def _mine(request: HttpRequest, pk: int) -> Notice:
    found = inbox(request.user).select_related("group").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
