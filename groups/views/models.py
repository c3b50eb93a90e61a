"""The page that changes how a group earns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import monetization
from groups.model_forms import BESIDE, MAIN, ModelForm
from groups.model_words import EARNS, LIVES, judged_by
from groups.models import Group, RevenueModel
from groups.models.group import Monetization
from groups.rules.monetization.kinds import KINDS, inputs_of


@require_http_methods(["GET", "POST"])
def group_model(request: HttpRequest, pk: int) -> HttpResponse:
    """`?kind=`: the inputs of that kind, from a date; without it the kinds to choose from. POST `end` ends one."""
    group = Group.objects.one_visible_to(request.user, pk)
    if "end" in request.POST:
        return _end(request, group)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in KINDS:
        context = {"group": group, "kinds": _kinds(), "refused": request.method == "POST"}
        return render(request, "groups/model_kinds.html", context, status=422 if request.method == "POST" else 200)
    stands = RevenueModel.objects.on(timezone.localdate()).filter(group=group, kind=kind).first()
    main = monetization.main_of(group)
    form = ModelForm(
        request.POST or None,
        kind=kind,
        expects=main and main.pk,
        inputs=inputs_of(kind, stands.inputs) if stands else None,
        initial={"role": BESIDE if stands and not stands.is_main else MAIN},
    )
    if request.method == "POST" and form.is_valid() and _written(request, group, form):
        return redirect("group-page", pk=group.pk)
    status = 200 if not form.errors else 409 if form.has_error(NON_FIELD_ERRORS, "meanwhile") else 422
    return render(request, "groups/model.html", _context(group, form, kind, main), status=status)


def _written(request: HttpRequest, group: Group, form: ModelForm) -> bool:
    told = form.cleaned_data
    given: dict[str, Any] = {
        "group": group,
        "inputs": told["inputs"],
        "from_on": told["from_on"],
        "reason": told["reason"],
        "token": told["token"],
        "by": request.user,
        "now": timezone.now(),
    }
    try:
        if told["role"] == MAIN:
            monetization.change_main(**given, expects=told["expects"] or None)
        else:
            monetization.put_beside(**given, until_on=told["until_on"])
    except monetization.DayOutside:
        day = group.opened_on.isoformat()
        if told["role"] == MAIN:
            form.add_error("from_on", _("Enter a day between %(day)s, when the group opened, and today") % {"day": day})
        else:
            form.add_error("from_on", _("Enter a day from %(day)s on, when the group opened") % {"day": day})
    except monetization.IsTheMain:
        form.add_error("role", _("This is the main model on those days; select the main model to change its figures"))
    except monetization.MainChangedMeanwhile as meanwhile:
        _ask_again(form, meanwhile)
    else:
        messages.success(request, _("The revenue model is set; the one before stays on record"))
        return True
    return False


def _ask_again(form: ModelForm, meanwhile: monetization.MainChangedMeanwhile) -> None:
    """Sending the form once more means: mine, on top of what stands there now."""
    stands = meanwhile.stands
    form.data = form.data.copy()
    form.data["expects"] = str(stands.pk if stands else 0)
    words = {"kind": stands.get_kind_display() if stands else "--", "person": (stands and stands.made_by) or "--"}
    sentence = (
        _("%(person)s set the main model to %(kind)s after you opened the page. Save again to replace it") % words
    )
    form.add_error(None, ValidationError(sentence, "meanwhile"))


def _context(group: Group, form: ModelForm, kind: str, main: RevenueModel | None) -> dict[str, Any]:
    sort = KINDS[kind]
    return {
        "group": group,
        "form": form,
        "kind": kind,
        "kind_name": Monetization(kind).label,
        "main": main,
        "life": LIVES[sort.LIFE],
        "judged": judged_by(sort()),
    }


def _kinds() -> list[dict[str, Any]]:
    return [
        {"value": kind, "label": Monetization(kind).label, "earns": EARNS[kind], "life": LIVES[sort.LIFE]}
        for kind, sort in KINDS.items()
    ]


def _end(request: HttpRequest, group: Group) -> HttpResponse:
    number = request.POST["end"]
    row = get_object_or_404(
        RevenueModel, group=group, pk=number if number.isascii() and number.isdigit() else 0, is_main=False
    )
    if monetization.end_beside(row=row, on=timezone.localdate(), by=request.user, now=timezone.now()):
        messages.success(request, _("Ended: %(kind)s") % {"kind": row.get_kind_display()})
    return redirect("group-page", pk=group.pk)
