"""The notices of the person who asks, and how to hear less."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_ops.keyset import Key, Order, number, page_of
from community_ops.notices.wording import address_of, sentence_of
from groups.models import Notice, NoticeKind
from groups.notices import inbox, mark_all_read, mark_read, mute, stop_kind

PAGE_SIZE = 50
NEWEST_FIRST = Order((Key("pk", number),), descending=True)


@require_http_methods(["GET", "POST"])
def notice_list(request: HttpRequest) -> HttpResponse:
    """Newest first; `?after=` and `?before=` are cursors of neighbouring pages. A POST marks all as read."""
    if request.method == "POST":
        mark_all_read(request.user, now=timezone.now())
        return redirect("notices")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(inbox(request.user), NEWEST_FIRST, PAGE_SIZE, after=after, before=before)
    rows = Notice.objects.filter(pk__in=[row["pk"] for row in page.rows]).select_related("group").order_by("-pk")
    days = [
        (day, [(each, sentence_of(each)) for each in of_day])
        for day, of_day in groupby(rows, key=lambda each: timezone.localdate(each.made_at))
    ]
    return render(request, "notices/list.html", {"days": days, "page": page})


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
