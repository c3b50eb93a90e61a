"""The page on which people are recorded as moved on from a group, and what its own page says of such moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from community_ops.promotions import late_groups, late_sentence
from groups import layer_moves
from groups.fields import DayField, NumberField
from groups.forms import CHOOSE
from groups.models import Group, LayerMove, Plan
from groups.rules.layer_moves import MoveFault, goes_down
from lifecycle.models import DailyActivity
from lifecycle.rules.counts import KNOWN

MOVES_SHOWN = 50
MEMBERS_AT_ONCE = 500
LOOK_BACK_DAYS = 90  # an older count says nothing about that day


class MoveForm(forms.Form):
    """How many moved, or who; the ids are hashed and not kept."""

    target = forms.ChoiceField(
        label=gettext_lazy("Where did they go?"), error_messages={"required": gettext_lazy("Select where they went")}
    )
    people = NumberField(
        subject=gettext_lazy("People"), label=gettext_lazy("How many people"), places=0, least=1, most=1_000_000,
        required=False,
    )  # fmt: skip
    members = forms.CharField(
        label=gettext_lazy("Or member by member"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One id of the platform on a line; only its keyed hash is kept"),
    )
    on = DayField(subject=gettext_lazy("Date"), label=gettext_lazy("Date"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, source: Group, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), "on": timezone.localdate()}
        super().__init__(*args, **kwargs)
        others = Group.objects.running().filter(team_id=source.team_id).exclude(pk=source.pk).order_by("sort_key", "pk")
        self.targets = {str(group.pk): group for group in others if goes_down(source.layer, group.layer)}
        labels = [(key, f"{group.name} · {group.get_layer_display()}") for key, group in self.targets.items()]
        self.fields["target"].choices = [CHOOSE, *labels]
        below = [key for key, group in self.targets.items() if group.upstream_id == source.pk]
        if len(below) == 1:
            self.fields["target"].initial = below[0]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("Date must not be after today"), "future")
        return on

    def clean_members(self) -> list[str]:
        members = list(
            dict.fromkeys(line.strip() for line in self.cleaned_data["members"].splitlines() if line.strip())
        )
        if len(members) > MEMBERS_AT_ONCE:
            raise ValidationError(_("Enter at most %(most)s members at once") % {"most": MEMBERS_AT_ONCE}, "many")
        return members

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"people", "members"} & set(self.errors):
            return cleaned
        people, members = cleaned.get("people"), cleaned.get("members") or []
        if people is None and not members:
            self.add_error("people", ValidationError(_("Enter how many people moved, or who"), "required"))
        elif people is not None and members and people != len(members):
            told = ngettext("%(n)s member is named below", "%(n)s members are named below", len(members))
            self.add_error("people", ValidationError(told % {"n": len(members)}, "differs"))
        return cleaned


@require_http_methods(["GET", "POST"])
def group_moves(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who moved on from this group, take a record back, and see what was recorded."""
    group = Group.objects.one_visible_to(request.user, pk)
    if "reverse" in request.POST:
        return _reverse(request, group)
    form = MoveForm(request.POST or None, source=group)
    if request.method == "POST" and form.is_valid() and _recorded(request, group, form):
        return redirect("group-moves", pk=group.pk)
    moves = LayerMove.objects.filter(Q(source=group) | Q(target=group))
    context = {
        "group": group,
        "form": form,
        "members": members_on(group.pk, timezone.localdate()),
        "moves": moves.select_related("source", "target", "entered_by", "reversed_by").order_by("-on", "-pk")[
            :MOVES_SHOWN
        ],
    }
    return render(request, "groups/moves.html", context, status=422 if form.errors else 200)


def _recorded(request: HttpRequest, group: Group, form: MoveForm) -> bool:
    told = form.cleaned_data
    known = members_on(group.pk, told["on"])
    try:
        move = layer_moves.record_move(
            source=group,
            target=form.targets[told["target"]],
            on=told["on"],
            people=told["people"],
            members=told["members"],
            known_members=known,
            note=told["note"],
            token=told["token"],
            by=request.user,
            now=timezone.now(),
        )
    except layer_moves.MoveRefused as refused:
        _say_refusal(form, refused, known)
        return False
    except layer_moves.MovedBefore:
        form.add_error("members", _("Some of them are recorded as moved there already; leave them out"))
        return False
    words = ngettext("Recorded: %(n)s person to %(group)s", "Recorded: %(n)s people to %(group)s", move.people)
    messages.success(request, words % {"n": move.people, "group": move.target})
    if move.members_unknown:
        messages.warning(
            request, _("Nobody knows how many members the group had on that day, so the number could not be checked")
        )
    return True


def _say_refusal(form: MoveForm, refused: layer_moves.MoveRefused, known: int | None) -> None:
    if refused.fault == MoveFault.NOT_DOWN:
        form.add_error("target", _("People move down the funnel; select a group of a deeper layer"))
        return
    words = {"known": known, "moved": refused.moved_that_day}
    form.add_error(
        "members" if form.cleaned_data["members"] else "people",
        _("The group had %(known)s members on that day and %(moved)s had moved; enter fewer people") % words,
    )


def _reverse(request: HttpRequest, group: Group) -> HttpResponse:
    number = request.POST["reverse"]
    move = get_object_or_404(LayerMove, source=group, pk=number if number.isascii() and number.isdigit() else 0)
    try:
        layer_moves.reverse_move(move=move, by=request.user, now=timezone.now())
    except layer_moves.ReversalStands:
        messages.error(request, _("A reversal cannot be taken back; record the move again"))
    else:
        words = ngettext("Taken back: %(n)s person", "Taken back: %(n)s people", move.people) % {"n": move.people}
        messages.success(request, words)
    return redirect("group-moves", pk=group.pk)


def members_on(group_id: int, day: date) -> int | None:
    """Members as last observed on the day or within 90 days before it; None = nobody knows."""
    rows = DailyActivity.objects.filter(group_id=group_id, day__range=(day - timedelta(days=LOOK_BACK_DAYS), day))
    seen = rows.annotate(said=F("known").bitand(KNOWN["members"])).exclude(said=0).order_by("-day")
    return seen.values_list("members", flat=True).first()


def moves_of_group(group: Group, plan: Plan | None, today: date) -> dict[str, Any]:
    """What the page of a group says: moved on, came in, and whether its promotion is late. One query, or two where
    the plan promises a promotion."""
    sums = LayerMove.objects.filter(Q(source=group) | Q(target=group)).aggregate(
        out=Sum("people", filter=Q(source=group)), came=Sum("people", filter=Q(target=group))
    )
    promised = plan is not None and plan.promotion_percent is not None
    late = late_groups(Group.objects.filter(pk=group.pk), today) if promised else []
    return {
        "out": sums["out"],
        "came": sums["came"],
        "late": late_sentence(late[0].late) if late else "",
    }
