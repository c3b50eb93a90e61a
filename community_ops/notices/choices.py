"""The page where people choose what they hear of, how, and when it is quiet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community_ops.notices.transport import mail_is_set_up
from groups.models import NoticeKind, NoticeMute, QuietHours, User, Weekday
from groups.notices import Ways, choose, choose_report_day, quiet_hours_of, report_day_of, ways_of

WAYS = ("inside", "in_digest", "by_mail")
HOURS = [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(24)]


class ChoicesForm(forms.Form):
    """A tick for each kind and way, and the quiet hours."""

    begin = forms.TypedChoiceField(label=gettext_lazy("Quiet from"), choices=HOURS)
    end = forms.TypedChoiceField(label=gettext_lazy("Quiet until"), choices=HOURS)
    on_holidays = forms.BooleanField(label=gettext_lazy("Quiet on weekends and holidays"), required=False)
    report_day = forms.TypedChoiceField(
        label=gettext_lazy("The weekly report comes on"), choices=Weekday.choices, coerce=int
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.ways = ways_of(user)
        hours = quiet_hours_of(user)
        kwargs["initial"] = {
            "begin": f"{hours.begin:%H}:00",
            "end": f"{hours.end:%H}:00",
            "on_holidays": hours.on_holidays,
            "report_day": report_day_of(user),
        } | {f"{kind}_{way}": getattr(ways, way) for kind, ways in self.ways.items() for way in WAYS}
        super().__init__(*args, **kwargs)
        for kind in self.ways:
            for way in WAYS:
                self.fields[f"{kind}_{way}"] = forms.BooleanField(required=False, label=kind.label)
        if NoticeKind.WEEKLY not in self.ways:
            del self.fields["report_day"]

    def rows(self) -> list[tuple[NoticeKind, list[forms.BoundField]]]:
        return [(kind, [self[f"{kind}_{way}"] for way in WAYS]) for kind in self.ways]

    def chosen(self) -> dict[NoticeKind, Ways]:
        return {kind: Ways(*(self.cleaned_data[f"{kind}_{way}"] for way in WAYS)) for kind in self.ways}


@require_http_methods(["GET", "POST"])
def my_notices(request: HttpRequest) -> HttpResponse:
    """Show and keep them; `unmute=ID` lets a group be heard of again."""
    user = request.user
    if request.method == "POST" and (muted := request.POST.get("unmute", "")):
        if muted.isascii() and muted.isdigit() and len(muted) < 19:
            NoticeMute.objects.filter(user=user, pk=int(muted)).delete()
        return redirect("my-notices")
    form = ChoicesForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        choose(user, form.chosen())
        kept = {name: form.cleaned_data[name] for name in ("begin", "end", "on_holidays")}
        QuietHours.objects.update_or_create(user=user, defaults=kept)
        if "report_day" in form.cleaned_data:
            choose_report_day(user, form.cleaned_data["report_day"])
        messages.success(request, _("Your settings are saved"))
        return redirect("my-notices")
    muted = NoticeMute.objects.filter(user=user).select_related("group").order_by("-made_at", "-pk")
    context = {"form": form, "muted": muted, "mail_is_set_up": mail_is_set_up(), "has_address": bool(user.email)}
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)
