"""Hours that people worked, and what an hour costs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import labour, ledger, weekly_hours
from groups.access import leads
from groups.currency import money_text
from groups.labour_forms import HoursForm, RateForm
from groups.models import Group, HourlyRate, Membership, User, WorkedHours
from groups.months import MonthClosed
from groups.views.closed_months import posted, say_closed

ROWS_SHOWN = 20


@require_http_methods(["GET", "POST"])
def hours_page(request: HttpRequest) -> HttpResponse:
    """Log hours for a group on a day; below, the latest ones. `?group=` names the group."""
    if "take_back" in request.POST:
        return _take_back(request, request.POST["take_back"])
    today = timezone.localdate()
    own = WorkedHours.objects.visible_to(request.user).standing().filter(person=request.user)
    last = own.select_related("group").order_by("-pk").first()
    asked = request.GET.get("group", "")
    chosen = Group.objects.one_visible_to(request.user, int(asked)) if asked.isascii() and asked.isdigit() else None
    form = HoursForm(posted(request), user=request.user, chosen=chosen or (last.group if last else None))
    if request.method == "POST" and form.is_valid() and _logged(request, form):
        return redirect(f"{reverse('hours')}?group={form.cleaned_data['group'].pk}")
    monday = today - timedelta(days=today.weekday())
    rows = own.select_related("group", "line").order_by("-on", "-pk")
    context = {
        "form": form,
        "can_log": form.fields["category"].queryset.exists(),
        "rows": rows[:ROWS_SHOWN],
        "this_week": own.filter(on__gte=monday).aggregate(hours=Sum("hours"))["hours"],
        "available": weekly_hours.hours_on(request.user, today),
    }
    return render(request, "groups/hours.html", context, status=422 if form.errors else 200)


def _logged(request: HttpRequest, form: HoursForm) -> bool:
    try:
        worked = labour.log_hours(by=request.user, now=timezone.now(), **form.cleaned_data)
    except MonthClosed as closed:
        say_closed(form, closed)
    except labour.MoreThanADay as refused:
        sentence = _("A day has 24 hours; only %(left)s are left of it")
        form.add_error("hours", ValidationError(sentence % {"left": _hours(refused.left)}, "day_full"))
    except ledger.PriceUnknown:
        sentence = _("Nobody set what an hour cost on that day; ask an administrator for an hourly rate")
        form.add_error("hours", ValidationError(sentence, "no_rate"))
    else:
        told = {"hours": _hours(worked.hours), "amount": money_text(worked.line.amount, fen=True)}
        messages.success(request, _("Logged: %(hours)s hours, %(amount)s") % told)
        return True
    return False


def _take_back(request: HttpRequest, number: str) -> HttpResponse:
    pk = int(number) if number.isascii() and number.isdigit() else 0
    worked = WorkedHours.objects.select_related("line__group").one_visible_to(request.user, pk)
    if worked.person_id != request.user.pk and not leads(request.user, worked.team_id):
        raise PermissionDenied
    try:
        ledger.reverse_line(line=worked.line, reason=_("Hours taken back"), by=request.user, now=timezone.now())
    except MonthClosed as closed:
        sentence = _("%(month)s is closed too; ask a manager of the team to reopen it")
        messages.error(request, sentence % {"month": f"{closed.month:%Y-%m}"})
    else:
        messages.success(request, _("Taken back: %(hours)s hours") % {"hours": _hours(worked.hours)})
    return redirect("hours")


@require_http_methods(["GET", "POST"])
def rates_page(request: HttpRequest) -> HttpResponse:
    """What an hour of each role and person costs today and from a later day."""
    if not request.user.is_administrator:
        raise PermissionDenied
    form = RateForm(request.POST or None, initial={"whose": request.GET.get("whose", "")})
    if request.method == "POST" and form.is_valid():
        labour.set_rate(by=request.user, now=timezone.now(), **form.rate())
        messages.success(request, _("Saved"))
        return redirect("hourly-rates")
    context = {"form": form, "rows": _rates(timezone.localdate())}
    return render(request, "groups/rates.html", context, status=422 if form.errors else 200)


def _rates(today: date) -> list[dict]:
    """One row for each role, and for each person who has or had a rate of their own."""
    roles = dict(Membership.Role.choices)
    rows: dict[tuple[str, User | None], dict] = {
        (role, None): {"who": name, "key": role, "is_role": True, "now": None} for role, name in roles.items()
    }
    rates = HourlyRate.objects.select_related("person").order_by("person__sort_key", "person", "valid")
    for rate in rates:
        row = rows.setdefault(
            (rate.role, rate.person), {"who": rate.person, "key": rate.person_id, "is_role": False, "now": None}
        )
        if _begun(rate.valid.lower, today) and (rate.valid.upper is None or rate.valid.upper > today):
            row["now"] = rate.price
            row["ends_on"] = rate.valid.upper
        elif not _begun(rate.valid.lower, today) and "next" not in row:
            row |= {"next": rate.price, "next_on": rate.valid.lower}
    return list(rows.values())


def _begun(lower: date | None, today: date) -> bool:
    return lower is None or lower <= today


def _hours(hours: Decimal) -> str:
    """`1.5`, without zeros at the end."""
    return f"{hours.normalize():f}"
